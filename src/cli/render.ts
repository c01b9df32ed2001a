import { div, mul } from "../decimal.js";
import { type Overview, resolveSchema, responseSchemaOf, type Schema } from "../document.js";
import { type LiquidatedPosition, liquidationDistance } from "../risk.js";
import type { OperationId } from "../types.js";
import { painter } from "./colour.js";
import type { Io } from "./io.js";
import { layoutFields, layoutTable, paragraph, printable, widthOfTable } from "./table.js";

export type Row = Record<string, unknown>;

/** The name of the column that is computed. */
export const toLiquidation = "toLiquidation";

/** How far the price is from that of liquidation, in percent; undefined where there is none. */
export const percentToLiquidation = (row: Row): `${number}` | undefined => {
  const distance = liquidationDistance(row as never as LiquidatedPosition);
  return distance && div(mul(distance.share, "100"), "1", 2);
};

/**
 * Renders responses for people. `x-overview` of the document says which fields are worth a glance. Where they are too wide for the
 * terminal, a row becomes a block, or with `fit` loses its last columns.
 */
export function createRenderer(stdout: Io["stdout"], all: boolean, fit = false) {
  const paint = painter(stdout);
  const dim = (text: string) => paint("dim", text);
  const width = stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY;

  function answer(id: OperationId, data: unknown): string {
    const schema = resolveSchema(responseSchemaOf(id));
    return Array.isArray(data) ? rows(data, resolveSchema(schema.items), "  ") : object(data as Row, schema);
  }

  function object(data: Row, schema: Schema): string {
    const [lists, scalars] = partition(data, Array.isArray);
    const fields = fieldsOf(scalars, schema["x-overview"]);
    const values = fields.map((name) => cell(scalars, name, schema));
    const listOf = ([name, list]: [string, unknown]) =>
      `  ${paint("bold", name)}\n${rows(list as Row[], resolveSchema(resolveSchema(schema.properties?.[name]).items), "    ")}`;
    return layoutFields(fields.map(dim), values, "  ") + Object.entries(lists).map(listOf).join("");
  }

  function rows(list: Row[], schema: Schema, indent: string): string {
    const overview = schema["x-overview"];
    const shown = all ? list : heldRows(list, schema);
    const hidden = list.length - shown.length;
    const note =
      hidden > 0
        ? `${indent}${dim(`${hidden} with ${overview?.hideWhenZero} 0 left out; --all shows everything`)}\n`
        : "";
    if (shown.length === 0) return note || `${indent}${dim("none")}\n`;
    const own = fieldsOf(Object.assign({}, ...shown), overview);
    const computed = schema["x-liquidation"] ? [toLiquidation] : [];
    let table = tableOf([...own, ...computed], shown, schema);
    while (fit && own.length > 1 && widthOfTable(table, indent) > width) {
      own.pop();
      table = tableOf([...own, ...computed], shown, schema);
    }
    return layoutTable(table, indent, width) + (fit ? "" : note);
  }

  const tableOf = (fields: string[], list: Row[], schema: Schema) => ({
    headings: fields.map(dim),
    rows: list.map((row) => fields.map((field) => cell(row, field, schema))),
    numeric: fields.map((field) =>
      /decimal|int|^toLiquidation$/.test(resolveSchema(schema.properties?.[field]).format ?? field),
    ),
  });

  const fieldsOf = (row: Row, overview: Overview | undefined) =>
    overview && !all ? overview.fields.filter((name) => name in row) : Object.keys(row);

  function cell(row: Row, name: string, schema: Schema): string {
    if (name === toLiquidation) {
      const percent = percentToLiquidation(row);
      if (percent === undefined) return dim("–");
      return Number(percent) < 10 ? paint("red", `${percent} %`) : `${percent} %`;
    }
    const value = row[name];
    if (value === undefined || value === "") return dim("–");
    const text = printable(
      isTime(name, schema)
        ? time(Number(value))
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value),
    );
    const healthy = schema["x-overview"]?.healthy?.[name];
    if (healthy !== undefined) return paint(value === healthy ? "green" : "red", text);
    return /^-\d/.test(text) && /profit|pnl/i.test(name) ? paint("red", text) : text;
  }

  return {
    answer,
    object,
    rows,
    heading: (title: string, id: string) => `${paint("bold", title)}  ${dim(id)}`,
    note: (text: string) => `  ${dim(text)}\n`,
    failure: (message: string) =>
      paragraph(stdout, printable(message), "  ").replace(
        /^( *)(.+)$/gm,
        (_line, indent: string, text: string) => indent + paint("red", text),
      ),
  };
}

function partition(row: Row, test: (value: unknown) => boolean): [Row, Row] {
  const entries = Object.entries(row);
  return [
    Object.fromEntries(entries.filter(([, value]) => test(value))),
    Object.fromEntries(entries.filter(([, value]) => !test(value))),
  ];
}

/** Rows that hold something, where the document says by which field one knows. */
export const heldRows = (list: Row[], schema: Schema): Row[] =>
  list.filter((row) => !isZero(row[schema["x-overview"]?.hideWhenZero ?? ""]));

const isZero = (value: unknown) => typeof value === "string" && /^-?0+(\.0+)?([eE][+-]?\d+)?$/.test(value);
const isTime = (name: string, schema: Schema) =>
  resolveSchema(schema.properties?.[name]).format === "int64" && /time$/i.test(name);
const time = (ms: number) =>
  ms === 0
    ? "never"
    : ms > 8.64e15
      ? String(ms)
      : new Date(ms).toISOString().replace("T", " ").replace(/\.\d+/, "");
