import type { operations } from "../generated/operations.js";
import { invalidArgument } from "./errors.js";
import { describe, ownProperties } from "./input.js";

type Operation = (typeof operations)[keyof typeof operations];

interface Limits {
  readonly type: string;
  readonly required?: boolean;
  readonly injected?: boolean;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
}

/** A caller's parameters, checked against the operation. Throws INVALID_ARGUMENT before anything is sent. */
export function checkParameters(
  operation: Operation,
  given: unknown,
  recvWindow: number | undefined,
): Record<string, unknown> {
  const own = given === undefined ? {} : ownProperties(given);
  if (!own) throw invalidArgument(`Parameters are a plain object, not ${describe(given)}.`);
  const known: Record<string, Limits> = operation.parameters;
  const checked: Record<string, unknown> = Object.create(null);
  if (recvWindow !== undefined && Object.hasOwn(known, "recvWindow")) checked.recvWindow = recvWindow;
  for (const name of Object.keys(own)) {
    const limits = Object.hasOwn(known, name) ? known[name] : undefined;
    if (limits?.injected || name === "signature")
      throw invalidArgument(`${name} is added by the client; leave it out.`);
    if (!limits)
      throw invalidArgument(`${name} is not a parameter of ${operation.path}; it takes ${listOf(known)}.`);
    checked[name] = checkValue(name, own[name], limits);
  }
  for (const name of Object.keys(known)) {
    const { required, injected } = known[name] as Limits;
    if (required && !injected && !(name in checked))
      throw invalidArgument(`${name} is required by ${operation.path}.`);
  }
  for (const group of operation.exclusive) {
    const sent = group.filter((name) => name in checked);
    if (sent.length > 1) throw invalidArgument(`${sent.join(" and ")} exclude each other; send one of them.`);
  }
  return checked;
}

const listOf = (known: Record<string, Limits>) =>
  Object.keys(known)
    .filter((name) => !known[name]?.injected)
    .join(", ");

function checkValue(
  name: string,
  value: unknown,
  { type, enum: values, minimum, maximum, minLength }: Limits,
): unknown {
  if (type === "integer") {
    if (
      !Number.isSafeInteger(value) ||
      (value as number) < (minimum ?? -Infinity) ||
      (value as number) > (maximum ?? Infinity)
    ) {
      throw invalidArgument(`${name} is a whole number${range(minimum, maximum)}, not ${describe(value)}.`);
    }
  } else if (typeof value !== type) {
    throw invalidArgument(`${name} is a ${type}, not ${describe(value)}.`);
  } else if (typeof value === "string" && value.length < (minLength ?? 0)) {
    throw invalidArgument(`${name} is empty; leave it out to send none.`);
  }
  if (values && !values.includes(value)) throw invalidArgument(`${name} is one of ${values.join(", ")}.`);
  return value;
}

const range = (minimum?: number, maximum?: number) =>
  (minimum === undefined ? "" : ` from ${minimum}`) +
  (maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? "" : ` to ${maximum}`);
