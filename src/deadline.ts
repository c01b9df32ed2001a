import type { Phase } from "./platform/transport.js";
import { longestTimer } from "./sleep.js";

/** What a TIMEOUT was waiting for; `total` is the time of the whole call. */
export type TimeoutPhase = Phase | "total";

/** Longest times in ms. `total` is for the whole call with its repetitions, the others for each attempt. */
export interface Timeouts {
  total: number;
  connect: number;
  headers: number;
  body: number;
}

/** Why an attempt was ended from our side. */
export class Expired extends Error {
  readonly phase: TimeoutPhase;

  constructor(phase: TimeoutPhase) {
    super(phase);
    this.name = "Expired";
    this.phase = phase;
  }
}

/** The time that one call has. One timer runs at most, and only while something is waited for. */
export class Deadline {
  readonly timeouts: Timeouts;
  readonly signal: AbortSignal | undefined;
  readonly #monotonic: () => number;
  readonly #end: number;

  constructor(timeouts: Timeouts, monotonic: () => number, signal: AbortSignal | undefined) {
    this.timeouts = timeouts;
    this.signal = signal;
    this.#monotonic = monotonic;
    this.#end = monotonic() + timeouts.total;
  }

  /** What the call has left, in ms. */
  remaining(): number {
    return this.#end - this.#monotonic();
  }

  /** Runs one attempt under a signal that ends it when the caller does, or when a phase or the whole call takes too long. */
  async run<T>(attempt: (signal: AbortSignal, onPhase: (phase: Phase) => void) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onPhase = (phase: Phase) => {
      clearTimeout(timer);
      const left = this.remaining();
      const limit = this.timeouts[phase];
      const [ms, why]: [number, TimeoutPhase] = left < limit ? [left, "total"] : [limit, phase];
      if (ms <= longestTimer) timer = setTimeout(() => controller.abort(new Expired(why)), ms);
    };
    const onAbort = () => controller.abort(this.signal?.reason);
    this.signal?.addEventListener("abort", onAbort);
    try {
      this.signal?.throwIfAborted();
      return await attempt(controller.signal, onPhase);
    } finally {
      clearTimeout(timer);
      this.signal?.removeEventListener("abort", onAbort);
    }
  }
}
