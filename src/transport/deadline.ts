import { longestTimer } from "./sleep.js";

/** How far an attempt has come; each step has a deadline of its own. */
export type Phase = "connect" | "headers" | "body";

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

/** The time that one call has. */
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
}

/**
 * Ends one attempt when the caller does, or when a phase or the whole call takes too long. One timer runs at most: a phase that
 * may last longer than the one before leaves it alone, and it looks at the clock when it fires.
 */
export class Watch {
  /** How far the attempt has come. */
  phase: Phase = "headers";
  readonly #deadline: Deadline;
  /** What the call had left when the attempt began, in ms, and when that was, by `performance.now`. */
  readonly #left: number;
  readonly #began: number;
  #end: ((reason: unknown) => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer fires, and when the phase began, in ms after the attempt. */
  #fires = Infinity;
  #phaseBegan = 0;
  /** The program was busy when the timer should have fired. */
  #late = false;

  constructor(deadline: Deadline) {
    this.#deadline = deadline;
    this.#left = deadline.remaining();
    this.#began = performance.now();
  }

  /** Called once by the transport, before its first phase: what ends its work at once, with the reason. */
  onEnd(end: (reason: unknown) => void): void {
    this.#end = end;
    this.#deadline.signal?.addEventListener("abort", this.#onAbort);
  }

  /** Called by the transport when a phase begins; one that cannot tell connecting from waiting never says `connect`. */
  enter(phase: Phase): void {
    if (!this.#end) return;
    this.phase = phase;
    this.#phaseBegan = performance.now() - this.#began;
    if (this.#due < this.#fires) this.#arm();
  }

  /** The attempt is over. */
  close(): void {
    clearTimeout(this.#timer);
    this.#deadline.signal?.removeEventListener("abort", this.#onAbort);
    this.#end = undefined;
  }

  /** When the phase or the call is over, in ms after the beginning of the attempt. */
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
      // What has arrived while nobody could read it has arrived in time: it is read first.
      this.#late = true;
      this.#timer = setTimeout(this.#onTime);
    } else this.#end?.(new Expired(due === this.#left ? "total" : this.phase));
  };

  readonly #onAbort = (): void => this.#end?.(this.#deadline.signal?.reason);
}
