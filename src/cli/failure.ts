import type { BinanceError } from "../errors.js";
import { type Io, UsageError } from "./io.js";
import { paragraph, printable } from "./table.js";

/** Whether this account does not have what was asked for, as long as the same key may read something else. */
export const isUnavailable = ({ code }: BinanceError): boolean => code === "UNAUTHORIZED";

/** "not available to this account (-2015)". */
export const unavailable = ({ binanceCode, status }: BinanceError): string =>
  `not available to this account (${binanceCode ?? `HTTP ${status}`})`;

/** 2 for a command that was called wrongly, 1 for a call that failed. */
export const exitCodeOf = (error: BinanceError | UsageError): number =>
  error instanceof UsageError || error.code === "INVALID_ARGUMENT" || error.code === "INVALID_KEY" ? 2 : 1;

/** Says on standard error what went wrong, and what to do. */
export function reportFailure(error: BinanceError | UsageError, { stderr }: Io, usage: string): void {
  const isUsage = error instanceof UsageError;
  const code = isUsage ? "" : ` [${error.code}]`;
  stderr.write(paragraph(stderr, `error: ${printable(error.message)}${code}`));
  stderr.write(paragraph(stderr, isUsage ? `See ${usage}.` : error.help));
}

/** What a program reads of an error. */
export const failureJson = (error: BinanceError | UsageError, usage: string): object =>
  error instanceof UsageError
    ? { name: "UsageError", code: "INVALID_ARGUMENT", message: error.message, help: `See ${usage}.` }
    : error.toJSON();

/** JSON, in which no character can steer a terminal. */
export const jsonText = (value: unknown): string => `${harmless(JSON.stringify(value, null, 2))}\n`;

/** The same in one line. */
export const jsonLine = (value: unknown): string => `${harmless(JSON.stringify(value))}\n`;

const harmless = (json: string) =>
  json.replace(
    /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
