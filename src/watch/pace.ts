import type { Minute } from "../budget/weight.js";

/** Share of a minute's weight that watches leave to other calls, besides the margin of the budget. */
const leftAlone = 0.05;

/**
 * How long after the last look the next is worth its weight, in ms: what is left of the minute's weight is spread over what is left
 * of the minute. Infinity when nothing is left before the next one.
 */
export function spread(weight: number, { used, reserved, room, limit, leftMs }: Minute): number {
  // A request that is heavier than the limit is sent alone, in a minute of its own.
  if (used + reserved === 0) return 0;
  const share = room - limit * leftAlone;
  return share < weight ? Infinity : (leftMs * weight) / share;
}

export interface PaceOptions {
  weight: number;
  every: number;
  minute(): Minute;
  /** Told when looks become rarer than asked for, and when they no longer are. */
  onPace(ms: number): void;
}

/** Decides when a watch may look again. */
export function createPace({ weight, every, minute, onPace }: PaceOptions) {
  /** How near to the one before a look that was woken may come, in ms. */
  const soonest = Math.min(1000, every / 10);
  let isSlow = false;

  /** How long to wait, in ms, so long after the start of the last look. */
  return (sinceLook: number, isWoken: boolean): number => {
    const now = minute();
    const paced = spread(weight, now);
    const wait = Math.max(
      (isWoken ? soonest : every) - sinceLook,
      paced === Infinity ? now.leftMs : paced - sinceLook,
    );
    if (paced > every !== isSlow) {
      isSlow = !isSlow;
      onPace(isSlow ? Math.max(every, Math.ceil(wait + sinceLook)) : every);
    }
    return wait;
  };
}
