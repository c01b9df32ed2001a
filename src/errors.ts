import { homepage } from "../generated/package.js";
import { safeCause } from "./redact.js";
import type { OperationId } from "./types.js";

/** Stable error codes, named after what to do next. The set is closed; Binance's own number is in `binanceCode`. */
export type ErrorCode =
  /** Correct what the message names. Nothing was sent, unless your own `fetch` or middleware is the reason. */
  | "INVALID_ARGUMENT"
  /** Use a different key; the message says what is wrong with this one. */
  | "INVALID_KEY"
  /** Check that the secret or private key belongs to the API key (-1022). */
  | "SIGNATURE_REJECTED"
  /** Set this machine's clock, or widen `recvWindow` (-1021). */
  | "CLOCK_SKEW"
  /** Check the API key, its permissions and IP list, and the kind of account (-2015, -2014, -21001 and the like). */
  | "UNAUTHORIZED"
  /** Correct the parameter that Binance's message names. */
  | "INVALID_PARAMETER"
  /** Read Binance's message: it refused the request with a code that this version does not know (any other 4xx). */
  | "REFUSED"
  /** Wait until `retryAt` (429). */
  | "RATE_LIMITED"
  /** Send nothing from this address until `retryAt` (418). */
  | "BANNED"
  /** A firewall or a regional block answered in Binance's place (403, 451, a challenge with 202 or 405). */
  | "BLOCKED"
  /** The path does not exist on this host, or no longer (404, -5000). */
  | "NOT_FOUND"
  /** Binance failed, is busy or under maintenance; asking again later is safe (5xx, 408, or a code such as -1001). */
  | "UNAVAILABLE"
  /** No complete response in time; `phase` says what was waited for. Asking again is safe. */
  | "TIMEOUT"
  /** Your own `signal` ended the call. */
  | "ABORTED"
  /** The connection could not be made or broke. */
  | "CONNECTION"
  /** The server tried to redirect the signed request; check `baseUrl` and any proxy on the way. */
  | "REDIRECT_REFUSED"
  /** The response is not what the document describes; its text is in `body`. */
  | "INVALID_RESPONSE"
  /** The response is larger than `maxBodyBytes`. */
  | "BODY_TOO_LARGE";

/** What a TIMEOUT was waiting for; `total` is the whole call. */
export type TimeoutPhase = "connect" | "headers" | "body" | "total";

/** One sentence of advice per code. */
const advice: Record<ErrorCode, string> = {
  INVALID_ARGUMENT: "Correct what the message names.",
  INVALID_KEY: "Use a different key, or repair this one.",
  SIGNATURE_REJECTED: "Check that the secret or private key belongs to the API key.",
  CLOCK_SKEW: "Set this machine's clock, or widen `recvWindow`.",
  UNAUTHORIZED: "Check the API key, its permissions and IP list, and the kind of account.",
  INVALID_PARAMETER: "Correct the parameter that the message names.",
  REFUSED: "Read Binance's message; asking again gets the same response.",
  RATE_LIMITED: "Wait until `retryAt`.",
  BANNED: "Send nothing from this address until `retryAt`.",
  BLOCKED: "Find out which firewall or regional block answered.",
  NOT_FOUND: "Check `baseUrl`, and whether this version is current.",
  UNAVAILABLE: "Ask again later.",
  TIMEOUT: "Ask again, or allow more time with `timeout`.",
  ABORTED: "Your own `signal` ended the call.",
  CONNECTION: "Check the address and the network on the way.",
  REDIRECT_REFUSED: "Check `baseUrl` and any proxy on the way.",
  INVALID_RESPONSE: "Read `error.body`: something else answered, or the API has changed.",
  BODY_TOO_LARGE: "Check what answered, or raise `maxBodyBytes`.",
};

/** Codes whose cause may pass by itself. */
const passing: readonly ErrorCode[] = ["RATE_LIMITED", "BANNED", "UNAVAILABLE", "TIMEOUT", "CONNECTION"];

/** Details of a {@link BinanceError}. */
export interface ErrorDetails {
  cause?: unknown;
  operationId?: OperationId;
  attempts?: number;
  status?: number;
  binanceCode?: number;
  binanceMessage?: string;
  retryAt?: () => number;
  phase?: TimeoutPhase;
  body?: string;
  /** Whether asking again later may help; decided by the code unless given. */
  retryable?: boolean;
}

/**
 * The class of every error that this package throws. It holds no API key, secret, signature or signed URL: details are copied by
 * name, and `cause` is reduced to names and codes.
 */
export class BinanceError extends Error {
  override readonly name = "BinanceError";
  /** Stable code, named after what to do next. */
  readonly code: ErrorCode;
  /** Number of requests sent; 0 if nothing was sent. */
  readonly attempts: number;
  /** The operation that was called. */
  declare readonly operationId?: OperationId;
  /** HTTP status of the response, if there was one. */
  declare readonly status?: number;
  /** Binance's number, such as -1022. */
  declare readonly binanceCode?: number;
  /** Binance's message; keys, signatures and addresses in it are replaced. */
  declare readonly binanceMessage?: string;
  /** The phase that took too long, for a TIMEOUT. */
  declare readonly phase?: TimeoutPhase;
  readonly #body: string | undefined;
  #retryAt: (() => number) | undefined;
  readonly #retryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    { cause, body, attempts = 0, retryAt, retryable = passing.includes(code), ...details }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.attempts = attempts;
    this.#body = body;
    this.#retryAt = retryAt;
    this.#retryable = retryable;
    Object.assign(this, details);
    // An uncaught error is printed by its stack, so the help goes there too.
    const frames = this.stack?.indexOf("\n    at ") ?? -1;
    if (frames > 0)
      this.stack = `${this.stack?.slice(0, frames)}\n  ${this.help}${this.stack?.slice(frames)}`;
  }

  /** Text of a response that could not be used. It may hold account data, so loggers do not print it by themselves. */
  get body(): string | undefined {
    return this.#body;
  }

  /**
   * Time before which nothing should be sent, in ms since 1970 by this machine's clock. If that clock is set meanwhile, this moves
   * with it.
   */
  get retryAt(): number | undefined {
    return this.#retryAt?.();
  }

  /** @internal */
  setRetryAt(retryAt: () => number): this {
    this.#retryAt = retryAt;
    return this;
  }

  /** Whether trying again later may help, but not before `retryAt`. */
  get retryable(): boolean {
    return this.#retryable;
  }

  /** What to do, and the command or page that explains this error. */
  get help(): string {
    return homepage
      ? `${homepage}errors/#${this.code.toLowerCase()}`
      : `${advice[this.code]} \`npx binance-accounts explain ${this.code}\` says more.`;
  }

  /** Returns everything that may be printed, for logs, responses and messages between threads. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, help, retryable, attempts, operationId, status, phase } = this;
    const { binanceCode, binanceMessage, retryAt, cause } = this;
    const all = { name, code, message, help, retryable, attempts, operationId, status, phase };
    return { ...all, binanceCode, binanceMessage, retryAt, cause: describeCause(cause) };
  }
}

/** Reduces a cause, and its own causes, to names and codes. */
function describeCause(value: unknown): Record<string, unknown> | undefined {
  const safe = value instanceof Error ? (safeCause(value) as Error & { code?: string }) : undefined;
  return safe && { name: safe.name, code: safe.code, cause: describeCause(safe.cause) };
}

export const invalidArgument = (message: string, cause?: unknown) =>
  new BinanceError("INVALID_ARGUMENT", message, { cause });
export const invalidKey = (message: string, cause?: unknown) =>
  new BinanceError("INVALID_KEY", message, { cause });
