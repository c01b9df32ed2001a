import { invalidArgument } from "./errors.js";
import { mustBe } from "./input.js";
import { safeCause } from "./redact.js";
import type { WireHeaders } from "./transport/transport.js";

/** Estimates the server's time. All times are in ms. */
export interface Clock {
  /** Returns this machine's time since 1970, as the client counts it. */
  local(): number;
  /** Returns what to add to `local()` for a timestamp: never ahead of the server, as far as responses have shown. */
  shift(): number;
  /** Notes that a request signed with this shift was accepted. */
  accepted(shift: number): void;
  /** Learns from a response's headers. Both times are by `local()`. */
  observe(headers: WireHeaders, sentAt: number, receivedAt: number): void;
  /** Learns from a refused timestamp and the shift it was made with; returns which retry is worth a request. */
  correct(
    headers: WireHeaders,
    sentAt: number,
    receivedAt: number,
    shift: number,
  ): "resync" | "restore" | "never";
  /** Returns what one response says by itself, without learning from it. */
  measure(headers: WireHeaders, sentAt: number, receivedAt: number): Bounds | undefined;
  /** Server time minus `local()`: what all responses since the last contradiction agree on, or the fixed offset. */
  readonly offset: Bounds | undefined;
}

/** Bounds of server time minus this machine's time. */
export interface Bounds {
  /** Least offset that fits the responses, in ms. */
  min: number;
  /** Greatest offset that fits the responses, in ms. */
  max: number;
}

/** `learn` from the `Date` of every response, trust this machine's clock (`system`), or add a fixed offset in ms. */
export type ClockOption = "learn" | "system" | number;

/** Creates a clock that starts at the system's time and then runs monotonically: setting the system's clock does not move it. */
export function steadyTime(): () => number {
  const start = Date.now() - performance.now();
  return () => start + performance.now();
}

/** Wraps `now` so that each result is checked; a value that is no time would be signed and sent. */
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

/** Server time minus this machine's, which may have been set since the client began to count. */
export function offsetOf({ clock, wall }: { clock: Clock; wall(): number }): Bounds | undefined {
  const moved = clock.local() - wall();
  return clock.offset && { min: clock.offset.min + moved, max: clock.offset.max + moved };
}

/** Shifts closer than this, in ms, count as equal, because `Date` has whole seconds. */
const sameShift = 500;

/** Whether a shift is consistent with these bounds: shifts are lower bounds, and up to a second low. */
const isWithin = ({ min, max }: Bounds, shift: number) => shift >= min - 1000 && shift <= max;

export function createClock(option: ClockOption, local: () => number): Clock {
  const fixed = typeof option === "number" ? option : option === "system" ? 0 : undefined;
  let bounds: Bounds | undefined = fixed === undefined ? undefined : { min: fixed, max: fixed };
  /** The shift that the server accepted last. */
  let good: number | undefined;
  /** False once the server refused what `Date` led to: some gateways write a `Date` of their own. */
  let believesDate = true;
  /** How often `Date` contradicted itself by more than drift explains. */
  let flips = 0;
  /** Whether the shift learned from a refusal is still to be accepted. */
  let isUnproven = false;

  let last = { text: "", time: Number.NaN };

  /** Parses `Date`, in ms since 1970. Responses of one second share its text, so the last result is kept. */
  const parseDate = (text: string): number => {
    if (text !== last.text) last = { text, time: Date.parse(text) };
    return last.time;
  };

  /**
   * Bounds from one response. `Date` has whole seconds, so the server's time was within [date, date + 1000) at some moment between
   * sending and receiving. A response with `Age` comes from a cache and says nothing of now.
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
      // Contradicting bounds mean that a clock was set: the newest response is right.
      if (both.min - both.max > sameShift) flips += 1;
      bounds = both.min > both.max ? seen : both;
    },
    correct(headers, sentAt, receivedAt, used) {
      if (fixed !== undefined) return "never";
      const seen = boundsOf(headers, sentAt, receivedAt);
      if (good !== undefined && Math.abs(good - used) < sameShift) good = undefined; // not accepted any more
      // `Date` led away from an accepted shift. It is wrong if the correction was refused too, if it insists on the refused shift,
      // if it now agrees with the accepted one, or if it contradicted itself before.
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
