import { errorExamples, examples } from "../../generated/mock.js";
import { invalidArgument } from "../errors.js";
import { oneOf, ownProperties } from "../input.js";
import type { OperationId } from "../types.js";
import { copyOf } from "./copy.js";
import { mustBe, shown } from "./messages.js";

/** When a fault happens. Without `nth` and `probability`: at each request. */
export interface When {
  /** Only for this operation; for all of them when left out. */
  operation?: OperationId | undefined;
  /** Only at these requests, counted from 1 since the rule was added. Faults that respond count requests that were not refused. */
  nth?: number | readonly number[] | undefined;
  /** Share of requests, 0 to 1; `seed` decides which. */
  probability?: number | undefined;
  /** The same seed gives the same sequence. @default the seed of the mock */
  seed?: number | undefined;
  /** At most this often. */
  times?: number | undefined;
  /** Time that the rule is in force, in ms of the mock's clock since it was added. */
  ttl?: number | undefined;
}

/** How long a delay takes, in ms: always the same, uniform between two, or log-normal around a median (`sigma` default 0.5). */
export type Duration = number | { min: number; max: number } | { median: number; sigma?: number };

/** Name of an error of the document, such as `overloaded`. */
export type ErrorExample = keyof typeof errorExamples;

/** An error of your own. In `msg` and `body`, `{n}` is how often the rule has happened and `{now}` the mock's time in ms. */
export interface OwnError {
  fault: "error";
  /** HTTP status, 200 to 599. @default 400 */
  status?: number | undefined;
  /** Binance's code, such as -1003; with `msg`. */
  code?: number | undefined;
  msg?: string | undefined;
  /** Text of the whole body, in place of `code` and `msg`. */
  body?: string | undefined;
  /** Content type of `body`. @default "application/json;charset=UTF-8" */
  contentType?: string | undefined;
  /** Sends `Retry-After`, in seconds. */
  retryAfter?: number | undefined;
}

/**
 * What breaks. The first group responds in Binance's place, to requests that the limits and the gate let pass;
 * the second changes how any response arrives.
 */
export type Breakage =
  /** An error of the document by the name of its example, with its status (503 for a 5XX) or another, also 200. */
  | { fault: "error"; example: ErrorExample; status?: number | undefined }
  | OwnError
  /** A page of a firewall. `status` @default 403 */
  | { fault: "html"; status?: number | undefined }
  /** No body. `status` @default 200 */
  | { fault: "empty"; status?: number | undefined }
  /** 200 with JSON of another shape. */
  | { fault: "wrongShape" }
  /** A redirect to `to`, by default a place of the mock that notes who follows. `status` @default 302 */
  | { fault: "redirect"; status?: number | undefined; to?: string | undefined }
  /** Waits before it responds. */
  | { fault: "delay"; ms: Duration }
  /** Sends the body in ten parts over this time. */
  | { fault: "slowBody"; ms: Duration }
  /** Sends half of the body, then ends the connection. */
  | { fault: "truncatedBody" }
  /** Resets the connection before, within or after the headers. */
  | { fault: "reset"; when?: "beforeHeaders" | "duringHeaders" | "afterHeaders" | undefined }
  /** Never responds. */
  | { fault: "hang" }
  /** Sends the body without its length, in chunks. */
  | { fault: "chunked" }
  /** Compresses the body, if the request accepts that. */
  | { fault: "gzip" }
  | { fault: "br" }
  /** Sets `Date` off by this many ms. */
  | { fault: "clockOffset"; ms: number }
  /** Leaves out `Date`. */
  | { fault: "noDate" }
  /** Leaves out `Retry-After`. */
  | { fault: "noRetryAfter" }
  /** Leaves out `X-MBX-USED-WEIGHT-1M`. */
  | { fault: "noWeightHeader" };

/** Something the mock breaks on purpose, and when. */
export type FaultRule = When & Breakage;

const whenFields = ["operation", "nth", "probability", "seed", "times", "ttl"];
const breakageFields: Record<Breakage["fault"], string[]> = {
  error: ["example", "status", "code", "msg", "body", "contentType", "retryAfter"],
  html: ["status"],
  empty: ["status"],
  wrongShape: [],
  redirect: ["status", "to"],
  delay: ["ms"],
  slowBody: ["ms"],
  truncatedBody: [],
  reset: ["when"],
  hang: [],
  chunked: [],
  gzip: [],
  br: [],
  clockOffset: ["ms"],
  noDate: [],
  noRetryAfter: [],
  noWeightHeader: [],
};

/** Names of all faults. */
export const faultNames = Object.keys(breakageFields) as Breakage["fault"][];

/** A copy of a rule as it was given. Throws for what it does not know. */
export function checkRule(given: unknown): FaultRule {
  const rule = ownProperties(given) as Partial<Record<string, unknown>> | undefined;
  if (!rule) throw mustBe("A fault", 'an object such as { fault: "hang" }', given);
  const name = rule.fault as Breakage["fault"];
  if (!faultNames.includes(name)) throw invalidArgument(`Unknown fault ${shown(name)}. ${oneOf(faultNames)}`);
  const known = ["fault", ...whenFields, ...breakageFields[name]];
  const unknown = Object.keys(rule).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw invalidArgument(`The fault ${name} has an unknown field \`${unknown}\`. ${oneOf(known)}`);
  const expect = (field: string, what: string, test: (value: never) => boolean) => {
    const value = rule[field];
    if (value !== undefined && !test(value as never))
      throw mustBe(`\`${field}\` of the fault ${name}`, what, value);
  };
  expect("operation", `one of ${Object.keys(examples).join(", ")}`, (value) =>
    Object.hasOwn(examples, value),
  );
  expect("nth", "an integer of at least 1, or a list of them", (value: unknown) =>
    [value].flat().every(isCount),
  );
  expect("probability", "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  expect("seed", "an integer", Number.isSafeInteger);
  expect("times", "an integer of at least 1", isCount);
  expect("ttl", "a number of ms above 0", (value) => value > 0);
  expect("when", "beforeHeaders, duringHeaders or afterHeaders", (value) =>
    ["beforeHeaders", "duringHeaders", "afterHeaders"].includes(value),
  );
  // What stands in a header may not end it, or another could be injected.
  const headerText = (value: unknown) => typeof value === "string" && /^[\x20-\x7e]+$/.test(value);
  expect("to", "an address of printable ASCII characters", headerText);
  expect("contentType", "printable ASCII characters", headerText);
  expect("code", "an integer, such as -1003", Number.isSafeInteger);
  expect("msg", "a text", isText);
  expect("body", "a text", isText);
  expect(
    "retryAfter",
    "a number of seconds, an integer of at least 0",
    (value: number) => Number.isSafeInteger(value) && value >= 0,
  );
  const [least, most] = name === "redirect" ? [300, 399] : [200, 599];
  expect(
    "status",
    `a status from ${least} to ${most}`,
    (value: number) => isCount(value) && value >= least && value <= most,
  );
  if (name === "error") checkError(rule);
  if (
    name === "clockOffset"
      ? !Number.isFinite(rule.ms)
      : breakageFields[name].includes("ms") && !isDuration(rule.ms)
  )
    throw mustBe(
      `\`ms\` of the fault ${name}`,
      name === "clockOffset" ? "a number" : "a number, { min, max } or { median, sigma }",
      rule.ms,
    );
  return copyOf({ ...rule }) as unknown as FaultRule;
}

/** An error is documented, or has a code and a message, or is a text: one of these. */
function checkError({ example, code, msg, body, contentType, retryAfter }: Partial<Record<string, unknown>>) {
  if (example === undefined) {
    if ((code === undefined) !== (msg === undefined) || (code === undefined) === (body === undefined))
      throw invalidArgument("The fault error must have `example`, or `code` and `msg`, or `body`.");
    if (contentType !== undefined && body === undefined)
      throw invalidArgument("`contentType` of the fault error must come with `body`.");
    return;
  }
  if ([code, msg, body, contentType, retryAfter].some((value) => value !== undefined))
    throw invalidArgument("`example` of the fault error must stand alone, or with `status`.");
  if (typeof example !== "string" || !Object.hasOwn(errorExamples, example))
    throw invalidArgument(
      `\`example\` of the fault error must be a documented error; received ${shown(example)}. ${oneOf(Object.keys(errorExamples))}`,
    );
}

const isText = (value: unknown) => typeof value === "string";
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

function isDuration(ms: unknown): ms is Duration {
  const within = (value: unknown) => typeof value === "number" && value >= 0 && value < 2 ** 31;
  if (within(ms)) return true;
  const { min, max, median, sigma = 0.5, ...rest } = ownProperties(ms) ?? { rest: 1 };
  if (Object.keys(rest).length > 0) return false;
  if (median !== undefined) return within(median) && within(sigma) && min === undefined && max === undefined;
  return within(min) && within(max) && (min as number) <= (max as number);
}
