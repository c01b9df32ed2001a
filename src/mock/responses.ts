import { readDecimal } from "../decimal.js";
import { invalidArgument } from "../errors.js";
import { ownProperties } from "../input.js";
import { operationIds, schemaOf } from "../operations.js";
import { type Schema, violation } from "../response/schema.js";
import type { OperationId } from "../types.js";
import { type AccountModel, contractOf, deriveAccount } from "./account-model.js";
import { statePaths } from "./document.js";
import { type Fields, type MockState, StateError } from "./state.js";

/** A state that has been read, and the answers that follow from it. */
export interface Responses {
  state: MockState;
  /** Answer of an operation; undefined where the state says nothing of it. */
  answer(operationId: OperationId, parameters: Record<string, string>): unknown;
  /** Pairs that have a contract. */
  pairs: ReadonlySet<string>;
}

/**
 * Reads a state and derives every answer, each checked against the document.
 * @throws {BinanceError} INVALID_ARGUMENT that names the place.
 */
export function readState(given: MockState): Responses {
  try {
    const state = copy(given);
    checkNames(state);
    const model = deriveAccount(state);
    const answers = new Map(operationIds.map((id) => [id, answerOf(id, state, model)]));
    for (const [id, answer] of answers) if (answer !== undefined) check(id, answer);
    const symbols = [
      ...Object.keys(state.markPrices ?? {}),
      ...[...model.cm.positions, ...model.coinM.positions].map(({ symbol }) => symbol),
    ];
    return {
      state,
      answer: (id, parameters) => select(answers.get(id), parameters),
      pairs: new Set(symbols.map((symbol) => contractOf(symbol).pair).filter((pair) => pair.endsWith("USD"))),
    };
  } catch (error) {
    throw error instanceof StateError
      ? invalidArgument(`The state cannot be used: ${error.message}.`)
      : error;
  }
}

/** What the caller changes later does not reach the answers. */
function copy(state: MockState): MockState {
  try {
    return structuredClone(state);
  } catch {
    throw new StateError("it holds something that is no data, such as a function");
  }
}

function answerOf(id: OperationId, { answers = {} }: MockState, model: AccountModel): unknown {
  if (answers[id] !== undefined) return answers[id];
  const path = statePaths[id];
  return path && show(at(model, path), schemaOf(id));
}

const at = (model: object, path: string) =>
  path.split(".").reduce<unknown>((part, name) => (part as Fields)[name], model);

/** The fields that the document knows, in its order; `newFields` come behind them. */
function show(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value) && schema.type === "array") return value.map((row) => show(row, schema.items));
  if (schema.type !== "object") return value;
  const fields = value as Fields;
  const shown = Object.entries(schema.properties).flatMap(([name, part]) =>
    fields[name] === undefined ? [] : [[name, show(fields[name], part)]],
  );
  return { ...Object.fromEntries(shown), ...ownProperties(fields.newFields) };
}

/** A parameter that is named like what distinguishes contracts leaves the rows that it fits. */
function select(answer: unknown, { pair, marginAsset }: Record<string, string | undefined>): unknown {
  if (!Array.isArray(answer) || (pair === undefined && marginAsset === undefined)) return answer;
  return answer.filter(({ symbol }) => {
    const contract = contractOf(symbol);
    return (
      (pair ?? contract.pair) === contract.pair &&
      (marginAsset ?? contract.marginAsset) === contract.marginAsset
    );
  });
}

function check(id: OperationId, answer: unknown): void {
  const wrong = violation(schemaOf(id), answer);
  if (wrong) throw new StateError(`${id} would answer with ${wrong.path || "a body"} that ${wrong.message}`);
}

/** Names that the document has at each place of the state, as far as any operation shows them. */
const documented = new Map<string, Set<string>>();
for (const id of operationIds) if (statePaths[id]) collect(schemaOf(id), statePaths[id]);

function collect(schema: Schema, path: string): void {
  if (schema.type === "array") collect(schema.items, path);
  if (schema.type !== "object") return;
  const names = documented.get(path) ?? new Set();
  documented.set(path, names);
  for (const [name, part] of Object.entries(schema.properties)) {
    names.add(name);
    collect(part, `${path}.${name}`);
  }
}

const rowExtras = ["newFields", "maintMarginRate", "contractSize", "marginAsset", "markPrice"];

/** A misspelt name would silently change nothing. */
function checkNames(state: MockState): void {
  const known = ["markPrices", "collateralRates", "account", "um", "cm", "coinM", "answers"];
  const {
    markPrices = {},
    collateralRates = {},
    account = {},
    answers = {},
    ...parts
  } = object(state, "the state", known);
  for (const [name, prices] of Object.entries({ markPrices, collateralRates })) {
    for (const [of, value] of Object.entries(object(prices, name))) {
      if ((readDecimal(value) ?? -1n) < 0n)
        throw new StateError(`${name}.${of} is a decimal number as text, such as "0.95"`);
    }
  }
  if ("uniMMR" in object(account, "account", [...namesAt("account"), "newFields"]))
    throw new StateError("uniMMR follows: it is accountEquity ÷ accountMaintMargin; set these in `account`");
  for (const [name, part] of Object.entries(parts)) {
    const rows = object(part, name, ["assets", "positions", "newFields", ...namesAt(name)]);
    for (const list of ["assets", "positions"])
      checkRows(
        rows[list] ?? [],
        `${name}.${list}`,
        list === "assets" ? ["asset"] : ["symbol", "positionSide"],
      );
  }
  object(answers, "answers", operationIds);
}

function checkRows(list: unknown, name: string, identity: string[]): void {
  if (!Array.isArray(list)) throw new StateError(`${name} is a list`);
  const seen = new Set<string>();
  for (const [index, value] of list.entries()) {
    const row = object(value, `${name}[${index}]`, [...namesAt(name), ...rowExtras]);
    const [first = ""] = identity;
    if (typeof row[first] !== "string" || row[first] === "")
      throw new StateError(`${name}[${index}] has no ${first}`);
    const key = identity.map((field) => row[field]).join(" ");
    if (seen.has(key)) throw new StateError(`${name} has ${key.trim()} twice`);
    seen.add(key);
  }
}

const namesAt = (path: string) => [...(documented.get(path) ?? [])];

function object(value: unknown, where: string, known?: string[]): Fields {
  const own = ownProperties(value);
  if (!own) throw new StateError(`${where} is an object`);
  if (own.newFields !== undefined && !ownProperties(own.newFields))
    throw new StateError(`newFields of ${where} is an object`);
  const unknown = known && Object.keys(own).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new StateError(`${where} has no \`${unknown}\`; there are ${[...new Set(known)].join(", ")}`);
  return own;
}
