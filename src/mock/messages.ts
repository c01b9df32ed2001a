import type { BinanceError } from "../errors.js";
import { describe, mustBe as mustBeSaid } from "../input.js";

/** The error for a value that breaks a rule, such as "`port` must be an integer from 0 to 65535; received 70000." */
export const mustBe = (name: string, rule: string, received: unknown): BinanceError =>
  mustBeSaid(name, rule, received, shown);

const longest = 60;

/** A value in a message: texts and numbers as they are, since the mock's own input holds no secret, anything else by its kind. */
export function shown(value: unknown): string {
  if (typeof value !== "string") return describe(value);
  return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
}
