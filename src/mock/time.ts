import { setImmediate } from "node:timers";
import type { MockClock } from "./clock.js";

/** Options of `createClient` that put a client into the mock's time: what it waits for passes at once. */
export interface SharedTime {
  /** The mock's time, in ms since 1970. */
  readonly now: () => number;
  /** Ms of the mock's clock that only move forward. */
  readonly monotonic: () => number;
  /** Advances the mock's clock instead of waiting. Who sleeps shortest wakes first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

interface Sleeper {
  until: number;
  wake: () => void;
}

// As it was when this was loaded: fake timers of a test cannot stop it.
const soon = setImmediate;

/** Turns of the loop in which a request that was sent arrives here, on a connection that has to be made, and is answered. */
const turns = 20;

function afterTurns(count: number, deed: () => void): void {
  if (count > 0) soon(() => afterTurns(count - 1, deed));
  else deed();
}

/** One time for an account and its clients. */
export function createTime(clock: MockClock): SharedTime {
  let last: number | undefined;
  let passed = 0;
  const monotonic = (): number => {
    const now = clock.now();
    passed += Math.max(0, now - (last ?? now));
    last = now;
    return passed;
  };

  let sleepers: Sleeper[] = [];
  const wakeNext = (): void => {
    const next = sleepers.reduce<Sleeper | undefined>(
      (first, other) => (first && first.until <= other.until ? first : other),
      undefined,
    );
    if (!next) return;
    sleepers = sleepers.filter((other) => other !== next);
    const left = next.until - monotonic();
    if (left > 0) clock.advance(left);
    next.wake();
    if (sleepers.length > 0) afterTurns(turns, wakeNext);
  };

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        until: monotonic() + ms,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      if (sleepers.push(sleeper) === 1) afterTurns(turns, wakeNext);
    });

  return { now: clock.now, monotonic, sleep };
}
