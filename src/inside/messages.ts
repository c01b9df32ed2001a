import type { WeightState } from "../budget/ledger.js";
import type { Bounds } from "../clock.js";
import type { ErrorCode, TimeoutPhase } from "../errors.js";
import type { PauseReason } from "../retry-after.js";
import type { OperationId, ServerName } from "../types.js";

/** Why a call or an attempt failed, as far as it may be told anywhere. */
export interface FailureSummary {
  code: ErrorCode;
  /** HTTP status, if there was a response. */
  status?: number;
  /** Binance's number, such as -1003. */
  binanceCode?: number;
  /** The phase that took too long, for a `TIMEOUT`. */
  phase?: TimeoutPhase;
}

/** One call, from its arrival at the client's gate until it has its response or its error. */
export interface CallMessage {
  operationId: OperationId;
  server: ServerName;
  /** Attempts made. 0 when it begins. */
  attempts: number;
  /** At its end: how long it took, waits included, in ms. */
  durationMs?: number;
  /** At its end, if it failed or was refused. */
  error?: FailureSummary;
}

/** One signed request, from when it is sent until it is decided what happens next. */
export interface AttemptMessage {
  operationId: OperationId;
  server: ServerName;
  method: "GET";
  /** Path of the operation, such as `/papi/v1/um/account`. */
  template: string;
  /** The whole address, without the query. */
  url: string;
  /** Number of the attempt in its call, from 1. A kept connection that proves dead costs none. */
  attempt: number;
  /** Requests of the call that were sent before this one. */
  resends: number;
  /** At its end: HTTP status, if there was a response. */
  status?: number;
  /** At its end: `X-MBX-USED-WEIGHT-1M`, the weight that this address has used in the minute. */
  usedWeight?: number;
  /** At its end: ms from sending the request to the last byte of the response. */
  durationMs?: number;
  /** At its end, if it failed or was refused. */
  error?: FailureSummary;
  /**
   * At its end: the call ends with it (`end`), is repeated after `waitMs` (`retry`), or asks `credentials` for another key first
   * (`credentials`).
   */
  next?: "end" | "retry" | "credentials";
  /** At its end, before a retry: the pause until then, in ms. */
  waitMs?: number;
}

/** A call waits about so long, because the minute's weight is spent or the server wants to be left alone. */
export interface WaitMessage {
  server: ServerName;
  operationId: OperationId;
  ms: number;
  reason: PauseReason;
}

/** The server has answered that nothing may be sent until then, in ms since 1970 by this machine's clock. */
export interface PauseMessage {
  server: ServerName;
  code: PauseReason;
  until: number;
}

/** The server's time proved to be elsewhere than the client took it to be, by a second or more. */
export interface ClockMessage {
  /** Server time minus this machine's, in ms. */
  offset: Bounds;
}

/** What a server's minute has cost, after each response. */
export interface WeightMessage extends WeightState {
  server: ServerName;
}

/** The first response with a field or value that the document does not know, or that breaks it. */
export interface DifferenceMessage {
  operationId: OperationId;
  kind: "field" | "value" | "violation";
  /** Path in the body, such as `positions[].positionSide`. */
  path: string;
}

/** What shares a server's budget cannot be asked, so this process keeps to its own share; or can be again. */
export interface DegradedMessage {
  server: ServerName;
  isDegraded: boolean;
}

/** A watch looks every `ms` instead of every `every`, because the minute's weight is nearly spent; both are equal when that is over. */
export interface PaceMessage {
  server: ServerName;
  operationId: OperationId;
  every: number;
  ms: number;
}

/** A look of a watch has failed for a reason that may pass; it will look again. */
export interface MissedMessage {
  server: ServerName;
  operationId: OperationId;
  error: FailureSummary;
}

/** What observers are told, by the name of the method that is called. */
export interface Messages {
  call: CallMessage;
  attempt: AttemptMessage;
  wait: WaitMessage;
  pause: PauseMessage;
  clock: ClockMessage;
  weight: WeightMessage;
  difference: DifferenceMessage;
  degraded: DegradedMessage;
  pace: PaceMessage;
  missed: MissedMessage;
}

/** The messages of `node:diagnostics_channel`: `call` and `attempt` are tracing channels, the others plain ones. */
export type ChannelMessages = { [What in keyof Messages as `binance-accounts.${What}`]: Messages[What] };

/** What an observer puts around something that begins. */
export interface Scope {
  /** Runs what is sent, for example in a context of tracing; has to return what it returns. */
  run?<T>(send: () => T): T;
  /** Called when it is over. The message that began it now says how it ended. */
  end?(): void;
}

type Begin<Message> = (message: Message) => Scope | undefined;
type Tell<Message> = (message: Message) => void;

/**
 * Is told what happens inside a client. Messages hold no key, signature, query or amount. What an observer throws ends no call.
 * @example
 * createClient({ apiKey, secret, observer: { wait: ({ operationId, ms }) => console.log(operationId, "waits", ms) } });
 */
export interface Observer {
  /** A call begins. */
  call?: Begin<CallMessage> | undefined;
  /** A request is about to be sent. */
  attempt?: Begin<AttemptMessage> | undefined;
  wait?: Tell<WaitMessage> | undefined;
  pause?: Tell<PauseMessage> | undefined;
  clock?: Tell<ClockMessage> | undefined;
  weight?: Tell<WeightMessage> | undefined;
  difference?: Tell<DifferenceMessage> | undefined;
  degraded?: Tell<DegradedMessage> | undefined;
  pace?: Tell<PaceMessage> | undefined;
  missed?: Tell<MissedMessage> | undefined;
}
