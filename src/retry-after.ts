import type { Bounds } from "./clock.js";
import { BinanceError, type ErrorDetails } from "./errors.js";
import type { WireHeaders } from "./transport/transport.js";

export type PauseReason = "RATE_LIMITED" | "BANNED" | "UNAVAILABLE";

const because = {
  RATE_LIMITED: "The server's limit is used up",
  BANNED: "This address is banned",
  UNAVAILABLE: "The server has asked to be left alone",
};

/**
 * Until when nothing may be sent to a server: every call waits, and after a ban every call fails. Counted in ms of a clock
 * that only moves forward, so that setting the time of this machine neither shortens nor prolongs it.
 */
export class Pause {
  #until = 0;
  #reason: PauseReason = "RATE_LIMITED";

  /** A later end wins. */
  extend(until: number, reason: PauseReason): void {
    if (until <= this.#until) return;
    this.#until = until;
    this.#reason = reason;
  }

  isOver(monotonic: number): boolean {
    return monotonic >= this.#until;
  }

  /** When it ends, by the monotonic clock. */
  get until(): number {
    return this.#until;
  }

  get reason(): PauseReason {
    return this.#reason;
  }
}

/** The error of a call that was not sent, because it would have had to wait so long. */
export function pauseError(
  reason: PauseReason,
  wait: number,
  time: Times,
  details: ErrorDetails,
): BinanceError {
  const retryAt = wallTime(time.clock.local() + wait, time);
  const message = `${because[reason]} until ${new Date(retryAt()).toISOString()}; nothing was sent.`;
  return new BinanceError(reason, message, { ...details, retryAt });
}

const maxDate = 8.64e15;

/** The clocks of this machine, in ms. */
interface Times {
  /** Since 1970, as anybody else reads it; it may be set. */
  wall(): number;
  clock: {
    /** Since 1970, as the client counts it: setting the clock does not move it. */
    local(): number;
  };
}

/** Reads a moment of `clock.local()` as this machine's clock shows it when it is read. */
export function wallTime(time: number, { wall, clock }: Times): () => number {
  const rounded = Math.min(maxDate, Math.ceil(time - 0.01)); // a double of this size is exact to less than that
  return () => {
    const moved = wall() - clock.local();
    return Math.min(maxDate, Math.ceil(rounded + (Math.abs(moved) < 500 ? 0 : moved)));
  };
}

/**
 * When to come back, in ms since 1970 by the local clock: `Retry-After` as seconds or date, or the end of a ban that
 * the message names, whichever is later. `offset` is server time minus local time. Undefined when nothing can be read.
 */
export function readRetryAt(
  headers: WireHeaders,
  msg: string,
  now: number,
  offset: number,
): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  const seconds = /^\d+$/.test(value) ? now + Number(value) * 1000 : Number.NaN;
  // Date.parse takes "-5" and "3.5" for dates; an HTTP date begins with the name of a day.
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) - offset : Number.NaN;
  const ban = Number(/banned until (\d{13})\b/.exec(msg)?.[1] ?? Number.NaN) - offset;
  const said = [seconds, date, ban].filter((time) => !Number.isNaN(time));
  return said.length === 0 ? undefined : Math.min(maxDate, Math.ceil(Math.max(...said)));
}

/**
 * Where the server does not say: the next minute after 429, the shortest ban after 418 (both documented). The minute is
 * the one that the server may be in at the latest, and it ends when it has surely ended.
 */
export function assumedRetryAt(reason: PauseReason, now: number, { min, max }: Bounds): number {
  if (reason === "BANNED") return now + 120_000;
  return (Math.floor((now + max) / 60_000) + 1) * 60_000 - min;
}
