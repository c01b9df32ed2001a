import { invalidArgument } from "./errors.js";
import { safeCause } from "./redact.js";

/**
 * Options as given, copied: own properties only, whose names are all known. A misspelt option would otherwise be a silent
 * default, and a polluted Object.prototype would choose the address that the key is sent to.
 */
export function readNames<T extends object>(where: string, options: T, names: readonly string[]): T {
  const own = ownProperties(options);
  if (!own) throw mustBe(where, "an object of options", options);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw invalidArgument(`${where} has no option \`${unknown}\`. Expected one of: ${names.join(", ")}.`);
  return own as T;
}

/** Whether an object is a literal, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The defined own properties of a plain object, read once. Undefined for anything else, such as a Map or an AbortSignal. */
export function ownProperties(value: unknown): Record<string, unknown> | undefined {
  try {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    if (!isPlain(value)) return undefined;
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.assign(Object.create(null), Object.fromEntries(entries));
  } catch (cause) {
    throw invalidArgument("An object cannot be read: one of its properties throws.", safeCause(cause));
  }
}

/** A function, or nothing. */
export function readFunction<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw mustBe(`\`${name}\``, "a function", value);
}

/** The error for a value that is not what it must be. */
export const mustBe = (name: string, what: string, value: unknown) =>
  invalidArgument(`${name} must be ${what}; received ${describe(value)}.`);

/** What kind of value this is, for a message. Never the value of a text, and of a number only where no secret can stand. */
export function describe(value: unknown): string {
  if (typeof AbortSignal !== "undefined" && value instanceof AbortSignal) return "an AbortSignal";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return "a bigint";
  if (typeof value === "object") return isPlain(value) ? "an object" : "an object of a class";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}
