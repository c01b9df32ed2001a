import type { TimeoutPhase } from "../errors.js";
import { longestTimer } from "./sleep.js";

/** A phase of an attempt; each has its own time limit. */
export type Phase = Exclude<TimeoutPhase, "total">;

/** Time limits, in ms. `total` is for the whole call, the others for each attempt. */
export interface Timeouts {
  /** The whole call, with retries and pauses, in ms. @default 10000 */
  total: number;
  /** Connecting, with TLS and any proxy, in ms. Runtimes that use `fetch` count it as `headers`. @default 5000 */
  connect: number;
  /** From sending the request to the response's headers, in ms. @default 5000 */
  headers: number;
  /** Reading the body, in ms. @default 5000 */
  body: number;
}

/** The reason of an attempt that took too long. */
export class Expired extends Error {
  readonly phase: TimeoutPhase;

  constructor(phase: TimeoutPhase) {
    super(phase);
    this.name = "Expired";
    this.phase = phase;
  }
}

/** The time limit of one call. */
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

  /** Returns the time that the call has left, in ms. */
  remaining(): number {
    return this.#end - this.#monotonic();
  }
}

/**
 * Ends one attempt when the caller aborts, or when a phase or the whole call takes too long. At most one timer runs: a phase that
 * ends later than the timer leaves it alone, and the timer checks the clock when it fires.
 */
export class Watch {
  /** The current phase. */
  phase: Phase = "headers";
  readonly #deadline: Deadline;
  /** Time that the call had left when the attempt began, in ms, and that moment by `performance.now`. */
  readonly #left: number;
  readonly #began: number;
  #end: ((reason: unknown) => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires, and when the phase began, in ms after the start of the attempt. */
  #fires = Infinity;
  #phaseBegan = 0;
  /** Whether the timer has fired late once, because the program was busy. */
  #late = false;

  constructor(deadline: Deadline) {
    this.#deadline = deadline;
    this.#left = deadline.remaining();
    this.#began = performance.now();
  }

  /** Sets what ends the transport's work at once. Called once, before its first phase. */
  onEnd(end: (reason: unknown) => void): void {
    this.#end = end;
    this.#deadline.signal?.addEventListener("abort", this.#onAbort);
  }

  /** Begins a phase. A transport that cannot tell connecting from waiting skips `connect`. */
  enter(phase: Phase): void {
    if (!this.#end) return;
    this.phase = phase;
    this.#phaseBegan = performance.now() - this.#began;
    if (this.#due < this.#fires) this.#arm();
  }

  /** Ends the watch: the attempt is over. */
  close(): void {
    clearTimeout(this.#timer);
    this.#deadline.signal?.removeEventListener("abort", this.#onAbort);
    this.#end = undefined;
  }

  /** When the phase or the call must be over, in ms after the start of the attempt. */
  get #due(): number {
    return Math.min(this.#left, this.#phaseBegan + this.#deadline.timeouts[this.phase]);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#fires = this.#due;
    const ms = this.#fires - (performance.now() - this.#began);
    this.#timer = setTimeout(this.#onTime, Math.min(Math.max(0, ms), longestTimer));
  }

  readonly #onTime = (): void => {
    const due = this.#due;
    const over = performance.now() - this.#began - due;
    this.#fires = Infinity;
    if (over < -1) this.#arm();
    else if (over > 10 && !this.#late) {
      // Bytes that arrived while the program was busy arrived in time: read them first.
      this.#late = true;
      this.#timer = setTimeout(this.#onTime);
    } else this.#end?.(new Expired(due === this.#left ? "total" : this.phase));
  };

  readonly #onAbort = (): void => this.#end?.(this.#deadline.signal?.reason);
}
