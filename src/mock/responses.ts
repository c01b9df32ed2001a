import { statePaths } from "../../generated/mock.js";
import { invalidArgument } from "../errors.js";
import { ownProperties } from "../input.js";
import { operationIds, schemaOf } from "../operations.js";
import { type Schema, violation } from "../response/schema.js";
import type { OperationId } from "../types.js";
import { type AccountModel, contractOf, deriveAccount } from "./account-model.js";
import { type Fields, type MockState, StateError } from "./state.js";
import { checkNames } from "./state-check.js";

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
    throw new StateError("it must hold data only; received something else, such as a function");
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
  if (wrong)
    throw new StateError(`${id} would respond with a body whose ${wrong.path || "root"} ${wrong.message}`);
}
