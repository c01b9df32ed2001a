import { alternativesOf, resolveSchema, responseSchemaOf, type Schema } from "../document.js";
import { readDecimal, times, toText } from "../fixed-point.js";
import type { OperationId } from "../types.js";

type Answers = { [Id in OperationId]?: unknown };

interface Anonymised {
  answers: Answers;
  /** Fields that the document does not describe, such as `getUmAccount.positions[].newField`. */
  leftOut: string[];
}

/**
 * Multiplies every amount by one random number, so that ratios and prices stay right and nobody learns how much is held: the largest
 * amount comes out between 1,000 and 10,000. Prices, leverages and ratios (`x-public`) stay. A field that the document does not
 * describe is left out: unscaled beside scaled ones, it could give the number away.
 */
export function anonymise(answers: Answers): Anonymised {
  let largest = 0;
  walk(answers, (amount) => {
    largest = Math.max(largest, Math.abs(Number(amount)));
    return amount;
  });
  const factor = readDecimal(((1000 + Math.random() * 9000) / (largest || 1)).toFixed(24)) ?? 0n;
  return walk(answers, (amount) => scale(amount, factor));
}

function scale(amount: string, factor: bigint): string | undefined {
  const value = readDecimal(amount);
  if (value === undefined) return undefined;
  const places = amount.split(".")[1]?.length ?? 0;
  const scaled = toText(times(value, factor), places);
  // What is held stays held: a whole number of contracts does not become none.
  if (value === 0n || Number(scaled) !== 0) return scaled;
  return `${amount.startsWith("-") ? "-" : ""}${places ? `0.${"1".padStart(places, "0")}` : "1"}`;
}

function walk(answers: Answers, change: (amount: string) => string | undefined): Anonymised {
  const leftOut = new Set<string>();

  /** The value as it may be published; undefined, and named, where the document does not describe it. */
  function publish(value: unknown, given: Schema | undefined, path: string): unknown {
    const isPublic = given?.["x-public"] === true;
    const alternatives = alternativesOf(given).filter((schema) => isCase(value, schema));
    // Text that may be a decimal is an amount.
    const decimals = alternatives.filter(({ format }) => format?.startsWith("decimal"));
    for (const schema of decimals.length > 0 ? decimals : alternatives) {
      const published = publishAs(value, schema, isPublic, path);
      if (published !== undefined) return published;
    }
    leftOut.add(path);
    return undefined;
  }

  function publishAs(value: unknown, schema: Schema, isPublic: boolean, path: string): unknown {
    const { type = [], format = "", items, required = [] } = schema;
    const may = (name: string) => [type].flat().includes(name);
    if (value === null) return may("null") ? null : undefined;
    if (may("array") && Array.isArray(value))
      return value.flatMap((row) => publish(row, items, `${path}[]`) ?? []);
    if (may("object") && typeof value === "object" && !Array.isArray(value)) {
      const fields = Object.entries(value).map(([name, field]) => {
        const known = fieldOf(schema, name);
        const isTold = known && !isNumberThatMayLack(known, name, required);
        return [name, publish(field, isTold ? known : undefined, `${path}.${name}`)];
      });
      return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
    }
    if (may("boolean") && typeof value === "boolean") return value;
    if (may("integer") && Number.isSafeInteger(value)) return value;
    if (!may("string") || typeof value !== "string") return undefined;
    if (!format.startsWith("decimal") || value === "") return value;
    const amount = withoutExponent(value);
    return isPublic ? value : amount && change(amount);
  }

  const published = Object.entries(answers).map(([id, answer]) => [
    id,
    publish(answer, responseSchemaOf(id as OperationId), id),
  ]);
  return { answers: Object.fromEntries(published), leftOut: [...leftOut] };
}

/** Whether this schema is that of an object, among several that a field with a fixed value tells apart. */
function isCase(value: unknown, { properties = {} }: Schema): boolean {
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(properties).every(([name, field]) => {
    const { const: constant, enum: values = constant === undefined ? undefined : [constant] } =
      resolveSchema(field);
    return !values || !Object.hasOwn(value, name) || values.includes(value[name as never]);
  });
}

/** The schema of a field: its own, or that of all fields of a map. */
function fieldOf(
  { properties = {}, additionalProperties: others }: Schema,
  name: string,
): Schema | undefined {
  if (Object.hasOwn(properties, name)) return properties[name];
  return typeof others === "object" ? others : undefined;
}

/** An optional integer is a number of something, or names somebody; a time is neither. */
function isNumberThatMayLack(given: Schema, name: string, required: readonly string[]): boolean {
  const { type } = resolveSchema(given);
  return type === "integer" && !/time$/i.test(name) && !required.includes(name) && !given["x-public"];
}

/** `2.8E-4` as `0.00028`, with as many places as exact arithmetic has; undefined when it is no decimal. */
function withoutExponent(text: string): string | undefined {
  const [, sign, whole = "", part = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const point = whole.length + Number(exponent);
  const digits = "0".repeat(Math.max(0, 1 - point)) + (whole + part).padEnd(point, "0");
  const left = digits.slice(0, Math.max(1, point)).replace(/^0+(?=\d)/, "");
  const right = digits.slice(Math.max(1, point)).slice(0, 24);
  return `${sign}${left}${right && `.${right}`}`;
}
