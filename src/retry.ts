export interface RetryOptions {
  /** Most signed requests of a call; 1 turns retries off. @default 4 */
  attempts?: number | undefined;
  /** Longest first pause, in ms; doubles with each attempt. @default 200 */
  baseDelay?: number | undefined;
  /** Longest pause, in ms. @default 5000 */
  maxDelay?: number | undefined;
}

/** A random part of a pause that doubles (full jitter), so that many clients do not come back at once. */
export function backoff(
  attempt: number,
  { baseDelay, maxDelay }: { baseDelay: number; maxDelay: number },
  random: () => number,
): number {
  return random() * Math.min(maxDelay, baseDelay * 2 ** (attempt - 1));
}

/** A pause that doubles and is never short: a network that is away comes back in seconds, not in the time of a random pause. */
export function reconnectPause(
  attempt: number,
  { baseDelay, maxDelay }: { baseDelay: number; maxDelay: number },
  random: () => number,
): number {
  return (1 + random() / 4) * Math.min(maxDelay, 2.5 * baseDelay * 2 ** (attempt - 1));
}

/**
 * Keeps a broken server from being hammered: each repetition takes from a store that only good answers fill.
 * While all is well it is never felt; when everything fails, many calls at once repeat ten times between them.
 */
export class RetryBudget {
  // In fifths, which add up exactly where 0.2 would not.
  #left = full;

  take(): boolean {
    if (this.#left < 5) return false;
    this.#left -= 5;
    return true;
  }

  /** Five good answers make good for one repetition. */
  refill(): void {
    this.#left = Math.min(full, this.#left + 1);
  }
}

const full = 10 * 5;
