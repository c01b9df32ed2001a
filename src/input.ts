import { invalidArgument } from "./errors.js";
import { safeCause } from "./redact.js";

/**
 * Copies options, own properties only, and refuses unknown names. Otherwise a misspelt option would silently be a default, and a
 * polluted Object.prototype could choose where the key is sent.
 */
export function readNames<T extends object>(where: string, options: T, names: readonly string[]): T {
  const own = ownProperties(options);
  if (!own) throw mustBe(where, "an object of options", options);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidArgument(`${where} has no option \`${unknown}\`. ${oneOf(names)}`);
  return own as T;
}

/** Whether an object is a literal, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Returns the defined own properties of a plain object, each read once. Undefined for anything else, such as a Map. */
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

/** Returns a function or undefined, and refuses anything else. */
export function readFunction<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw mustBe(`\`${name}\``, "a function", value);
}

/** Whether this is an AbortSignal, of this realm, of another, or of a DOM library. */
export const isSignal = (value: unknown): value is AbortSignal =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as AbortSignal).aborted === "boolean" &&
  typeof (value as AbortSignal).addEventListener === "function";

/** Creates the error for a value that is not what it must be; `tell` says what came. */
export const mustBe = (name: string, what: string, value: unknown, tell = describe) =>
  invalidArgument(`${name} must be ${what}; received ${tell(value)}.`);

/** The end of a message about a name that is not known. */
export const oneOf = (names: readonly string[]): string => `Expected one of: ${names.join(", ")}.`;

/** Names the kind of a value, for messages. A text, which may be a secret, is never shown. */
export function describe(value: unknown): string {
  if (typeof AbortSignal !== "undefined" && value instanceof AbortSignal) return "an AbortSignal";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return "a bigint";
  if (typeof value === "object") return isPlain(value) ? "an object" : "an object of a class";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}
