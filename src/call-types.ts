import type { ApiError } from "../generated/schema.js";
import type { WeightState } from "./budget/ledger.js";
import type { Timeouts } from "./transport/deadline.js";
import type { DataOf, OperationId, ParametersOf, Priority } from "./types.js";

/** Options of one call. None of them is sent. */
export interface CallOptions {
  /** Ends the call with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** Longest times in ms, in place of the client's; a number is for the whole call. */
  timeout?: number | Partial<Timeouts> | undefined;
  /** Who goes first when calls wait for weight: a risk check (`high`) before a report. @default "normal" */
  priority?: Priority | undefined;
}

/** A method of the client. Parameters may be left out if none is required. */
export type Method<Id extends OperationId> = (
  ...args: {} extends ParametersOf<Id>
    ? [parameters?: ParametersOf<Id> | undefined, options?: CallOptions | undefined]
    : [parameters: ParametersOf<Id>, options?: CallOptions | undefined]
) => CallPromise<DataOf<Id>>;

/** Resolves with the data of a call, or rejects with a {@link BinanceError}. */
export interface CallPromise<Data> extends Promise<Data> {
  /**
   * Resolves with the data and what is known of the call. Rejects as the call does.
   * @example
   * const { data, response, weight } = await binance.getUmAccount().withResponse();
   */
  withResponse(): Promise<CallResponse<Data>>;
}

/** The data of a call, and what is known of it. */
export interface CallResponse<Data> {
  data: Data;
  /** Status, headers and text of the response. */
  response: Response;
  /** Requests that the call took. */
  attempts: number;
  /** What this minute has cost on the operation's server, by everybody behind this address. */
  weight: WeightState;
}

/** The second argument of `GET`. */
export interface GetInit<Id extends OperationId> extends CallOptions {
  params?: { query?: ParametersOf<Id> | undefined } | undefined;
}

/**
 * The result of `GET`: the body of a successful response, or Binance's refusal. Anything else is thrown, and so is a refusal that
 * ends in a pause, because the calls after it are not sent and have no response.
 */
export type GetResult<Id extends OperationId> =
  | { data: DataOf<Id>; error?: undefined; response: Response }
  | { data?: undefined; error: ApiError; response: Response };
