import type { CallOptions } from "../call-types.js";
import type { Bounds } from "../clock.js";
import { BinanceError } from "../errors.js";
import { freeOperationIds } from "../operations.js";
import type { DataOf, FreeOperationId } from "../types.js";
import type { Watcher } from "./watch.js";

/** What the operations of an account say at one time. */
export interface Snapshot {
  /** Response bodies, by operation. */
  data: { [Id in FreeOperationId]?: DataOf<Id> };
  /** Operations that this account does not have, each with Binance's refusal. */
  absent: { [Id in FreeOperationId]?: BinanceError };
  /** Operations that failed otherwise. */
  errors: { [Id in FreeOperationId]?: BinanceError };
  /** When the data is of. */
  at: {
    /** Before the first request was sent, in ms since 1970 by this machine's clock. */
    sent: number;
    /** After the last response was there, in ms since 1970 by this machine's clock. */
    received: number;
    /** The same interval by the server's clock, as wide as it may be; undefined as long as no response has told that clock. */
    server: Bounds | undefined;
  };
  /** Operations whose response says that something was updated within the interval. */
  moved: FreeOperationId[];
  /** Whether nothing failed, and nothing says that it moved: then all parts are of one state, but for prices. */
  complete: boolean;
}

/** Asks every operation that needs no parameter at once, and once more where something moved meanwhile. */
export async function snapshot(watcher: Watcher, options: CallOptions): Promise<Snapshot> {
  const first = await round(watcher, options);
  return first.moved.length > 0 ? round(watcher, options) : first;
}

async function round({ settings, call }: Watcher, options: CallOptions): Promise<Snapshot> {
  const { clock, wall } = settings;
  const [sent, sentAt] = [wall(), clock.local()];
  const outcomes = await Promise.allSettled(freeOperationIds.map((id) => call(id, undefined, options)));
  const [received, receivedAt] = [wall(), clock.local()];
  const { offset } = clock;
  const server = offset && { min: sentAt + offset.min, max: receivedAt + offset.max };

  const answered = outcomes.some(({ status }) => status === "fulfilled");
  const parts: Pick<Snapshot, "data" | "absent" | "errors"> = { data: {}, absent: {}, errors: {} };
  const moved: FreeOperationId[] = [];
  for (const [i, outcome] of outcomes.entries()) {
    const id = freeOperationIds[i] as FreeOperationId;
    if (outcome.status === "fulfilled") {
      Object.assign(parts.data, { [id]: outcome.value });
      if (server && hasTimeWithin(server, outcome.value)) moved.push(id);
      continue;
    }
    const error: unknown = outcome.reason;
    if (!(error instanceof BinanceError) || error.code === "ABORTED") throw error;
    // The key is good where another call has passed: this account has no such part.
    const kind = error.code === "UNAUTHORIZED" && answered ? "absent" : "errors";
    Object.assign(parts[kind], { [id]: error });
  }
  const [failed] = Object.values(parts.errors);
  if (failed && !answered) throw failed;
  const complete = !failed && moved.length === 0 && server !== undefined;
  return { ...parts, at: { sent, received, server }, moved, complete };
}

/** Whether a body holds a time of this interval. No other number of a response is of that size. */
const hasTimeWithin = ({ min, max }: Bounds, value: unknown): boolean =>
  typeof value === "number"
    ? value >= min && value <= max
    : typeof value === "object" &&
      value !== null &&
      Object.values(value).some((part) => hasTimeWithin({ min, max }, part));
