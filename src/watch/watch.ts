import { expectListeners } from "#platform";
import { operations } from "../../generated/operations.js";
import type { Minute } from "../budget/weight.js";
import type { CallOptions } from "../call-types.js";
import { BinanceError } from "../errors.js";
import { summaryOf } from "../inside/observers.js";
import type { Settings } from "../options.js";
import { reconnectPause } from "../retry.js";
import type { OperationId, ServerName } from "../types.js";
import { type FailedLook, type Look, readWatch, type Watch, type WatchOptions } from "./options.js";
import { createPace } from "./pace.js";
import { listen } from "./wake.js";

/** What a watch needs of the client. */
export interface Watcher {
  settings: Settings;
  call(id: OperationId, parameters: unknown, options: CallOptions): Promise<unknown>;
  minuteOf(server: ServerName): Minute;
}

type Item = Look<unknown> | FailedLook;

/** Looks at an account again and again, one request at a time, as often as the weight allows. */
export function watch(
  watcher: Watcher,
  id: OperationId,
  given: WatchOptions<OperationId, boolean> = {},
): Watch<Item> {
  const options = readWatch(id, given, watcher.settings.recvWindow);
  const ended = new AbortController();
  const items = looks(watcher, id, options, ended);
  const end = async () => {
    ended.abort();
    return items.return(undefined);
  };
  return {
    next: () => items.next(),
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

async function* looks(
  { settings, call, minuteOf }: Watcher,
  operationId: OperationId,
  options: ReturnType<typeof readWatch>,
  ended: AbortController,
): AsyncGenerator<Item, undefined> {
  const { monotonic, wall, retry, random, observers } = settings;
  const { every, signal, parameters, skipUnchanged, yieldErrors } = options;
  const { server, weight } = operations[operationId];
  const about = { server, operationId };
  const alarm = new Alarm(settings, ended.signal);
  const end = () => ended.abort();
  if (signal?.aborted) end();
  if (signal) expectListeners(signal);
  signal?.addEventListener("abort", end);
  const unlisten = options.wake
    ? listen(
        options.wake,
        () => alarm.wake(),
        (error) => settings.tell({ type: "wakeEnded", ...about, error }),
      )
    : () => {};
  const wait = createPace({
    ...{ weight, every },
    minute: () => minuteOf(server),
    onPace: (ms) => observers.tell("pace", { ...about, every, ms }),
  });

  let last: string | undefined;
  let knownSince = monotonic();
  let failures = 0;
  try {
    while (!ended.signal.aborted) {
      const startedAt = monotonic();
      let notBefore = startedAt;
      let item: Item;
      alarm.isWoken = false;
      try {
        const { timeout, priority } = options;
        const data = await call(operationId, parameters, { signal: ended.signal, timeout, priority });
        const text = JSON.stringify(data);
        item = aged({ data, at: wall(), changed: text !== last }, startedAt, monotonic);
        [last, knownSince, failures] = [text, startedAt, 0];
      } catch (error) {
        if (ended.signal.aborted) break;
        if (!(error instanceof BinanceError && error.retryable)) throw error;
        failures += 1;
        const { retryAt = 0 } = error;
        notBefore = monotonic() + Math.max(reconnectPause(failures, retry, random), retryAt - wall());
        settings.tell({ type: "missed", ...about, error });
        observers.tell("missed", { ...about, error: summaryOf(error) });
        item = aged({ error, at: wall(), changed: false }, knownSince, monotonic);
      }
      if (item.error ? yieldErrors : item.changed || !skipUnchanged) yield item;
      // Again, because a wake ends the first pause, and because others may have spent weight meanwhile.
      for (let pauses = 0; pauses < 3; pauses++) {
        const now = monotonic();
        await alarm.sleep(Math.max(wait(now - startedAt, alarm.isWoken), notBefore - now));
      }
    }
  } finally {
    signal?.removeEventListener("abort", end);
    unlisten();
  }
}

/** Adds how long ago something was, as it is read. */
function aged<Part extends object>(part: Part, since: number, now: () => number): Part & { age: number } {
  return Object.defineProperty(part, "age", { get: () => now() - since, enumerable: true }) as never;
}

/** A pause that a wake shortens, and the end of the watch ends. */
class Alarm {
  /** Whether somebody has said "look now" since the last look. */
  isWoken = false;
  #nap: AbortController | undefined;
  readonly #sleep: Settings["sleep"];
  readonly #ended: AbortSignal;

  constructor({ sleep }: Settings, ended: AbortSignal) {
    this.#sleep = sleep;
    this.#ended = ended;
    ended.addEventListener("abort", () => this.#nap?.abort());
  }

  wake(): void {
    if (!this.isWoken) this.#nap?.abort();
    this.isWoken = true;
  }

  async sleep(ms: number): Promise<void> {
    if (ms <= 0 || this.#ended.aborted) return;
    this.#nap = new AbortController();
    const { signal } = this.#nap;
    try {
      await this.#sleep(Math.ceil(ms), signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#nap = undefined;
    }
  }
}
