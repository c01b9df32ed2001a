import { type Overview, resolveSchema, responseSchemaOf, type Schema } from "../document.js";
import type { OperationId } from "../types.js";
import { painter } from "./colour.js";
import type { Io } from "./io.js";
import { layoutFields, layoutTable, paragraph, printable } from "./table.js";

type Row = Record<string, unknown>;

/** Renders responses for people. `x-overview` of the document says which fields are worth a glance. */
export function createRenderer(stdout: Io["stdout"], all: boolean) {
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
    const shown = list.filter((row) => all || !isZero(row[overview?.hideWhenZero ?? ""]));
    const hidden = list.length - shown.length;
    const note =
      hidden > 0
        ? `${indent}${dim(`${hidden} with ${overview?.hideWhenZero} 0 left out; --all shows everything`)}\n`
        : "";
    if (shown.length === 0) return note || `${indent}${dim("none")}\n`;
    const fields = fieldsOf(Object.assign({}, ...shown), overview);
    const table = {
      headings: fields.map(dim),
      rows: shown.map((row) => fields.map((field) => cell(row, field, schema))),
      numeric: fields.map((field) =>
        /decimal|int/.test(resolveSchema(schema.properties?.[field]).format ?? ""),
      ),
    };
    return layoutTable(table, indent, width) + note;
  }

  const fieldsOf = (row: Row, overview: Overview | undefined) =>
    overview && !all ? overview.fields.filter((name) => name in row) : Object.keys(row);

  function cell(row: Row, name: string, schema: Schema): string {
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

const isZero = (value: unknown) => typeof value === "string" && /^-?0+(\.0+)?([eE][+-]?\d+)?$/.test(value);
const isTime = (name: string, schema: Schema) =>
  resolveSchema(schema.properties?.[name]).format === "int64" && /time$/i.test(name);
const time = (ms: number) =>
  ms === 0
    ? "never"
    : ms > 8.64e15
      ? String(ms)
      : new Date(ms).toISOString().replace("T", " ").replace(/\.\d+/, "");
