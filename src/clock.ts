import { invalidArgument } from "./errors.js";
import { mustBe } from "./input.js";
import { safeCause } from "./redact.js";
import type { WireHeaders } from "./transport/transport.js";

/** How the client knows the server's time. All times are in ms. */
export interface Clock {
  /** This machine's time, since 1970, as the client counts it. */
  local(): number;
  /** What is added to `local()` to sign with: the server's time, never ahead of it as far as responses have shown. */
  shift(): number;
  /** A request that was signed with this shift was accepted. */
  accepted(shift: number): void;
  /** Learns from a response's headers: when its request was sent and when they arrived, by `local()`. */
  observe(headers: WireHeaders, sentAt: number, receivedAt: number): void;
  /** Learns from a refusal of our time, with what the request was signed with; says what is worth another request. */
  correct(
    headers: WireHeaders,
    sentAt: number,
    receivedAt: number,
    shift: number,
  ): "resync" | "restore" | "never";
  /** What one response alone says, whether or not it is learned. */
  measure(headers: WireHeaders, sentAt: number, receivedAt: number): Bounds | undefined;
  /** Server time minus `local()`: what all responses since the last contradiction agree on, or what was fixed. */
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
      throw invalidArgument("`now` must give the time in ms since 1970; it failed.", safeCause(error));
    }
    if (typeof time === "number" && time >= 0 && time <= 8.64e15) return time;
    throw mustBe("The result of `now`", "the time in ms since 1970, as a number", time);
  };
}

/** Two shifts that are closer than this are the same, in ms: `Date` has whole seconds. */
const sameShift = 500;

/** Whether a shift may have come from responses that say this: shifts are lower bounds, and up to a second low. */
const isWithin = ({ min, max }: Bounds, shift: number) => shift >= min - 1000 && shift <= max;

export function createClock(option: ClockOption, local: () => number): Clock {
  const fixed = typeof option === "number" ? option : option === "system" ? 0 : undefined;
  let bounds: Bounds | undefined = fixed === undefined ? undefined : { min: fixed, max: fixed };
  /** What the server has accepted last. */
  let good: number | undefined;
  /** Some gateways write a `Date` of their own: it is not believed once the server has refused what it led to. */
  let believesDate = true;
  /** How often `Date` has contradicted itself by more than clocks drift. */
  let flips = 0;
  /** What was learned from a refusal has not been accepted yet. */
  let isUnproven = false;

  let last = { text: "", time: Number.NaN };

  /** Ms since 1970. Responses of the same second have the same text, and reading it takes a while. */
  const parseDate = (text: string): number => {
    if (text !== last.text) last = { text, time: Date.parse(text) };
    return last.time;
  };

  /**
   * `Date` has whole seconds, so the server's time was within [date, date + 1000) at some moment between sending and receiving.
   * A response with `Age` comes from a cache and tells nothing of now.
   */
  const boundsOf = (headers: WireHeaders, sentAt: number, receivedAt: number): Bounds | undefined => {
    const date = parseDate(headers.get("date") ?? "");
    if (Number.isNaN(date) || headers.has("age") || receivedAt < sentAt) return undefined;
    return { min: date - receivedAt, max: date + 1000 - sentAt };
  };

  const shift = () => bounds?.min ?? 0;

  return {
    local,
    shift,
    accepted(used) {
      good = used;
      isUnproven = false;
    },
    observe(headers, sentAt, receivedAt) {
      const seen = fixed === undefined && believesDate ? boundsOf(headers, sentAt, receivedAt) : undefined;
      if (!seen) return;
      const both = {
        min: Math.max(bounds?.min ?? -Infinity, seen.min),
        max: Math.min(bounds?.max ?? Infinity, seen.max),
      };
      // Bounds that contradict each other: one of the clocks was set. The newest response is right.
      if (both.min - both.max > sameShift) flips += 1;
      bounds = both.min > both.max ? seen : both;
    },
    correct(headers, sentAt, receivedAt, used) {
      if (fixed !== undefined) return "never";
      const seen = boundsOf(headers, sentAt, receivedAt);
      if (good !== undefined && Math.abs(good - used) < sameShift) good = undefined; // not accepted any more
      // `Date` has led away from what was accepted. It is wrong if that was refused twice, if it stands by it, if it now says what was
      // accepted, or if it has contradicted itself before.
      const isWrong =
        !seen || isUnproven || flips > 0 || isWithin(seen, used) || isWithin(seen, good ?? used);
      if (good !== undefined && isWrong) {
        believesDate = false;
        bounds = { min: good, max: good };
        return "restore";
      }
      if (!seen) return "never";
      bounds = seen;
      isUnproven = true;
      return "resync";
    },
    measure: boundsOf,
    get offset() {
      return bounds && { ...bounds };
    },
  };
}
