/** What says that something may have changed: each item, or each `message` event, means "look now". */
export type WakeSource = AsyncIterable<unknown> | EventTarget;

export const isWakeSource = (value: unknown): value is WakeSource =>
  typeof value === "object" &&
  value !== null &&
  (isIterable(value as WakeSource) || typeof (value as EventTarget).addEventListener === "function");

const isIterable = (source: WakeSource): source is AsyncIterable<unknown> =>
  typeof (source as AsyncIterable<unknown>)[Symbol.asyncIterator] === "function";

/** Listens until the function that it returns is called. `onEnd` is told when the source ends or fails by itself. */
export function listen(source: WakeSource, onWake: () => void, onEnd: (error: unknown) => void): () => void {
  if (!isIterable(source)) {
    source.addEventListener("message", onWake);
    return () => source.removeEventListener("message", onWake);
  }
  const iterator = source[Symbol.asyncIterator]();
  let isOpen = true;
  const end = (error?: unknown) => {
    if (isOpen) onEnd(error);
    isOpen = false;
  };
  const next = (): void => {
    iterator.next().then(({ done }) => {
      if (done || !isOpen) return end();
      onWake();
      next();
    }, end);
  };
  next();
  return () => {
    if (!isOpen) return;
    isOpen = false;
    // A generator that waits for its own source answers when that does; nobody waits for it.
    iterator.return?.().then(undefined, () => {});
  };
}
