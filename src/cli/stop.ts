import { expectListeners } from "#platform";

/** When somebody has asked this process to end, by Ctrl-C or SIGTERM. */
export function untilStopped(): { signal: AbortSignal; promise: Promise<void> } & Disposable {
  const stopped = new AbortController();
  expectListeners(stopped.signal);
  const stop = () => stopped.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.once(name, stop);
  const promise = new Promise<void>((resolve) =>
    stopped.signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  return {
    ...{ signal: stopped.signal, promise },
    [Symbol.dispose]() {
      for (const name of signals) process.off(name, stop);
    },
  };
}
