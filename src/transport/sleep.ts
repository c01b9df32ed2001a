/** Waits, in ms. Rejects with the signal's reason when that aborts. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** The longest time of one timer, in ms; longer ones fire at once. */
export const longestTimer = 2 ** 31 - 1;

export const sleep: Sleep = async (ms, signal) => {
  for (let left = ms; left > 0; left -= longestTimer) await nap(Math.min(left, longestTimer), signal);
};

const nap: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      done();
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      done();
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort);
  });
