import type { ApiError } from "../../generated/schema.js";
import { BinanceError, type ErrorDetails } from "../errors.js";
import { safeCause, scrub } from "../redact.js";
import type { WireBody, WireHeaders } from "../transport/transport.js";
import type { OperationId } from "../types.js";
import { decide, type Retry } from "./decisions.js";
import type { createReporter } from "./differences.js";
import { hintFor } from "./hints.js";
import { assertExact, InvalidJson, type JsonPath, parseJson } from "./json.js";
import { checkBody, hasAnyRequired, knowsPath, type Schema, violations } from "./schema.js";
import { schemaOf } from "./schemas.js";

/** A response as it arrived: status, headers and what there is of the body. */
interface WireAnswer extends WireBody {
  status: number;
  headers: WireHeaders;
}

/** For a body that does not match the document: `throw`, `report` it and return it, or do not check (`off`). */
export type ValidateOption = "throw" | "report" | "off";

/** The verdict on a response: data, a refusal in the documented form, or neither. */
export type Judgement =
  | { kind: "data"; text: string; data: unknown }
  | { kind: "refusal"; text: string; body: ApiError; error: BinanceError; retry: Retry }
  | { kind: "unusable"; error: BinanceError; retry: Retry };

export interface JudgeOptions {
  validate: ValidateOption;
  reporter: ReturnType<typeof createReporter>;
  /** Returns what must not appear in messages. */
  secrets: () => readonly string[];
}

/** Decides what a response is: data, a refusal, or unusable. */
export function judge(
  operationId: OperationId,
  answer: WireAnswer,
  details: ErrorDetails,
  options: JudgeOptions,
): Judgement {
  const { status, text } = answer;
  const about: ErrorDetails = { ...details, operationId, status };
  if (status >= 300 && status < 400) {
    const message = `The server answered ${status}, which leads elsewhere; the signed request was not sent there.`;
    return { kind: "unusable", error: new BinanceError("REDIRECT_REFUSED", message, about), retry: "never" };
  }
  const schema = schemaOf(operationId);
  let value: unknown;
  let valid = false;
  let rounded: JsonPath[] = [];
  try {
    if (!answer.isUtf8) throw new InvalidJson("it is not UTF-8");
    value = parseJson(text);
    if (status === 200) {
      const { matches, shortestLength } = checkBody(schema, value);
      valid = matches;
      rounded = assertExact(text, value, (path) => knowsPath(schema, path), shortestLength);
    } else assertExact(text, value, () => false);
  } catch (error) {
    if (!(error instanceof InvalidJson)) throw error;
    return notBinance(answer, error.message, { ...about, cause: safeCause(error) }, options);
  }
  const refused = valid ? undefined : readRefusal(value);
  if (refused) {
    const { error, retry } = apiError(refused, about, options.secrets(), answer.headers);
    const { binanceMessage = "" } = error;
    const isClean = binanceMessage === refused.msg;
    const body = isClean ? refused : { ...refused, msg: binanceMessage };
    return status >= 400 && status < 600 && isApiError(value)
      ? { kind: "refusal", text: isClean ? text : JSON.stringify(body), body, error, retry }
      : { kind: "unusable", error, retry };
  }
  if (status !== 200) return notBinance(answer, "it is not in a form that Binance documents", about, options);
  const { validate, reporter } = options;
  if (!valid && (validate === "throw" || !hasAnyRequired(schema, value))) {
    const message = `The response does not match the document: ${explain(schema, value)}.`;
    const error = new BinanceError("INVALID_RESPONSE", message, { ...about, body: text });
    return { kind: "unusable", error, retry: "never" };
  }
  if (validate !== "off") {
    if (!valid) for (const one of violations(schema, value)) reporter.violation(operationId, one);
    for (const path of rounded) reporter.rounded(operationId, path);
    reporter.look(operationId, value);
  }
  return { kind: "data", text, data: value };
}

/**
 * Checks a response that a middleware put in place of the server's.
 * @throws {BinanceError} INVALID_RESPONSE if it does not match the document.
 */
export function assertResult(
  operationId: OperationId,
  ok: boolean,
  body: unknown,
  validate: ValidateOption,
  details: ErrorDetails,
): void {
  const schema = schemaOf(operationId);
  const good = () =>
    checkBody(schema, body).matches || (validate !== "throw" && hasAnyRequired(schema, body));
  if (ok ? good() : isApiError(body)) return;
  const message = "A middleware has replaced the response by one that does not match the document.";
  throw new BinanceError("INVALID_RESPONSE", message, { ...details, operationId });
}

/** Lists how a value differs from the document, in one sentence. */
function explain(schema: Schema, value: unknown): string {
  const all = violations(schema, value).map(({ path, message }) => `${path || "the body"} ${message}`);
  const more = all.length > shown ? `, and ${all.length - shown} more` : "";
  return all.slice(0, shown).join(", ") + more;
}

const shown = 5;

function isApiError(body: unknown): body is ApiError {
  if (
    typeof body !== "object" ||
    body === null ||
    !Object.hasOwn(body, "code") ||
    !Object.hasOwn(body, "msg")
  )
    return false;
  const { code, msg } = body as Partial<ApiError>;
  return Number.isInteger(code) && typeof msg === "string";
}

/** Reads a refusal: `{ code, msg }`, or `{ "239999": "…" }`, which announces maintenance. */
function readRefusal(body: unknown): ApiError | undefined {
  if (isApiError(body)) return body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const named = Object.entries(body).find(([name, text]) => /^-?\d+$/.test(name) && typeof text === "string");
  return named && { code: Number(named[0]), msg: named[1] };
}

/** Creates the error for a refusal. */
export function apiError(
  { code, msg }: ApiError,
  about: ErrorDetails,
  secrets: readonly string[] = [],
  headers?: WireHeaders,
) {
  const { status = 0, operationId } = about;
  const message = scrub(msg, secrets);
  const { error, retry } = decide(status, code, { message, headers });
  const details = { ...about, binanceCode: code, binanceMessage: message };
  const hint = hintFor(code, operationId);
  const text = `${message} (${code}, HTTP ${status})${hint ? `. ${hint}` : ""}`;
  return { error: new BinanceError(error, text, details), retry };
}

/** Judges a response that is not Binance's but that of a firewall, gateway or proxy. */
function notBinance(
  { status, headers, text }: WireAnswer,
  why: string,
  about: ErrorDetails,
  { secrets }: JudgeOptions,
): Judgement {
  const { error: code, retry } = decide(status, undefined, { headers });
  const known = code === "BLOCKED" || (status >= 400 && code !== "REFUSED");
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(headers.get("content-type") ?? "")?.[0] ?? "no content type";
  const what = text === "" ? "an empty body" : `a body (${type}) that cannot be used: ${why}`;
  const message = scrub(`The server answered HTTP ${status} with ${what}.`, secrets());
  const error = new BinanceError(known ? code : "INVALID_RESPONSE", message, { ...about, body: text });
  return { kind: "unusable", error, retry: known ? retry : "never" };
}
