import type { operations } from "../generated/operations.js";
import { invalidArgument } from "./errors.js";
import { mustBe, oneOf, ownProperties } from "./input.js";

type Operation = (typeof operations)[keyof typeof operations];

/** What a parameter must be: the part of its schema that is in the generated table. */
export interface ParameterRule {
  readonly type: string;
  readonly required?: boolean;
  /** Added by the client. */
  readonly injected?: boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** For an array: its items, how they are sent, and how many there may be. */
  readonly items?: ParameterRule;
  readonly sent?: "joined" | "repeated";
  readonly minItems?: number;
  readonly maxItems?: number;
}

/**
 * Checks a caller's parameters against the operation, before anything is sent.
 * @throws {BinanceError} INVALID_ARGUMENT if one is unknown, missing or out of range, or if two exclude each other.
 */
export function checkParameters(
  operation: Operation,
  given: unknown,
  recvWindow: number | undefined,
): Record<string, unknown> {
  const own = given === undefined ? {} : ownProperties(given);
  if (!own) throw mustBe("The parameters", "a plain object", given);
  const rules: Record<string, ParameterRule> = operation.parameters;
  const checked: Record<string, unknown> = Object.create(null);
  if (recvWindow !== undefined && Object.hasOwn(rules, "recvWindow")) checked.recvWindow = recvWindow;
  for (const name of Object.keys(own)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule?.injected || name === "signature")
      throw invalidArgument(`\`${name}\` is added by the client; leave it out.`);
    if (!rule)
      throw invalidArgument(`\`${name}\` is not a parameter of ${operation.path}. ${oneOf(sendable(rules))}`);
    checked[name] = checkValue(name, own[name], rule);
  }
  for (const [name, { required, injected }] of Object.entries(rules)) {
    if (required && !injected && !(name in checked))
      throw invalidArgument(`\`${name}\` is required by ${operation.path}.`);
  }
  for (const group of operation.exclusive as readonly (readonly string[])[]) {
    const sent = group.filter((name) => name in checked);
    if (sent.length > 1)
      throw invalidArgument(`\`${sent.join("` and `")}\` exclude each other; send one of them.`);
  }
  return checked;
}

/** Names of the parameters that a caller may give. */
const sendable = (rules: Record<string, ParameterRule>) =>
  Object.keys(rules).filter((name) => !rules[name]?.injected);

function checkValue(name: string, value: unknown, rule: ParameterRule): unknown {
  if (rule.type === "array") return checkList(name, value, rule);
  if (!fits(value, rule)) {
    if (value === "") throw invalidArgument(`\`${name}\` must not be empty; leave it out to send none.`);
    throw mustBe(`\`${name}\``, wanted(rule), value);
  }
  return value;
}

function checkList(name: string, value: unknown, rule: ParameterRule): unknown {
  const { items = { type: "string" }, minItems = 1, maxItems = Infinity, sent } = rule;
  if (!Array.isArray(value)) throw mustBe(`\`${name}\``, `a list, each item ${wanted(items)}`, value);
  if (value.length < minItems || value.length > maxItems) {
    const most = maxItems < Infinity ? ` to ${maxItems}` : " or more";
    throw invalidArgument(`\`${name}\` must have ${minItems}${most} items; received ${value.length}.`);
  }
  for (const [i, item] of value.entries()) checkValue(`${name}[${i}]`, item, items);
  if (sent === "joined" && value.some((item) => String(item).includes(",")))
    throw invalidArgument(`\`${name}\` must have items without a comma, which separates them.`);
  return sent === "joined" ? value.join(",") : [...value];
}

/** Whether a value that is no list is what the rule asks for: the client asks before it sends, the mock when it receives. */
export function fits(value: unknown, rule: ParameterRule): boolean {
  if (rule.enum && !rule.enum.includes(value)) return false;
  if (rule.type === "integer") {
    const { minimum = -Infinity, maximum = Infinity } = rule;
    return Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
  }
  if (typeof value !== "string") return typeof value === rule.type;
  const { minLength = 0, maxLength = Infinity, pattern } = rule;
  return (
    rule.type === "string" &&
    value.length >= minLength &&
    value.length <= maxLength &&
    (pattern === undefined || new RegExp(pattern, "u").test(value))
  );
}

/** Describes a rule in words. */
function wanted({
  type,
  enum: values,
  minimum,
  maximum,
  minLength = 0,
  maxLength,
  pattern,
}: ParameterRule): string {
  if (values) return `one of ${values.join(", ")}`;
  if (type === "integer") {
    const from = minimum === undefined ? "" : ` from ${minimum}`;
    return `an integer${from}${maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`}`;
  }
  if (type !== "string") return `a ${type}`;
  if (pattern !== undefined) return `text that matches ${pattern}`;
  if (maxLength !== undefined) return `text of ${minLength} to ${maxLength} characters`;
  return minLength > 1 ? `text of at least ${minLength} characters` : "text";
}
