import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import { safeCause } from "./redact.js";
import type { Retry } from "./response/decisions.js";
import { type Deadline, Expired, type Phase } from "./transport/deadline.js";
import { BadEncoding, BodyTooLarge } from "./transport/transport.js";

/** Anything that must not be taken for a response. */
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
      // A certificate or a proxy that refuses does so again.
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
  const [, proxyCode] = /^ERR_PROXY_(.*)$/.exec(code) ?? [];
  if (proxyCode !== undefined) return fail("CONNECTION", ...proxyFailure(proxyCode));
  if (at !== "body" && tlsCodes.test(code)) {
    const sent = at === "connect" ? " Neither key nor request was sent." : "";
    return fail(
      "CONNECTION",
      "never",
      `The TLS of ${host} cannot be trusted (${code}).${sent}${adviceFor(code)}`,
    );
  }
  const why = code === "" ? "" : ` (${code})`;
  const message = `The connection to ${host} could not be made, or broke before the response was complete${why}.`;
  return fail("CONNECTION", "backoff", message);
}

/** What to do about a proxy that does not lead to the server: it is not the server's fault. */
function proxyFailure(code: string): [retry: Retry, message: string] {
  const [, status] = /^ANSWERED_(\d+)$/.exec(code) ?? [];
  if (status === "407")
    return ["never", "The proxy wants a user name and password (407): http://user:password@host:port."];
  // What a proxy refuses it refuses again, and credentials that are tried again and again may be locked.
  if (status?.startsWith("4")) return ["never", `The proxy refused to connect to the server (${status}).`];
  if (status) return ["backoff", `The proxy could not connect to the server (${status}).`];
  if (/^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/.test(code))
    return ["never", `The proxy does not speak TLS (${code}): write its address with http://.`];
  if (tlsCodes.test(code))
    return ["never", `The TLS of the proxy cannot be trusted (${code}).${adviceFor(code)}`];
  if (code === "ANSWERED_TOO_MUCH") return ["never", "The proxy answered in the server's place."];
  return ["backoff", `The connection to the proxy could not be made, or broke (${code}).`];
}

/** How to make an authority known, where that may be what is missing. */
const adviceFor = (code: string) =>
  /SELF_SIGNED|UNABLE_TO_/.test(code)
    ? " Its authority is unknown here: if it is your company's, name its file in NODE_EXTRA_CA_CERTS, start node with --use-system-ca, or give `tls.ca`. NODE_TLS_REJECT_UNAUTHORIZED=0 is not followed."
    : "";

const waiting = {
  connect: "connecting",
  headers: "waiting for the headers",
  body: "reading the body",
  total: "the whole call",
};
const encodingCodes = /^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI)/;
const tlsCodes =
  /^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_|ERROR_IN_C|EPROTO)/;

/** The code of an error or of what caused it. */
function codeOf(error: unknown): string | undefined {
  const { code, cause } = (safeCause(error) ?? {}) as { code?: string; cause?: unknown };
  return code ?? (cause ? codeOf(cause) : undefined);
}
