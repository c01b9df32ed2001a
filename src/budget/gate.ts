import type { Clock } from "../clock.js";
import type { BinanceError, ErrorDetails } from "../errors.js";
import { RetryBudget } from "../retry.js";
import { Pause, type PauseReason, pauseError } from "../retry-after.js";
import type { Sleep } from "../transport/sleep.js";
import type { Priority } from "../types.js";
import { isLease, type Lease, type Ledger, type Moment, minuteMs, type Refusal } from "./ledger.js";

/** The clocks of one client. */
export interface GateTime {
  monotonic(): number;
  wall(): number;
  sleep: Sleep;
  random(): number;
  clock: Pick<Clock, "local" | "offset">;
}

/** A call that wants to send. */
export interface Ask {
  weight: number;
  priority: Priority;
  time: GateTime;
  /** What the call has left, in ms. */
  remaining(): number;
  signal: AbortSignal | undefined;
  details(): ErrorDetails;
  /** Told once, when it has to wait. */
  onWait(ms: number, reason: PauseReason): void;
}

interface Waiter {
  ask: Ask;
  resolve(lease: Lease): void;
  reject(error: unknown): void;
}

/** After a pause or a full minute, calls that waited leave as if the minute's weight were spent in this time, in ms. */
const spreadMs = 30_000;

/** The first one after a pause holds up the others no longer than this, in ms. */
const probeMs = 1000;

/** Pauses do not end at the same ms for all who share an address. */
const jitterMs = 200;

/** This moment by a client's clocks. */
export function momentOf({ monotonic, clock }: Pick<GateTime, "monotonic" | "clock">): Moment {
  return { monotonic: monotonic(), server: clock.local() + (clock.offset?.min ?? 0) };
}

/** What stands between all clients that share an address, and one server: its pause, its minute and its retry budget. */
export class Gate {
  readonly pause = new Pause();
  readonly retries = new RetryBudget();
  readonly ledger: Ledger;
  readonly #queue: Waiter[] = [];
  /** Nothing has been refused for a while: who comes may send. */
  #calm = true;
  /** After a pause one is sent first. */
  #probe: Lease | undefined;
  #probed = true;
  /** When the next may follow, and until when the minute is full. */
  #next = 0;
  #full = 0;
  #nap: AbortController | undefined;
  #napUntil = 0;
  #jitter = 0;
  #isAsking = false;
  #isLate: ReturnType<typeof setTimeout> | undefined;

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** Waits for room. Where there is some, and nothing has to be asked of anybody, no turn of the loop passes. */
  enter(ask: Ask): Lease | Promise<Lease> {
    if (!this.#calm || this.#queue.length > 0 || !this.pause.isOver(ask.time.monotonic()))
      return this.#wait(ask);
    const answer = this.ledger.reserve(ask.weight, momentOf(ask.time));
    if (!("then" in answer)) return isLease(answer) ? answer : this.#refused(answer, ask);
    return answer.then((answer) => (isLease(answer) ? answer : this.#refused(answer, ask)));
  }

  /** The request has its answer, has failed, or was never sent. */
  leave(lease: Lease, time: GateTime): void {
    this.ledger.settle(lease, momentOf(time));
    if (this.#probe === lease) {
      clearTimeout(this.#isLate);
      this.#probe = undefined;
      this.#probed ||= lease.sent === true && this.pause.isOver(time.monotonic());
    }
    if (this.#queue.length > 0) this.#pump();
    else if (this.#probed && time.monotonic() >= this.#next) this.#calm = true;
  }

  /** The server wants to be left alone until then, by the monotonic clock: those not yet sent are not sent. */
  block(until: number, reason: PauseReason, lease: Lease, time: GateTime): void {
    const moment = momentOf(time);
    if (reason === "RATE_LIMITED") this.ledger.overspent(lease, moment);
    this.ledger.block(until - moment.monotonic, reason);
    this.#stop(until, reason, time);
  }

  #stop(until: number, reason: PauseReason, { random }: GateTime): void {
    this.pause.extend(until, reason);
    this.#jitter = random() * jitterMs;
    this.#calm = false;
    this.#probed = false;
    this.#sweep();
  }

  #refused(refusal: Refusal, ask: Ask): Promise<Lease> {
    this.#note(refusal, ask.time);
    return this.#wait(ask);
  }

  /** Learns from a ledger's refusal. */
  #note({ waitMs, blocked }: Refusal, time: GateTime): void {
    const until = time.monotonic() + waitMs;
    if (blocked) return void this.#stop(until, blocked, time);
    this.#calm = false;
    this.#next = Math.max(this.#next, until);
    this.#probed = false;
    this.#full = Math.max(this.#full, until);
  }

  #wait(ask: Ask): Promise<Lease> {
    return new Promise((resolve, reject) => {
      const { signal } = ask;
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#remove(waiter);
        reject(signal?.reason);
        if (this.#queue.length === 0) this.#rest();
      };
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          signal?.removeEventListener("abort", onAbort);
          settle(value);
        };
      const waiter: Waiter = { ask, resolve: done(resolve), reject: done(reject) };
      const at = this.#queue.findIndex((other) => ask.priority === "high" && other.ask.priority !== "high");
      let ahead = 0;
      for (const other of at < 0 ? this.#queue : this.#queue.slice(0, at)) ahead += other.ask.weight;
      const wait = this.#expected(ahead, ask);
      if (wait > 0) {
        const reason = this.#reason(ask.time);
        if (!this.#fits(wait, ask)) return reject(this.#tooLong(wait, ask));
        ask.onWait(wait, reason);
      }
      signal?.addEventListener("abort", onAbort);
      this.#queue.splice(at < 0 ? this.#queue.length : at, 0, waiter);
      this.#pump();
    });
  }

  #remove(waiter: Waiter): boolean {
    const at = this.#queue.indexOf(waiter);
    if (at >= 0) this.#queue.splice(at, 1);
    return at >= 0;
  }

  /** Lets those go who may, in their order. */
  #pump(): void {
    for (let head = this.#queue[0]; head && !this.#isAsking; head = this.#queue[0]) {
      const { ask } = head;
      if (this.#probe) return void this.#sweep();
      const wait = this.#holdup(ask.time);
      // Whole ms: a clock that counts from 1970 cannot move by less than 1/4096 of one, and would never get there.
      if (wait > 0) return void this.#later(Math.ceil(wait), ask.time);
      const answer = this.ledger.reserve(ask.weight, momentOf(ask.time));
      if (!("then" in answer)) this.#take(head, answer);
      else {
        this.#isAsking = true;
        answer.then((answer) => {
          this.#isAsking = false;
          this.#take(head as Waiter, answer);
          this.#pump();
        });
      }
    }
  }

  #take(waiter: Waiter, answer: Lease | Refusal): void {
    const { weight, time } = waiter.ask;
    if (!isLease(answer)) {
      this.#note(answer, time);
      return void this.#sweep();
    }
    // It was aborted while the store was asked.
    if (!this.#remove(waiter)) return void this.ledger.settle(answer, momentOf(time));
    if (!this.#calm) {
      this.#next = time.monotonic() + (weight * spreadMs) / this.#limit(time);
      if (!this.#probed) {
        this.#probe = answer;
        this.#isLate = setTimeout(() => {
          this.#probe = undefined;
          this.#pump();
        }, probeMs);
      }
    }
    waiter.resolve(answer);
  }

  /** How long nobody may go, in ms. */
  #holdup({ monotonic }: GateTime): number {
    if (this.#calm) return 0;
    return Math.max(this.pause.until + this.#jitter, this.#next) - monotonic();
  }

  /** Looks again after so long; with nobody left to wait for, the timer ends. */
  #later(ms: number, { monotonic, sleep }: GateTime): void {
    this.#sweep();
    const until = monotonic() + ms;
    if (this.#queue.length === 0 || (this.#nap && this.#napUntil <= until)) return;
    this.#nap?.abort();
    const nap = new AbortController();
    this.#nap = nap;
    this.#napUntil = until;
    const slept = async () => sleep(ms, nap.signal);
    slept().then(
      () => {
        if (this.#nap !== nap) return;
        this.#nap = undefined;
        this.#pump();
      },
      (error) => {
        if (this.#nap !== nap) return;
        this.#nap = undefined;
        for (const { reject } of this.#queue.splice(0)) reject(error);
      },
    );
  }

  /** Nobody waits any more. */
  #rest(): void {
    this.#nap?.abort();
    this.#nap = undefined;
  }

  /** How long a call that has so much weight ahead of it will wait at least, in ms. */
  #expected(ahead: number, { weight, time }: Ask): number {
    const now = time.monotonic();
    const begins = Math.max(0, this.pause.until - now, this.#full - now, this.#calm ? 0 : this.#next - now);
    const limit = this.#limit(time);
    const minutes = Math.floor((ahead + weight - 1) / limit);
    const rest = ahead - minutes * limit;
    return begins + minutes * minuteMs + Math.max(0, rest * spreadMs) / limit;
  }

  /** What the server grants in a minute, as far as it is known. */
  #limit(time: GateTime): number {
    return this.ledger.state(momentOf(time)).limit;
  }

  #reason({ monotonic }: GateTime): PauseReason {
    return this.pause.isOver(monotonic()) ? "RATE_LIMITED" : this.pause.reason;
  }

  #fits(wait: number, { time, remaining }: Ask): boolean {
    return this.#reason(time) !== "BANNED" && wait < remaining();
  }

  #tooLong(wait: number, { time, details }: Ask): BinanceError {
    return pauseError(this.#reason(time), wait, time, details());
  }

  /** Who will not be served in time learns it now. */
  #sweep(): void {
    let ahead = 0;
    for (const waiter of [...this.#queue]) {
      const wait = this.#expected(ahead, waiter.ask);
      if (this.#fits(wait, waiter.ask)) ahead += waiter.ask.weight;
      else if (this.#remove(waiter)) waiter.reject(this.#tooLong(wait, waiter.ask));
    }
    if (this.#queue.length === 0) this.#rest();
  }
}
