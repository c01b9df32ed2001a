import type { TimeoutPhase } from "./transport/deadline.js";
import type { OperationId } from "./types.js";

/** What went wrong, named after what to do about it. The set is closed; Binance's own number is in `binanceCode`. */
export type ErrorCode =
  /** Correct what the message names; nothing was sent, unless a `fetch` or middleware of yours is the reason. */
  | "INVALID_ARGUMENT"
  /** Bring another key; the message says what is wrong with this one. */
  | "INVALID_KEY"
  /** Check that secret or private key belong to the API key (-1022). */
  | "SIGNATURE_REJECTED"
  /** Set the clock of this machine, or widen `recvWindow` (-1021). */
  | "CLOCK_SKEW"
  /** Check the API key, its permissions and its IP list (-2014, -2015, -1002). */
  | "UNAUTHORIZED"
  /** Correct the parameter that Binance's message names. */
  | "INVALID_PARAMETER"
  /** Wait until `retryAt` (429). */
  | "RATE_LIMITED"
  /** Send nothing from this address until `retryAt` (418). */
  | "BANNED"
  /** A firewall or regional block has answered in Binance's place (403, 451). */
  | "BLOCKED"
  /** The path does not exist on this host (404). */
  | "NOT_FOUND"
  /** Binance failed; asking again later is safe (5xx, 408, or a code such as -1001). */
  | "UNAVAILABLE"
  /** No complete answer in time; `phase` says what was waited for. Asking again is safe. */
  | "TIMEOUT"
  /** Your own `signal` ended the call. */
  | "ABORTED"
  /** The connection could not be made or broke. */
  | "CONNECTION"
  /** The server wanted to send the signed request elsewhere; check `baseUrl` and what stands between. */
  | "REDIRECT_REFUSED"
  /** The answer is not what the document describes; the raw text is in `body`. */
  | "INVALID_RESPONSE"
  /** The answer is larger than `maxBodyBytes`. */
  | "BODY_TOO_LARGE";

/** What an error can tell, see {@link BinanceError}. */
export interface ErrorDetails {
  cause?: unknown;
  operationId?: OperationId;
  attempts?: number;
  status?: number;
  binanceCode?: number;
  binanceMessage?: string;
  retryAt?: number;
  phase?: TimeoutPhase;
  body?: string;
}

/** Where the docs are published. The only place that says so. */
export const docsAddress = "https://binance-accounts.github.io/binance-accounts/";

/**
 * The one class of everything that this package throws. It holds no API key, secret, signature or signed URL:
 * what is known of the failure is copied into it by name, and `cause` is reduced to names and codes.
 */
export class BinanceError extends Error {
  override readonly name = "BinanceError";
  /** What went wrong, named after what to do about it. */
  readonly code: ErrorCode;
  /** Requests that were begun; 0 when nothing was sent. */
  readonly attempts: number;
  /** The operation that was called. */
  declare readonly operationId?: OperationId;
  /** HTTP status of the answer, when there was one. */
  declare readonly status?: number;
  /** Binance's number, such as -1022. */
  declare readonly binanceCode?: number;
  /** Binance's message; a key or signature that it quotes is replaced. */
  declare readonly binanceMessage?: string;
  /** Do not send before this time, in ms since 1970 by this machine's clock. */
  declare readonly retryAt?: number;
  /** What a TIMEOUT was waiting for. */
  declare readonly phase?: TimeoutPhase;
  readonly #body: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, body, attempts = 0, ...details }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.attempts = attempts;
    this.#body = body;
    Object.assign(this, details);
  }

  /** Text of an answer that could not be used. It may hold account data, so no log prints it by itself. */
  get body(): string | undefined {
    return this.#body;
  }

  /** Where it is explained what to do, in the reader's language. */
  get help(): string {
    return `${docsAddress}errors/#${this.code.toLowerCase()}`;
  }
}

export const invalidArgument = (message: string, cause?: unknown) =>
  new BinanceError("INVALID_ARGUMENT", message, { cause });
export const invalidKey = (message: string, cause?: unknown) =>
  new BinanceError("INVALID_KEY", message, { cause });
