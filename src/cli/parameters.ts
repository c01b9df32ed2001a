import { alternativesOf, type Parameter, type Schema } from "../document.js";
import { UsageError } from "./io.js";

type Kind = "text" | "integer" | "number" | "boolean";

/** How a parameter is written on the command line: one value, or a list of them. */
interface Form {
  kind: Kind;
  isList: boolean;
  values?: unknown[] | undefined;
}

/** A parameter's flag as help shows it, such as `--pair <text>` or `--onlyOpen true|false`. */
export function flagOf({ name, schema }: Parameter): string {
  const { kind, isList, values } = formOf(schema);
  if (isList) return `--${name} <${kind === "text" ? "text" : kind},...>`;
  if (values) return `--${name} ${values.join("|")}`;
  return `--${name} ${kind === "boolean" ? "true|false" : kind === "text" ? "<text>" : "<number>"}`;
}

/** The values that a caller sends, from the texts of the command line: by name, every text in order. */
export function readParameters(
  parameters: readonly Parameter[],
  textsOf: (name: string) => readonly string[],
): Record<string, unknown> {
  const given = parameters.flatMap(({ name, schema }) => {
    const texts = textsOf(name);
    if (texts.length === 0) return [];
    const { kind, isList } = formOf(schema);
    const read = (text: string) => readValue(name, text, kind);
    if (isList) return [[name, texts.flatMap((text) => text.split(",")).map(read)] as const];
    if (texts.length > 1)
      throw new UsageError(`--${name} must be given once; received ${texts.map(quoted).join(" and ")}.`);
    return [[name, read(texts[0] as string)] as const];
  });
  return Object.fromEntries(given);
}

function formOf(schema: Schema): Form {
  const alternatives = alternativesOf(schema);
  const { type, items, enum: values } = alternatives.find((one) => one.type !== "null") ?? {};
  const name = [type].flat().find((one) => one !== "null");
  if (name === "array") return { ...formOf(items ?? {}), isList: true };
  const kind = name === "integer" || name === "number" || name === "boolean" ? name : "text";
  return { kind, isList: false, values };
}

function readValue(name: string, text: string, kind: Kind): unknown {
  const { test, must, value } = kinds[kind];
  if (!test.test(text)) throw new UsageError(`--${name} must be ${must}; received ${quoted(text)}.`);
  return value(text);
}

const kinds: Record<Kind, { test: RegExp; must: string; value: (text: string) => unknown }> = {
  text: { test: /^/, must: "text", value: String },
  integer: { test: /^-?\d+$/, must: "a whole number", value: Number },
  number: { test: /^-?\d+(\.\d+)?$/, must: "a number", value: Number },
  boolean: { test: /^(true|false)$/, must: "true or false", value: (text) => text === "true" },
};

const quoted = (text: string) => `"${text}"`;
