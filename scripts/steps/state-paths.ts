import { deriveAccount } from "../../src/mock/account-model.js";
import { accounts } from "../../src/mock/scenarios.js";
import { bodyOf, type OpenApiDocument, type Operation, resolve, type Schema } from "./document.js";

/** An account that holds something of everything, so that every field that the mock derives is there. */
const account = deriveAccount(accounts.hedge());

/** Checks that the mock's account has what an operation with `x-state` must show. Throws with the fields that it has not. */
export function checkStatePath(document: OpenApiDocument, operation: Operation): void {
  const { operationId, "x-state": path } = operation;
  if (path === undefined) return;
  const where = `${operationId}: \`x-state: ${path}\``;
  const part = path
    .split(".")
    .reduce<unknown>((at, name) => (Object(at) as Record<string, unknown>)[name], account);
  if (part === undefined)
    throw new Error(
      `${where} must name a part of the mock's account. Expected one of: ${parts().join(", ")}.`,
    );
  const missing = missingFields(document, bodyOf(document, operation), part);
  if (missing.length > 0)
    throw new Error(
      `${where} does not derive ${missing.join(", ")}. Add what is missing to src/mock/account-model.ts, or leave \`x-state\` out: the mock then responds with the examples.`,
    );
}

/** Paths of required fields that a value does not have, and of lists and objects that are something else. */
function missingFields(document: OpenApiDocument, given: Schema, value: unknown, at = ""): string[] {
  const { type, items, properties = {}, required = [] } = resolve(document, given);
  const kinds = [type].flat();
  if (kinds.includes("array")) {
    if (!Array.isArray(value)) return [`${at || "a body"} as a list`];
    return value.length === 0 ? [] : missingFields(document, items ?? {}, value[0], at);
  }
  if (!kinds.includes("object")) return [];
  if (Array.isArray(value) || value === null || typeof value !== "object")
    return [`${at || "a body"} as an object`];
  const fields = value as Record<string, unknown>;
  return required.flatMap((name) => {
    const path = at ? `${at}.${name}` : name;
    const field = properties[name];
    if (fields[name] === undefined) return [path];
    return field ? missingFields(document, field, fields[name], path) : [];
  });
}

/** Names of the parts that a path may lead to. */
const parts = () =>
  Object.entries(account).flatMap(([name, part]) => [
    name,
    ...Object.entries(part).flatMap(([list, rows]) => (Array.isArray(rows) ? [`${name}.${list}`] : [])),
  ]);
