import { invalidArgument } from "./errors.js";
import { safeCause } from "./redact.js";
import type { WireHeaders } from "./transport/transport.js";

/** How the client knows the server's time. */
export interface Clock {
  /** The server's time now, in ms since 1970: never ahead of it, as far as the answers seen can tell. */
  now(): number;
  /** Learns from an answer's headers: when its request was sent and when they arrived, by `local()`. */
  observe(headers: WireHeaders, sentAt: number, receivedAt: number): void;
  /** The same, after the server has refused our time: what was believed before is dropped. False when there is nothing to learn. */
  correct(headers: WireHeaders, sentAt: number, receivedAt: number): boolean;
  /** What one answer alone says, whether or not it is learned. */
  measure(headers: WireHeaders, sentAt: number, receivedAt: number): Bounds | undefined;
  /** This machine's time, in ms since 1970. */
  local(): number;
  /** Server time minus local time: what all answers since the last contradiction agree on, or what was fixed. */
  readonly offset: Bounds | undefined;
}

/** Server time minus this machine's time, in ms: at least `min`, at most `max`. */
export interface Bounds {
  min: number;
  max: number;
}

/** `learn` from the `Date` of every answer, trust this machine's clock (`system`), or add a fixed offset in ms. */
export type ClockOption = "learn" | "system" | number;

/** Starts at the system's time and is driven by the monotonic clock, so that setting the clock does not move it. */
export function steadyTime(): () => number {
  const start = Date.now() - performance.now();
  return () => start + performance.now();
}

/** `now` as given, checked each time: a timestamp that is no time would be signed and sent. */
export function checkedNow(now: () => number): () => number {
  return () => {
    let time: unknown;
    try {
      time = now();
    } catch (error) {
      throw invalidArgument("`now` throws.", safeCause(error));
    }
    if (typeof time === "number" && time >= 0 && time <= 8.64e15) return time;
    throw invalidArgument("`now` gives the time in ms since 1970, as a number.");
  };
}

export function createClock(option: ClockOption, local: () => number): Clock {
  const fixed = typeof option === "number" ? option : option === "system" ? 0 : undefined;
  let bounds: Bounds | undefined = fixed === undefined ? undefined : { min: fixed, max: fixed };

  let last = { text: "", time: Number.NaN };

  /** Ms since 1970. Answers of the same second have the same text, and reading it takes a while. */
  const parseDate = (text: string): number => {
    if (text !== last.text) last = { text, time: Date.parse(text) };
    return last.time;
  };

  /**
   * `Date` has whole seconds, so the server's time was within [date, date + 1000) at some moment between sending and receiving.
   * An answer with `Age` comes from a cache and tells nothing of now.
   */
  const boundsOf = (headers: WireHeaders, sentAt: number, receivedAt: number): Bounds | undefined => {
    const date = parseDate(headers.get("date") ?? "");
    if (Number.isNaN(date) || headers.has("age") || receivedAt < sentAt) return undefined;
    return { min: date - receivedAt, max: date + 1000 - sentAt };
  };

  const learn = (headers: WireHeaders, sentAt: number, receivedAt: number, keep: boolean): boolean => {
    const seen = fixed === undefined ? boundsOf(headers, sentAt, receivedAt) : undefined;
    if (!seen) return false;
    const both =
      keep && bounds ? { min: Math.max(bounds.min, seen.min), max: Math.min(bounds.max, seen.max) } : seen;
    // Bounds that contradict each other: one of the clocks was set. The newest answer is right.
    bounds = both.min > both.max ? seen : both;
    return true;
  };

  return {
    local,
    now: () => local() + (bounds?.min ?? 0),
    observe: (headers, sentAt, receivedAt) => void learn(headers, sentAt, receivedAt, true),
    correct: (headers, sentAt, receivedAt) => learn(headers, sentAt, receivedAt, false),
    measure: boundsOf,
    get offset() {
      return bounds && { ...bounds };
    },
  };
}
