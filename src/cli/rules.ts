import { add, cmp, type DecimalText, mul, sub } from "../decimal.js";
import { resolveSchema, responseSchemaOf } from "../document.js";
import { readExact } from "../fixed-point.js";
import { oneOf } from "../input.js";
import { freeOperationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { UsageError } from "./io.js";
import { percentToLiquidation, type Row, toLiquidation } from "./render.js";
import { isAbsent, partsOf, type Seen } from "./seen.js";
import { didYouMean } from "./suggest.js";

/** A rule such as `uniMMR<1.5`, and whether it holds. */
export interface Rule {
  /** As it was written. */
  text: string;
  name: string;
  operator: "<" | "<=" | ">" | ">=" | "=" | "!=";
  than: string;
  /** Whether it held when it was last looked at, and has not been left far enough since. */
  isFiring: boolean;
}

/** How far a value has to come back before the rule is ready again, as a share of the limit. */
const comeback = "0.02";

const ageName = "age";

/** Names that a rule may have: fields of responses, alone where one operation has them, and what is computed. */
function knownNames(): Map<string, OperationId[]> {
  const names = new Map<string, OperationId[]>([
    [toLiquidation, []],
    [ageName, []],
  ]);
  for (const id of freeOperationIds) {
    const { properties = {} } = resolveSchema(responseSchemaOf(id));
    for (const [name, field] of Object.entries(properties)) {
      if (resolveSchema(field).items) continue;
      names.set(name, [...(names.get(name) ?? []), id]);
      names.set(`${id}.${name}`, [id]);
    }
  }
  return names;
}

export function readRule(text: string): Rule {
  const [, name = "", operator = "", than = ""] =
    /^\s*([\w.]+?)\s*(<=|>=|!=|==?|<|>)\s*(\S+)\s*$/.exec(text) ?? [];
  if (!name)
    throw new UsageError(
      `--alert must be a name, one of < <= > >= = != and a value, such as "uniMMR<1.5"; received "${text}".`,
    );
  const known = knownNames();
  const owners = known.get(name);
  const short = [...known.keys()].filter((key) => !key.includes("."));
  if (!owners)
    throw new UsageError(`--alert knows no "${name}".${didYouMean(name, [...known.keys()])} ${oneOf(short)}`);
  if (owners.length > 1)
    throw new UsageError(
      `--alert: several operations have "${name}". Write ${owners[0]}.${name}, for example.`,
    );
  const isOrder = operator.startsWith("<") || operator.startsWith(">");
  if (isOrder && !readExact(than))
    throw new UsageError(`--alert: ${operator} must be followed by a decimal number; received "${than}".`);
  return { text, name, operator: operator.replace("==", "=") as Rule["operator"], than, isFiring: false };
}

/** Looks at a rule again: what it has become, and the value that it is about. Undefined where nothing has changed. */
export function judge(
  rule: Rule,
  all: readonly Seen[],
  ageMs: number,
): { state: "firing" | "cleared"; value: string } | undefined {
  const value = currentValue(rule.name, all, ageMs);
  if (value === undefined) return undefined;
  if (!rule.isFiring && holds(rule.operator, value, rule.than)) {
    rule.isFiring = true;
    return { state: "firing", value };
  }
  if (rule.isFiring && !holds(rule.operator, value, withComeback(rule))) {
    rule.isFiring = false;
    return { state: "cleared", value };
  }
  return undefined;
}

/** The limit that has to be left behind: a value that swings about the first one tells once. */
function withComeback({ operator, than }: Rule): string {
  if (!readExact(than) || !/[<>]/.test(operator)) return than;
  const limit = than as DecimalText;
  const size = cmp(limit, "0") < 0 ? sub("0", limit) : limit;
  const away = mul(size, comeback);
  return operator.startsWith("<") ? add(limit, away) : sub(limit, away);
}

function holds(operator: Rule["operator"], value: string, than: string): boolean {
  const isNumber = readExact(value) && readExact(than);
  const order = isNumber ? cmp(value as DecimalText, than as DecimalText) : value === than ? 0 : undefined;
  if (operator === "=") return order === 0;
  if (operator === "!=") return order !== 0;
  if (order === undefined) return false;
  return order < 0 ? operator.startsWith("<") : order > 0 ? operator.startsWith(">") : operator.endsWith("=");
}

/** What a name stands for now; undefined while it is not known. */
function currentValue(name: string, all: readonly Seen[], ageMs: number): string | undefined {
  if (name === ageName) return String(Math.floor(ageMs / 1000));
  if (name === toLiquidation) return leastToLiquidation(all);
  const [id, field] = name.includes(".") ? name.split(".") : [undefined, name];
  const seen = all.find(
    (one) => (id === undefined || one.id === id) && Object.hasOwn(partsOf(one).fields, field ?? ""),
  );
  const value = seen && partsOf(seen).fields[field ?? ""];
  return value === undefined || value === "" ? undefined : String(value);
}

function leastToLiquidation(all: readonly Seen[]): string | undefined {
  const distances = all
    .flatMap((seen) => partsOf(seen).lists)
    .filter(({ schema }) => schema["x-liquidation"])
    .flatMap(({ rows }) => rows.map((row: Row) => percentToLiquidation(row)))
    .filter((percent) => percent !== undefined);
  return distances.sort((a, b) => cmp(a, b))[0];
}

/** How old the oldest data is, in ms; before there is any, how long nothing has come. */
export const oldest = (all: readonly Seen[], sinceStart: number): number =>
  Math.max(...all.filter((seen) => !isAbsent(seen, all)).map(({ look }) => look?.age ?? sinceStart));
