/** Waits, in ms; the signal ends it early by rejecting with its reason. */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

/** Longest time of one timer, in ms; beyond it timers fire at once. */
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
