import { stringify } from "yaml";
import type { Schema } from "../../src/response/schema.js";

/** A field that responses have and the document does not, with what can be said of it without its values. */
export interface MissingField {
  /** Where, such as `positions[]`. */
  path: string;
  yaml: string;
}

export function missingFields(schema: Schema, bodies: unknown[]): MissingField[] {
  const found = new Map<string, { path: string; name: string; types: Set<string> }>();

  function visit(schema: Schema, value: unknown, path: string): void {
    if (schema.type === "array" && Array.isArray(value))
      for (const item of value) visit(schema.items, item, `${path}[]`);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    if (schema.type === "oneOf") {
      const one = schema.cases[String((value as Record<string, unknown>)[schema.field])];
      if (one) visit(one, value, path);
    }
    if (schema.type !== "object") return;
    for (const [name, field] of Object.entries(value)) {
      const known = Object.hasOwn(schema.properties, name) ? schema.properties[name] : schema.values;
      if (known) visit(known, field, path === "" ? name : `${path}.${name}`);
      else {
        const key = `${path} ${name}`;
        const entry = found.get(key) ?? { path, name, types: new Set<string>() };
        entry.types.add(typeOf(field));
        found.set(key, entry);
      }
    }
  }

  for (const body of bodies) visit(schema, body, "");
  return [...found.values()].map(({ path, name, types }) => ({
    path,
    yaml: asYaml(name, [...types].sort()),
  }));
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (typeof value === "string") return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? "decimal" : "string";
  return typeof value;
}

/** The lines to put under `properties`; the description is the author's to write. */
function asYaml(name: string, types: string[]): string {
  const [type] = types;
  const schema =
    types.length === 1 && type === "decimal"
      ? { $ref: "../components/schemas/Decimal.yaml" }
      : types.length === 1 && type === "integer" && /time(stamp)?$/i.test(name)
        ? { $ref: "../components/schemas/TimestampMs.yaml" }
        : { type: types.length === 1 ? type : types.map((one) => (one === "decimal" ? "string" : one)) };
  return stringify({ [name]: { ...schema, description: "" } }).trimEnd();
}
