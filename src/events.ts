import type { BinanceError } from "./errors.js";
import type { OperationId, ServerName } from "./types.js";

/** Something that happened on the way of a call; `type` says what. More types may come. */
export type ClientEvent =
  /** A call waits about so long, because the minute's weight is spent or the server wants to be left alone. */
  | {
      type: "wait";
      server: ServerName;
      operationId: OperationId;
      ms: number;
      reason: "RATE_LIMITED" | "BANNED" | "UNAVAILABLE";
    }
  /** The server has answered that nothing may be sent until then, in ms since 1970 by this machine's clock. */
  | {
      type: "block";
      server: ServerName;
      code: "RATE_LIMITED" | "BANNED" | "UNAVAILABLE";
      until: number;
    }
  /**
   * What shares this server's budget cannot be asked, so this process keeps to its own share; or can be again. `onDegraded` of the
   * store is told why.
   */
  | { type: "degraded"; server: ServerName; isDegraded: boolean }
  /**
   * A watch looks every `ms` instead of `every`, because its minute's weight is nearly spent; told again with both equal when it no
   * longer has to.
   */
  | { type: "pace"; server: ServerName; operationId: OperationId; every: number; ms: number }
  /** A look of a watch has failed for a reason that may pass; it will look again. */
  | { type: "missed"; server: ServerName; operationId: OperationId; error: BinanceError }
  /** What wakes a watch has ended, or failed with `error`; it goes on at its own pace. */
  | { type: "wakeEnded"; server: ServerName; operationId: OperationId; error: unknown };

/** Tells a listener, if there is one. */
export const teller =
  <Event>(listener: ((event: Event) => void) | undefined): ((event: Event) => void) =>
  (event) =>
    safely(() => listener?.(event));

/** Calls a listener. Its mistake is its own, as with event listeners: whoever told it goes on. */
export function safely<Result>(listen: () => Result): Result | undefined {
  try {
    return listen();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
    return undefined;
  }
}
