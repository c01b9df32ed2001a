import { type BinanceError, invalidArgument } from "../errors.js";
import { describe } from "../input.js";

/** The error for a value that breaks a rule, such as "`port` must be an integer from 0 to 65535; received 70000." */
export const mustBe = (name: string, rule: string, received: unknown): BinanceError =>
  invalidArgument(`${name} must be ${rule}; received ${shown(received)}.`);

/** The end of a message about a name that is not known. */
export const oneOf = (names: readonly string[]): string => `Expected one of: ${names.join(", ")}.`;

const longest = 60;

/** A value in a message: texts and numbers as they are, since the mock's own input holds no secret, anything else by its kind. */
export function shown(value: unknown): string {
  if (typeof value !== "string") return describe(value);
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
}
