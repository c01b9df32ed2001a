import { compactSize, namesAreInherited, sizeOfInteger } from "./json.js";

/** The part of JSON Schema that describes Binance's answers: a field that is not named passes, and so does a new value of `known`. */
export type Schema =
  | {
      readonly type: "object";
      readonly properties: { readonly [name: string]: Schema };
      readonly optional?: readonly string[];
    }
  | { readonly type: "array"; readonly items: Schema }
  | { readonly type: "string"; readonly pattern?: string; readonly known?: readonly string[] }
  | { readonly type: "integer"; readonly minimum?: number; readonly maximum?: number }
  | { readonly type: "boolean" };

const decimal = "^-?\\d+(\\.\\d+)?$";

/** A schema made ready for checking many bodies. One class, because a function that sees one shape of object is a fast one. */
class Check {
  readonly type: Schema["type"] | "decimal";
  readonly pattern: RegExp | undefined;
  readonly minimum: number;
  readonly maximum: number;
  readonly item: Check | undefined;
  readonly names: readonly string[];
  readonly fields: readonly Check[];
  /** 1 for a field that has to be there, else 0. */
  readonly needs: readonly number[];
  readonly needed: number;
  readonly places: ReadonlyMap<string, number>;

  constructor(schema: Schema) {
    const { type } = schema;
    const properties = Object.entries(type === "object" ? schema.properties : {});
    const isDecimal = type === "string" && schema.pattern === decimal;
    this.type = isDecimal ? "decimal" : type;
    this.pattern =
      type === "string" && schema.pattern !== undefined ? new RegExp(schema.pattern, "u") : undefined;
    this.minimum = (type === "integer" ? schema.minimum : undefined) ?? -Infinity;
    this.maximum = (type === "integer" ? schema.maximum : undefined) ?? Infinity;
    this.item = type === "array" ? checkOf(schema.items) : undefined;
    this.names = properties.map(([name]) => name);
    this.fields = properties.map(([, field]) => checkOf(field));
    this.needs = this.names.map((name) => (type === "object" && schema.optional?.includes(name) ? 0 : 1));
    this.needed = this.needs.filter(Boolean).length;
    this.places = new Map(this.names.map((name, place) => [name, place]));
  }
}

const checks = new WeakMap<Schema, Check>();

function checkOf(schema: Schema): Check {
  const check = checks.get(schema) ?? new Check(schema);
  checks.set(schema, check);
  return check;
}

/**
 * NaN for a value that does not match; else how long its shortest JSON text is, which `assertExact` of json.ts compares with the text
 * that came. Both are found in one walk, because walking costs more than looking.
 */
export const measure = (schema: Schema, value: unknown): number => sizeOf(checkOf(schema), value, 0);

function sizeOf(check: Check, value: unknown, depth: number): number {
  switch (check.type) {
    case "decimal":
      return typeof value === "string" && isDecimal(value) ? value.length + 2 : Number.NaN;
    case "string":
      return typeof value === "string" && (check.pattern === undefined || check.pattern.test(value))
        ? value.length + 2
        : Number.NaN;
    case "integer":
      return Number.isInteger(value) &&
        (value as number) >= check.minimum &&
        (value as number) <= check.maximum
        ? sizeOfInteger(value as number)
        : Number.NaN;
    case "boolean":
      return typeof value === "boolean" ? (value ? 4 : 5) : Number.NaN;
    case "array":
      return Array.isArray(value) ? sizeOfList(check.item as Check, value, depth + 1) : Number.NaN;
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value)
        ? sizeOfObject(check, value as Record<string, unknown>, depth + 1)
        : Number.NaN;
  }
}

function sizeOfList(item: Check, list: unknown[], depth: number): number {
  let size = list.length === 0 ? 2 : 1;
  for (let i = 0; i < list.length; i++) size += 1 + sizeOf(item, list[i], depth);
  return size;
}

function sizeOfObject(check: Check, object: Record<string, unknown>, depth: number): number {
  const { names, fields, needs } = check;
  let size = 1;
  let place = 0;
  let found = 0;
  const inherited = namesAreInherited();
  for (const name in object) {
    if (inherited && !Object.hasOwn(object, name)) continue;
    const value = object[name];
    // Fields mostly come in the order of the document.
    if (names[place] !== name) place = check.places.get(name) ?? -1;
    const field = fields[place];
    size += name.length + 4;
    if (field === undefined) {
      size += name === "__proto__" ? Infinity : compactSize(value, depth);
      place = 0;
      continue;
    }
    size +=
      field.type === "decimal" && typeof value === "string" && isDecimal(value)
        ? value.length + 2
        : sizeOf(field, value, depth);
    found += needs[place] as number;
    place += 1;
  }
  return found === check.needed ? Math.max(size, 2) : Number.NaN;
}

/** The pattern of decimals, by hand: there are thousands of them in an account, and this takes half the time. */
function isDecimal(text: string): boolean {
  let start = text.charCodeAt(0) === 45 ? 1 : 0;
  let hasPoint = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || hasPoint || at === start) return false;
    hasPoint = true;
    start = at + 1;
  }
  return text.length > start;
}

/** Where a value first differs from the schema, as a JSON Pointer, and how, in JSON Schema's usual words. */
export interface Violation {
  path: string;
  message: string;
}

/** What is wrong with a value; undefined when nothing is. */
export function violation(schema: Schema, value: unknown, path = ""): Violation | undefined {
  const wrong = (message: string): Violation => ({ path, message });
  if (schema.type === "array") {
    if (!Array.isArray(value)) return wrong("must be array");
    return firstOf(value, (item, i) => violation(schema.items, item, `${path}/${i}`));
  }
  if (schema.type === "object") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrong("must be object");
    const names = Object.keys(schema.properties);
    const missing = names.find((name) => !Object.hasOwn(value, name) && !schema.optional?.includes(name));
    if (missing !== undefined) return wrong(`must have required property '${missing}'`);
    const present = names.filter((name) => Object.hasOwn(value, name));
    return firstOf(present, (name) =>
      violation(
        schema.properties[name] as Schema,
        (value as Record<string, unknown>)[name],
        `${path}/${name}`,
      ),
    );
  }
  if (schema.type === "integer" ? !Number.isInteger(value) : typeof value !== schema.type)
    return wrong(`must be ${schema.type}`);
  if (!Number.isNaN(measure(schema, value))) return undefined;
  if (schema.type === "string") return wrong(`must match pattern "${schema.pattern}"`);
  const { minimum = -Infinity, maximum } = schema as { minimum?: number; maximum?: number };
  return wrong((value as number) < minimum ? `must be >= ${minimum}` : `must be <= ${maximum}`);
}

function firstOf<T>(
  items: readonly T[],
  find: (item: T, index: number) => Violation | undefined,
): Violation | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
