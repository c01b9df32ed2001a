import { statePaths } from "../../generated/mock.js";
import { invalidArgument } from "../errors.js";
import { ownProperties } from "../input.js";
import { operationIds } from "../operations.js";
import { type Schema, violations } from "../response/schema.js";
import { schemaOf } from "../response/schemas.js";
import type { OperationId } from "../types.js";
import { type AccountModel, contractOf, deriveAccount, whereRequired } from "./account-model.js";
import { copyOf } from "./copy.js";
import { type Fields, type MockState, StateError } from "./state.js";
import { checkNames } from "./state-check.js";

/** A state that was read, and the responses that follow from it. */
export interface Responses {
  state: MockState;
  /** Returns the body of an operation's response, or undefined if the state has no part for it. */
  body(operationId: OperationId, parameters: Record<string, string>): unknown;
  /** Returns the pairs of the contracts that the operation shows, or undefined if it shows none. */
  pairs(operationId: OperationId): ReadonlySet<string> | undefined;
}

/**
 * Reads a state and derives every response, each checked against the document.
 * @throws {BinanceError} INVALID_ARGUMENT that names the place.
 */
export function readState(given: MockState): Responses {
  try {
    const state = copy(given);
    checkNames(state);
    const model = deriveAccount(state);
    const bodies = new Map(operationIds.map((id) => [id, bodyOf(id, state, model)]));
    for (const [id, body] of bodies) if (body !== undefined) check(id, body);
    const pairs = pairsByPart(state, model);
    return {
      state,
      body: (id, parameters) => selectRows(bodies.get(id), parameters),
      pairs: (id) => pairs[partOf(id) ?? ""],
    };
  } catch (error) {
    throw error instanceof StateError
      ? invalidArgument(`The state cannot be used: ${error.message}.`)
      : error;
  }
}

/** Collects the pairs of all contracts with a price or a row: coin-margined ones end in USD, all others are UM. */
function pairsByPart(
  { markPrices = {} }: MockState,
  { um, cm, coinM }: AccountModel,
): Record<string, ReadonlySet<string>> {
  const rows = [...um.positions, ...cm.positions, ...coinM.positions].map(({ symbol }) => symbol);
  const all = [...Object.keys(markPrices), ...rows].map((symbol) => contractOf(symbol).pair);
  const coins = new Set(all.filter((pair) => pair.endsWith("USD")));
  return { um: new Set(all.filter((pair) => !pair.endsWith("USD"))), cm: coins, coinM: coins };
}

/** Copies a state, so that later changes of the caller do not reach the responses. */
function copy(state: MockState): MockState {
  try {
    return copyOf(state);
  } catch {
    throw new StateError("it must hold data only; received something else, such as a function");
  }
}

function bodyOf(id: OperationId, { answers = {} }: MockState, model: AccountModel): unknown {
  if (answers[id] !== undefined) return answers[id];
  const path = statePaths[id];
  if (path === undefined) return undefined;
  const hidden = partOf(id) === "cm" ? whereRequired : new Set<string>();
  return show(at(model, path), schemaOf(id), hidden);
}

/** The part of the account that an operation shows: the first name of its path. */
const partOf = (id: OperationId) => statePaths[id]?.split(".")[0];

const at = (model: object, path: string) =>
  path.split(".").reduce<unknown>((part, name) => (part as Fields)[name], model);

/** Returns the documented fields in the order of the document, followed by `newFields`. */
function show(value: unknown, schema: Schema, hidden: ReadonlySet<string>): unknown {
  if (Array.isArray(value) && schema.type === "array")
    return value.map((row) => show(row, schema.items, hidden));
  if (schema.type !== "object" || value === null || typeof value !== "object") return value;
  const fields = value as Fields;
  const shown = Object.entries(schema.properties).flatMap(([name, part]) =>
    fields[name] === undefined || (hidden.has(name) && schema.optional?.includes(name))
      ? []
      : [[name, show(fields[name], part, hidden)]],
  );
  const others = schema.values ? Object.entries(fields).filter(([name]) => name !== "newFields") : [];
  return { ...Object.fromEntries([...others, ...shown]), ...ownProperties(fields.newFields) };
}

/**
 * Filters rows by each parameter that has the name of a field. A comma-separated list matches any of its values.
 * `pair` and `marginAsset` are derived from the symbol if the row does not have them.
 */
export function selectRows(body: unknown, parameters: Readonly<Record<string, string>>): unknown {
  if (!Array.isArray(body)) return body;
  const wanted = Object.entries(parameters).filter(([name]) => !ofEveryCall.has(name));
  return body.filter((row) => wanted.every(([name, value]) => fits(fieldOf(row, name), value)));
}

const ofEveryCall = new Set(["timestamp", "recvWindow", "signature"]);

function fieldOf(row: unknown, name: string): unknown {
  const fields = ownProperties(row) ?? {};
  if (fields[name] !== undefined || typeof fields.symbol !== "string") return fields[name];
  const contract: Record<string, string> = contractOf(fields.symbol);
  return contract[name];
}

const fits = (field: unknown, value: string) =>
  field === undefined || String(field) === value || value.split(",").includes(String(field));

function check(id: OperationId, answer: unknown): void {
  const [wrong] = violations(schemaOf(id), answer);
  if (wrong)
    throw new StateError(`${id} would respond with a body whose ${wrong.path || "root"} ${wrong.message}`);
}
