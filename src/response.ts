import type { ApiError } from "../generated/schema.js";
import * as generated from "../generated/validators.js";
import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import type { OperationId } from "./types.js";

type Validate = ((data: unknown) => boolean) & { errors?: { instancePath: string; message?: string }[] | null };
const validators: Record<OperationId, Validate> = generated.validators;

/** The part of an answer that decides. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** What an answer of Binance comes to: `ok`, or a refusal in the documented form. Everything else is thrown. */
export function judge(operationId: OperationId, { status, headers, text }: Answer, details: ErrorDetails): "data" | "error" {
  const about: ErrorDetails = { ...details, operationId, status };
  if (status >= 300 && status < 400) {
    throw new BinanceError(
      "REDIRECT_REFUSED",
      `The server answered ${status} and wanted the signed request sent elsewhere; it was not.`,
      about,
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw withoutJson(headers, text, { ...about, cause });
  }
  if (isApiError(body)) {
    if (status >= 400) return "error";
    throw apiError(body, headers, about);
  }
  if (status !== 200) throw withoutJson(headers, text, about);
  const validate = validators[operationId];
  if (validate(body)) return "data";
  const [error] = validate.errors ?? [];
  throw new BinanceError(
    "INVALID_RESPONSE",
    `The answer does not match the document: ${error?.instancePath || "the body"} ${error?.message}.`,
    { ...about, body: text },
  );
}

export function isApiError(body: unknown): body is ApiError {
  const { code, msg } = (body ?? {}) as Partial<ApiError>;
  return Number.isInteger(code) && typeof msg === "string";
}

/** The error for a refusal in the documented form. */
export function apiError({ code, msg }: ApiError, headers: Headers, about: ErrorDetails): BinanceError {
  const retryAt = readRetryAt(headers, msg);
  const details = { ...about, binanceCode: code, binanceMessage: msg, ...(retryAt !== undefined && { retryAt }) };
  return new BinanceError(codeFor(about.status ?? 0, code), `${msg} (${code}, HTTP ${about.status})`, details);
}

/** The error for an answer that is not Binance's JSON: a firewall, a gateway or a proxy has spoken. */
function withoutJson(headers: Headers, text: string, about: ErrorDetails): BinanceError {
  const { status = 0 } = about;
  const known = status < 400 ? undefined : codeFor(status, undefined);
  const code = known === "INVALID_PARAMETER" ? "INVALID_RESPONSE" : (known ?? "INVALID_RESPONSE");
  const type = headers.get("content-type") ?? "no content type";
  const what = text === "" ? "an empty body" : `a body that is not Binance's JSON (${type})`;
  const retryAt = readRetryAt(headers, "");
  return new BinanceError(code, `The answer was HTTP ${status} with ${what}.`, {
    ...about,
    body: text,
    ...(retryAt !== undefined && { retryAt }),
  });
}

/** Which of our codes a refusal is: Binance's number decides where it is known, else the HTTP status. */
function codeFor(status: number, binanceCode: number | undefined): ErrorCode {
  if (status === 418) return "BANNED";
  if (status === 429) return "RATE_LIMITED";
  return byBinanceCode.get(binanceCode) ?? byStatus[status] ?? (status >= 500 || status < 400 ? "UNAVAILABLE" : "INVALID_PARAMETER");
}

const parameterCodes = [-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1121, -1128, -1130, -1131, -4144];
const byBinanceCode = new Map<number | undefined, ErrorCode>([
  [-1021, "CLOCK_SKEW"],
  [-1022, "SIGNATURE_REJECTED"],
  [-1003, "RATE_LIMITED"],
  ...[-2014, -2015, -1002].map((code) => [code, "UNAUTHORIZED"] as const),
  ...[-1000, -1001, -1006, -1007, -1008].map((code) => [code, "UNAVAILABLE"] as const),
  ...parameterCodes.map((code) => [code, "INVALID_PARAMETER"] as const),
]);
const byStatus: Record<number, ErrorCode> = { 401: "UNAUTHORIZED", 403: "BLOCKED", 404: "NOT_FOUND", 408: "UNAVAILABLE" };

/** When to come back, in ms since 1970: `Retry-After` as seconds or date, else the end of a ban that the message names. */
function readRetryAt(headers: Headers, msg: string): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (value && /^\d+$/.test(value)) return Date.now() + Number(value) * 1000;
  const date = value ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(date)) return date;
  const until = /banned until (\d{13})/.exec(msg)?.[1];
  return until === undefined ? undefined : Number(until);
}
