import { servers } from "../../generated/operations.js";
import { mustBe } from "../input.js";
import type { AttemptMessage } from "./messages.js";
import type { Listener } from "./observers.js";

const levels = ["off", "error", "warn", "info", "debug"] as const;

/** What is logged: nothing; that this address is banned; also what should be looked into; also failures that pass; every attempt. */
export type LogLevel = (typeof levels)[number];

/** Takes lines: `console`, pino, winston and others are such loggers. */
export interface Logger {
  error(line: string): void;
  warn(line: string): void;
  info(line: string): void;
  debug(line: string): void;
}

/** Reads a level, from an option or a variable. */
export function readLevel(name: string, value: unknown): LogLevel | undefined {
  if (value === undefined || levels.includes(value as LogLevel)) return value as LogLevel | undefined;
  throw mustBe(`\`${name}\``, '"off", "error", "warn", "info" or "debug"', value);
}

/** Checks that a logger has what is called. */
export function readLogger(logger: Logger | undefined): Logger | undefined {
  const missing = logger && levels.slice(1).find((level) => typeof logger[level as "warn"] !== "function");
  if (logger === null || missing !== undefined)
    throw mustBe("`logger`", "an object with the functions error, warn, info and debug", logger);
  return logger;
}

/** Standard error on Node, so that lines do not mix with what a program prints. */
export const toConsole: Logger = {
  error: (line) => console.error(line),
  warn: (line) => console.warn(line),
  info: (line) => console.warn(line),
  debug: (line) => console.warn(line),
};

/** Writes what happens inside as lines, up to a level. */
export function logTo(logger: Logger, level: LogLevel): Listener {
  const most = levels.indexOf(level);
  const write = (at: Exclude<LogLevel, "off">, line: string) => {
    if (levels.indexOf(at) <= most) logger[at](`binance-accounts: ${line}`);
  };
  return {
    hears: (what) => what !== "call" && what !== "weight" && most > (what === "attempt" ? 2 : 0),
    attempt: (message) => ({ end: () => write(message.error ? "info" : "debug", lineOf(message)) }),
    wait: ({ operationId, ms, reason }) =>
      write("info", `${operationId} waits ${Math.ceil(ms)} ms, ${reason}`),
    pause: ({ server, code, until }) =>
      write(
        code === "BANNED" ? "error" : "warn",
        `${server} wants no request before ${new Date(until).toISOString()}, ${code}`,
      ),
    clock: ({ offset: { min, max } }) =>
      write("warn", `the server's clock minus this machine's is ${((min + max) / 2000).toFixed(1)} s`),
    degraded: ({ server, isDegraded }) =>
      write(
        "warn",
        isDegraded
          ? `the store that shares the weight of ${server} does not answer, this process keeps to its share`
          : `the store that shares the weight of ${server} answers again`,
      ),
    pace: ({ operationId, every, ms }) =>
      write("info", `the watch of ${operationId} looks every ${Math.round(ms)} ms, ${every} ms is wanted`),
    missed: ({ operationId, error }) =>
      write("info", `the watch of ${operationId} missed a look, ${error.code}`),
    difference: ({ operationId, kind, path }) =>
      write("warn", `${operationId} returned a ${kind} that the document does not have, at ${path}`),
  };
}

/** One attempt as a line: operation, status, weight, duration and what happens next. */
function lineOf({
  operationId,
  server,
  attempt,
  status,
  error,
  usedWeight,
  durationMs = 0,
  next,
  waitMs = 0,
}: AttemptMessage): string {
  const outcome = [status ?? "no response", error?.code, error?.phase, error?.binanceCode].filter(Boolean);
  const weight = usedWeight === undefined ? [] : [`weight ${usedWeight} of ${servers[server].weightLimit}`];
  const then =
    next === "retry"
      ? `again in ${Math.ceil(waitMs)} ms`
      : next === "credentials"
        ? "asks for credentials"
        : error
          ? "gives up"
          : "done";
  const parts = [outcome.join(" "), ...weight, `${Math.round(durationMs)} ms`, then];
  return `${operationId} attempt ${attempt}: ${parts.join(", ")}`;
}
