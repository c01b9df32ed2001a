import { readDecimal, times, toText } from "../decimal.js";
import { resolveSchema, responseSchemaOf, type Schema } from "../document.js";
import type { OperationId } from "../types.js";

type Answers = { [Id in OperationId]?: unknown };
type Change = (text: string) => string;

/**
 * The same answers with every amount multiplied by one random number, so that ratios and prices stay right and nobody learns
 * how much is held: the largest amount comes out between 1,000 and 10,000. Prices, leverages and ratios (`x-public`) stay.
 */
export function anonymise(answers: Answers): Answers {
  let largest = 0;
  walk(answers, (text) => {
    largest = Math.max(largest, Math.abs(Number(text)));
    return text;
  });
  if (largest === 0) return answers;
  const factor = readDecimal(((1000 + Math.random() * 9000) / largest).toFixed(24));
  if (factor === undefined) return answers;
  return walk(answers, (text) => {
    const places = text.split(".")[1]?.length ?? 0;
    const scaled = toText(times(readDecimal(text) ?? 0n, factor), places);
    // What is held stays held: a whole number of contracts does not become none.
    if (Number(text) === 0 || Number(scaled) !== 0) return scaled;
    return `${text.startsWith("-") ? "-" : ""}${places ? `0.${"1".padStart(places, "0")}` : "1"}`;
  });
}

const walk = (answers: Answers, change: Change): Answers =>
  Object.fromEntries(
    Object.entries(answers).map(([id, answer]) => [
      id,
      mapAmounts(answer, responseSchemaOf(id as OperationId), change),
    ]),
  );

function mapAmounts(value: unknown, schema: Schema | undefined, change: Change): unknown {
  const {
    format,
    items,
    properties = {},
  } = { ...resolveSchema(schema), ...(schema?.["x-public"] ? { format: "" } : {}) };
  if (Array.isArray(value)) return value.map((row) => mapAmounts(row, items, change));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, field]) => [name, mapAmounts(field, properties[name], change)]),
    );
  return typeof value === "string" && value !== "" && format?.startsWith("decimal") ? change(value) : value;
}
