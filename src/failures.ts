import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import { safeCause } from "./redact.js";
import type { Retry } from "./response/decisions.js";
import { type Deadline, Expired, type Phase } from "./transport/deadline.js";
import { caAdvice, tlsCodes } from "./transport/tls.js";
import { BadEncoding, BodyTooLarge, ProxyFailure } from "./transport/transport.js";

/** The outcome of a request without a usable response. */
export interface Failure {
  kind: "failure";
  error: BinanceError;
  retry: Retry;
}

/** Builds the outcome of a request that got no response. */
export function failure(
  error: unknown,
  address: string,
  at: Phase,
  { timeouts }: Deadline,
  details: ErrorDetails,
): Failure {
  const fail = (code: ErrorCode, retry: Retry, message: string, more: ErrorDetails = {}): Failure => ({
    kind: "failure",
    error: new BinanceError(code, message, {
      ...{ ...details, cause: safeCause(error), ...more },
      // A bad certificate or a refusing proxy will not change by itself.
      ...(code === "CONNECTION" && retry === "never" && { retryable: false }),
    }),
    retry,
  });
  if (error instanceof BinanceError) return fail(error.code, "never", error.message);
  if (error instanceof Expired) {
    const { phase } = error;
    const message = `There was no complete answer in time: ${waiting[phase]} took longer than ${timeouts[phase]} ms.`;
    return fail("TIMEOUT", phase === "total" ? "never" : "backoff", message, { phase });
  }
  if (error instanceof BodyTooLarge)
    return fail("BODY_TOO_LARGE", "never", "The response body is larger than `maxBodyBytes`.");
  const code = codeOf(error) ?? "";
  if (error instanceof BadEncoding || encodingCodes.test(code)) {
    const message = "The response is not encoded as its header says, or it is cut short.";
    return fail("INVALID_RESPONSE", "never", message);
  }
  const { host } = new URL(address);
  if (error instanceof ProxyFailure)
    return fail("CONNECTION", error.mayPass ? "backoff" : "never", error.message);
  if (at !== "body" && tlsCodes.test(code)) {
    const sent = at === "connect" ? " Neither key nor request was sent." : "";
    return fail(
      "CONNECTION",
      "never",
      `The TLS of ${host} cannot be trusted (${code}).${sent}${caAdvice(code)}`,
    );
  }
  if (forbidden.test(code))
    return fail("CONNECTION", "never", `This program may not connect to ${host} (${code}).`);
  const why = code === "" ? "" : ` (${code})`;
  const message = `The connection to ${host} could not be made, or broke before the response was complete${why}.`;
  return fail("CONNECTION", networkIsAway.test(code) ? "reconnect" : "backoff", message);
}

/** Codes of what the system or the runtime forbids: trying again does not help. */
const forbidden = /^(ERR_ACCESS_DENIED|EACCES|EPERM)$/;

/** Codes of a network that is away: names cannot be resolved, or there is no route. */
const networkIsAway = /^(EAI_|ENOTFOUND|ENETDOWN|ENETUNREACH|EHOSTUNREACH|EHOSTDOWN)/;

const waiting = {
  connect: "connecting",
  headers: "waiting for the headers",
  body: "reading the body",
  total: "the whole call",
};

const encodingCodes = /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI)/;

/** Returns the code of an error or of its cause. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (safeCause(error) ?? {}) as { code?: string; cause?: unknown };
  return code ?? (cause ? codeOf(cause) : undefined);
}
