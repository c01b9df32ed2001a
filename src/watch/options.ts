import { operations } from "../../generated/operations.js";
import type { CallOptions } from "../call-types.js";
import { type BinanceError, invalidArgument } from "../errors.js";
import { isSignal, mustBe, oneOf, readNames } from "../input.js";
import { operationIds } from "../operations.js";
import { checkParameters } from "../parameters.js";
import type { OperationId, ParametersOf } from "../types.js";
import { isWakeSource, type WakeSource } from "./wake.js";

/** How an operation is watched. `timeout` and `priority` are those of each call. */
export interface WatchOptions<Id extends OperationId, Failed extends boolean = false> extends CallOptions {
  /** Parameters of the operation. @default none */
  parameters?: ParametersOf<Id> | undefined;
  /** From the start of one look to the start of the next, in ms; at least 100. @default 10000 */
  every?: number | undefined;
  /** Ends the watch, and the loop over it, without an error. */
  signal?: AbortSignal | undefined;
  /**
   * Brings the next look forward: each item of an AsyncIterable, or each `message` event of an EventTarget such as a WebSocket. Such
   * looks come no nearer to the one before than 1 s, or a tenth of `every` where that is less.
   */
  wake?: WakeSource | undefined;
  /** Leaves out looks at which the response was that of the look before. @default false */
  skipUnchanged?: boolean | undefined;
  /** Also yields errors that may pass, as `error`, so that the loop sees an outage. @default false */
  yieldErrors?: Failed | undefined;
}

/** One look at an account. */
export interface Look<Data> {
  data: Data;
  error?: undefined;
  /** When the response was there, in ms since 1970 by this machine's clock. */
  at: number;
  /** How old the data is at most when this is read, in ms: counted from when it was asked for. */
  readonly age: number;
  /** Whether the response differs from that of the last look; true for the first. */
  changed: boolean;
}

/** A look that failed for a reason that may pass. */
export interface FailedLook {
  data?: undefined;
  error: BinanceError;
  /** When it failed, in ms since 1970 by this machine's clock. */
  at: number;
  /** How old the last data is when this is read, in ms; before the first, how long the watch has lasted. */
  readonly age: number;
  changed: false;
}

/** Looks, one after the other. `return()`, which `break` calls, ends a request that is under way. */
export type Watch<Item> = AsyncIterableIterator<Item> & AsyncDisposable;

const optionNames = [
  ...["parameters", "every", "signal", "wake", "skipUnchanged", "yieldErrors", "timeout", "priority"],
];

/** Checks a watch before anything is sent. */
export function readWatch(
  id: OperationId,
  given: WatchOptions<OperationId, boolean>,
  recvWindow: number | undefined,
) {
  if (!operationIds.includes(id))
    throw invalidArgument(`There is no operation of this name. ${oneOf(operationIds)}`);
  const options = readNames("watch", given, optionNames);
  const { every = 10_000, signal, wake, parameters, skipUnchanged = false, yieldErrors = false } = options;
  if (!(typeof every === "number" && every >= 100 && every < Infinity))
    throw mustBe("`every`", "a number of ms, at least 100", every);
  if (signal !== undefined && !isSignal(signal)) throw mustBe("`signal`", "an AbortSignal", signal);
  if (wake !== undefined && !isWakeSource(wake))
    throw mustBe("`wake`", "an AsyncIterable or an EventTarget", wake);
  for (const [name, value] of Object.entries({ skipUnchanged, yieldErrors }))
    if (typeof value !== "boolean") throw mustBe(`\`${name}\``, "true or false", value);
  checkParameters(operations[id], parameters, recvWindow);
  const { timeout, priority } = options;
  return { parameters, every, signal, wake, skipUnchanged, yieldErrors, timeout, priority };
}
