import { statePaths } from "../../generated/mock.js";
import { readDecimal } from "../fixed-point.js";
import { ownProperties } from "../input.js";
import { operationIds } from "../operations.js";
import type { Schema } from "../response/schema.js";
import { schemaOf } from "../response/schemas.js";
import { shown } from "./messages.js";
import { type Fields, type MockState, StateError } from "./state.js";

/** Field names of the document at each place of the state. */
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

/** Refuses unknown names: a misspelt one would silently change nothing. */
export function checkNames(state: MockState): void {
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
        throw new StateError(
          `\`${name}.${of}\` must be a decimal text of at least 0, such as "0.95"; received ${shown(value)}`,
        );
    }
  }
  if ("uniMMR" in object(account, "account", [...namesAt("account"), "newFields"]))
    throw new StateError(
      "`account.uniMMR` cannot be set: it is (accountEquity − totalMarginOpenLoss) ÷ accountMaintMargin; set those instead",
    );
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
  if (!Array.isArray(list)) throw new StateError(`\`${name}\` must be a list; received ${shown(list)}`);
  const seen = new Set<string>();
  for (const [index, value] of list.entries()) {
    const row = object(value, `${name}[${index}]`, [...namesAt(name), ...rowExtras]);
    const [first = ""] = identity;
    if (typeof row[first] !== "string" || row[first] === "")
      throw new StateError(`\`${name}[${index}].${first}\` must be a text; received ${shown(row[first])}`);
    const key = identity.map((field) => row[field]).join(" ");
    if (seen.has(key))
      throw new StateError(`\`${name}\` must list each row once; received ${key.trim()} twice`);
    seen.add(key);
  }
}

const namesAt = (path: string) => [...(documented.get(path) ?? [])];

function object(value: unknown, where: string, known?: string[]): Fields {
  const own = ownProperties(value);
  if (!own) throw new StateError(`\`${where}\` must be an object; received ${shown(value)}`);
  if (own.newFields !== undefined && !ownProperties(own.newFields))
    throw new StateError(`\`newFields\` of ${where} must be an object; received ${shown(own.newFields)}`);
  const unknown = known && Object.keys(own).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new StateError(
      `unknown field \`${unknown}\` in ${where}. Expected one of: ${[...new Set(known)].join(", ")}`,
    );
  return own;
}
