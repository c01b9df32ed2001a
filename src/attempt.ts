import { operations } from "../generated/operations.js";
import { type Lease, readUsed } from "./budget/ledger.js";
import type { Bounds } from "./clock.js";
import type { BinanceError, ErrorDetails } from "./errors.js";
import { type Failure, failure } from "./failures.js";
import type { AttemptMessage } from "./inside/messages.js";
import type { Told } from "./inside/observers.js";
import type { Settings } from "./options.js";
import type { Retry } from "./response/decisions.js";
import type { createReporter } from "./response/differences.js";
import { judge } from "./response/judge.js";
import { assumedRetryAt, readRetryAt, wallTime } from "./retry-after.js";
import type { Keys } from "./signing/credentials.js";
import { signQuery } from "./signing/query.js";
import { type Deadline, type Timeouts, Watch } from "./transport/deadline.js";
import { StaleConnection, type WireBody, type WireHeaders } from "./transport/transport.js";
import type { OperationId, Priority } from "./types.js";

/** A response that may reach the caller: a body that matches the document, or a refusal in the documented form. */
export interface Answer {
  status: number;
  headers: WireHeaders;
  text: string;
  body: unknown;
  /** The error that a method throws, if this is a refusal. */
  refusal: BinanceError | undefined;
}

/** The outcome of one signed request. */
export type Outcome =
  | { kind: "data"; answer: Answer }
  | { kind: "refusal"; answer: Answer; error: BinanceError; retry: Retry; until: number | undefined }
  | (Failure & { until?: number | undefined })
  /** Not counted: a pause began during signing, or the kept connection was dead. */
  | { kind: "again" };

/** A request after the caller's middlewares, before signing. */
export interface Unsigned {
  query: string;
  headers: Record<string, string>;
}

/** One call, with all its attempts. */
export interface Call {
  operationId: OperationId;
  /** Where the signed request goes, without its query. */
  address: string;
  timeouts: Timeouts;
  signal: AbortSignal | undefined;
  priority: Priority;
  /** Signed requests sent so far. */
  attempts: number;
  /** All requests sent so far, those to dead connections too. */
  sent: number;
  /** Timestamps that were signed so far. */
  timestamps: number[];
  /** The attempt that observers know of and that is not over. */
  told: Told<AttemptMessage> | undefined;
}

interface Attempt {
  settings: Settings;
  reporter: ReturnType<typeof createReporter>;
  request: Unsigned;
  call: Call;
  keys: Keys;
  deadline: Deadline;
  /** Asked at the last moment before sending. */
  isPaused(): boolean;
  /** Is told whether the request left, and what its response says of the weight. */
  lease: Lease;
}

/** Makes one attempt: a fresh timestamp and signature, one request, one response read to its end and judged. */
export async function attempt({
  settings,
  reporter,
  request,
  call,
  keys: { apiKey, sign },
  deadline,
  isPaused,
  lease,
}: Attempt): Promise<Outcome> {
  const { clock, transport, maxBodyBytes, validate, observers } = settings;
  const { operationId, address, signal } = call;
  const shift = clock.shift();
  const signing = signQuery(request.query, freshTimestamp(call, clock.local() + shift), sign);
  const query = typeof signing === "string" ? signing : await signing;
  if (signal?.aborted) throw signal.reason;
  if (isPaused()) return { kind: "again" };

  call.attempts += 1;
  lease.sent = true;
  const told = observers.isHeard("attempt") ? observers.begin("attempt", messageOf(call)) : undefined;
  call.told = told;
  call.sent += 1;
  const details: ErrorDetails = { operationId, attempts: call.attempts };
  const sentAt = clock.local();
  const watch = new Watch(deadline);
  let head: { status: number; headers: WireHeaders; at: number } | undefined;
  let body: WireBody = { text: "", isUtf8: true };
  let broken: Failure | undefined;
  try {
    const onHeaders = (status: number, headers: WireHeaders) => {
      head = { status, headers, at: clock.local() };
      lease.used = headers.get("x-mbx-used-weight-1m");
      lease.date = headers.has("age") ? null : headers.get("date");
    };
    // Several spreads in one literal are slow in V8.
    const headers = Object.assign({}, settings.headers, request.headers, { "x-mbx-apikey": apiKey });
    const wire = { address, query, headers, maxBytes: maxBodyBytes, watch, onHeaders };
    body = await (told ? told.run(() => transport(wire)) : transport(wire));
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (error instanceof StaleConnection) {
      call.attempts -= 1;
      lease.sent = false;
      return { kind: "again" };
    }
    broken = failure(error, address, watch.phase, deadline, details);
  } finally {
    watch.close();
    if (told) Object.assign(told.message, resultOf(lease, head?.status, told.elapsed()));
  }
  if (!head) return broken as Failure;

  const { status, headers, at } = head as { status: number; headers: WireHeaders; at: number };
  const signature = query.slice(query.lastIndexOf("=") + 1);
  const secrets = () => [apiKey, signature, decodeURIComponent(signature)];
  const judgement = judge(operationId, { status, headers, ...body }, details, {
    validate,
    reporter,
    secrets,
  });
  const isSkewed = judgement.kind !== "data" && judgement.retry === "resync";
  if (judgement.kind === "data") clock.accepted(shift);
  if (!isSkewed) clock.observe(headers, sentAt, at);
  if (judgement.kind === "data")
    return {
      kind: "data",
      answer: { status, headers, text: judgement.text, body: judgement.data, refusal: undefined },
    };

  const retry = isSkewed ? clock.correct(headers, sentAt, at, shift) : judgement.retry;
  const { error } = judgement;
  const measured = clock.measure(headers, sentAt, at);
  if (error.code === "CLOCK_SKEW" && measured) error.message += ` ${describeOffset(measured)}`;
  const retryAt = readRetry(error, headers, settings);
  if (retryAt !== undefined) error.setRetryAt(wallTime(retryAt, settings));
  const until = retryAt === undefined ? undefined : settings.monotonic() + (retryAt - clock.local());
  if (broken) {
    // A status that says something outweighs a broken body: a ban is still a ban.
    if (status < 300 || error.code === "INVALID_RESPONSE") return broken;
    return {
      kind: "failure",
      error: Object.assign(error, { message: `${error.message} (${broken.error.message})` }),
      retry,
      until,
    };
  }
  if (judgement.kind === "unusable") return { kind: "failure", error, retry, until };
  return {
    kind: "refusal",
    answer: { status, headers, text: judgement.text, body: judgement.body, refusal: error },
    error,
    retry,
    until,
  };
}

/**
 * Returns a timestamp that no attempt of this call has had, though the clock may have stood or been corrected: with the same one the
 * same URL would be sent again. Rather behind the server's time than ahead of it.
 */
function freshTimestamp({ timestamps }: Call, now: number): number {
  let timestamp = Math.floor(now);
  while (timestamps.includes(timestamp)) timestamp -= 1;
  timestamps.push(timestamp);
  return timestamp;
}

/** What observers are told of a request that is about to be sent. */
function messageOf({ operationId, address: url, attempts: attempt, sent: resends }: Call): AttemptMessage {
  const { server, path: template } = operations[operationId];
  return { operationId, server, method: "GET", template, url, attempt, resends };
}

/** What observers are told of it when its response is read, or does not come. */
function resultOf(lease: Lease, status: number | undefined, durationMs: number): Partial<AttemptMessage> {
  const usedWeight = readUsed(lease);
  return {
    durationMs,
    ...(status !== undefined && { status }),
    ...(usedWeight !== undefined && { usedWeight }),
  };
}

/** Returns when to try again, by `clock.local()`: as the server says, or else as the documentation does. */
function readRetry(
  { code, binanceMessage = "" }: BinanceError,
  headers: WireHeaders,
  { clock }: Settings,
): number | undefined {
  const now = clock.local();
  const offset = clock.offset ?? { min: 0, max: 0 };
  const limited = code === "RATE_LIMITED" || code === "BANNED" ? code : undefined;
  return (
    readRetryAt(headers, binanceMessage, now, offset.min) ?? (limited && assumedRetryAt(limited, now, offset))
  );
}

function describeOffset({ min, max }: Bounds): string {
  const seconds = (min + max) / 2000;
  return `By its Date header the server's clock is ${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? "behind" : "ahead of"} this machine's.`;
}
