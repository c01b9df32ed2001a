import { BinanceError, type ErrorDetails } from "./errors.js";

export type PauseReason = "RATE_LIMITED" | "BANNED";

/** Until when nothing may be sent to a server, by the local clock: after 429 every call waits, after 418 every call fails. */
export class Pause {
  #until = 0;
  #reason: PauseReason = "RATE_LIMITED";

  /** A later end wins. */
  extend(until: number, reason: PauseReason): void {
    if (until <= this.#until) return;
    this.#until = until;
    this.#reason = reason;
  }

  /** How long to wait before sending, in ms. Throws when that is more than the caller has left, or a ban. */
  waitMs(now: number, remaining: number, details: ErrorDetails): number {
    const wait = this.#until - now;
    if (wait <= 0) return 0;
    if (this.#reason === "RATE_LIMITED" && wait < remaining) return wait;
    const what = this.#reason === "BANNED" ? "This address is banned" : "The server's limit is used up";
    const message = `${what} until ${new Date(this.#until).toISOString()}; nothing was sent.`;
    throw new BinanceError(this.#reason, message, { ...details, retryAt: this.#until });
  }
}

const maxDate = 8.64e15;

/**
 * When to come back, in ms since 1970 by the local clock: `Retry-After` as seconds or date, else the end of a ban that
 * the message names. `offset` is server time minus local time. Undefined when nothing can be read.
 */
export function readRetryAt(headers: Headers, msg: string, now: number, offset: number): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+$/.test(value) ? now + Number(value) * 1000 : Number.NaN;
  // Date.parse takes "-5" and "3.5" for dates; an HTTP date begins with the name of a day.
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) - offset : Number.NaN;
  const ban = Number(/banned until (\d{13})\b/.exec(msg)?.[1] ?? Number.NaN) - offset;
  const said = [seconds, date, ban].filter((time) => !Number.isNaN(time));
  return said.length === 0 ? undefined : Math.min(maxDate, Math.ceil(Math.max(...said)));
}

/** Where the server does not say: the next minute after 429, the shortest ban after 418 (both documented). */
export function assumedRetryAt(reason: PauseReason, now: number, offset: number): number {
  if (reason === "BANNED") return now + 120_000;
  return (Math.floor((now + offset) / 60_000) + 1) * 60_000 - offset;
}
