import { compactSize, type JsonPath, namesAreInherited, sizeOfInteger } from "./json.js";

/** The part of JSON Schema that describes response bodies. Unnamed fields and new values of `known` pass. */
export type Schema = { readonly nullable?: true } & (
  | {
      readonly type: "object";
      readonly properties: { readonly [name: string]: Schema };
      readonly optional?: readonly string[];
      /** Schema of every field that `properties` does not name: a map. */
      readonly values?: Schema;
    }
  | { readonly type: "array"; readonly items: Schema }
  | {
      readonly type: "string";
      readonly pattern?: string;
      readonly minLength?: number;
      readonly maxLength?: number;
      readonly enum?: readonly string[];
      /** Today's values of an enumeration that may grow. */
      readonly known?: readonly string[];
    }
  | {
      readonly type: "integer";
      readonly minimum?: number;
      readonly maximum?: number;
      readonly enum?: readonly number[];
      /** A time in ms since 1970. */
      readonly unit?: "ms";
    }
  | { readonly type: "boolean" }
  /** One of several objects, told apart by the value of `field`. */
  | { readonly type: "oneOf"; readonly field: string; readonly cases: { readonly [value: string]: Schema } }
);

/** The pattern of `Decimal`: exponents included, because the matching engine writes small values with one. */
export const decimalPattern = "^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$";

const decimalOrEmptyPattern = "^(-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?)?$";

/** A schema, prepared for checking many bodies. One class, because V8 is fast for one shape of object. */
class Check {
  readonly type: Schema["type"] | "decimal";
  readonly nullable: boolean;
  /** For strings and integers: every rule but the type. */
  readonly accepts: (value: never) => boolean;
  /** For an array's items, or a map's values. */
  readonly item: Check | undefined;
  readonly names: readonly string[];
  readonly fields: readonly Check[];
  /** 1 for a required field, else 0. */
  readonly needs: readonly number[];
  readonly needed: number;
  readonly places: ReadonlyMap<string, number>;
  readonly field: string;
  readonly cases: ReadonlyMap<unknown, Check>;

  constructor(schema: Schema) {
    const { type } = schema;
    const properties = Object.entries(type === "object" ? schema.properties : {});
    this.type = type === "string" && schema.pattern === decimalPattern ? "decimal" : type;
    this.nullable = schema.nullable === true;
    this.accepts =
      type === "string" ? stringRule(schema) : type === "integer" ? integerRule(schema) : anything;
    const inner = type === "array" ? schema.items : type === "object" ? schema.values : undefined;
    this.item = inner && checkOf(inner);
    this.names = properties.map(([name]) => name);
    this.fields = properties.map(([, field]) => checkOf(field));
    this.needs = this.names.map((name) => (type === "object" && schema.optional?.includes(name) ? 0 : 1));
    this.needed = this.needs.filter(Boolean).length;
    this.places = new Map(this.names.map((name, place) => [name, place]));
    this.field = type === "oneOf" ? schema.field : "";
    const cases = Object.entries(type === "oneOf" ? schema.cases : {});
    this.cases = new Map(cases.map(([value, one]) => [value, checkOf(one)]));
  }
}

type Of<Type extends Schema["type"]> = Extract<Schema, { type: Type }>;

const anything = () => true;

function stringRule({ pattern, minLength = 0, maxLength = Infinity, enum: values }: Of<"string">) {
  if (pattern === undefined && minLength === 0 && maxLength === Infinity && !values) return anything;
  const regexp = pattern === undefined ? undefined : new RegExp(pattern, "u");
  return (text: string) => {
    // JSON Schema counts characters, not UTF-16 units.
    const length = minLength > 0 || maxLength < Infinity ? [...text].length : 0;
    return (
      (!regexp || regexp.test(text)) &&
      length >= minLength &&
      length <= maxLength &&
      (!values || values.includes(text))
    );
  };
}

function integerRule({ minimum = -Infinity, maximum = Infinity, enum: values }: Of<"integer">) {
  return (value: number) => value >= minimum && value <= maximum && (!values || values.includes(value));
}

const checks = new WeakMap<Schema, Check>();

function checkOf(schema: Schema): Check {
  const check = checks.get(schema) ?? new Check(schema);
  checks.set(schema, check);
  return check;
}

/** The size of a value that does not match. */
const mismatch = Number.NaN;

/**
 * Checks a value, and measures its shortest JSON text, which `assertExact` of json.ts compares with the text received. One walk does
 * both, because walking costs more than checking.
 */
export function checkBody(schema: Schema, value: unknown): { matches: boolean; shortestLength: number } {
  const size = sizeOf(checkOf(schema), value, 0);
  return { matches: !Number.isNaN(size), shortestLength: size };
}

function sizeOf(check: Check, value: unknown, depth: number): number {
  if (value === null) return check.nullable ? 4 : mismatch;
  switch (check.type) {
    case "decimal":
      return typeof value === "string" && isDecimal(value) ? value.length + 2 : mismatch;
    case "string":
      return typeof value === "string" && check.accepts(value as never) ? value.length + 2 : mismatch;
    case "integer":
      return Number.isInteger(value) && check.accepts(value as never)
        ? sizeOfInteger(value as number)
        : mismatch;
    case "boolean":
      return typeof value === "boolean" ? (value ? 4 : 5) : mismatch;
    case "array":
      return Array.isArray(value) ? sizeOfList(check.item as Check, value, depth + 1) : mismatch;
    case "oneOf": {
      const one = isObject(value) ? check.cases.get(ownField(value, check.field)) : undefined;
      return one ? sizeOf(one, value, depth) : mismatch;
    }
    case "object":
      return isObject(value) ? sizeOfObject(check, value, depth + 1) : mismatch;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const ownField = (value: Record<string, unknown>, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

function sizeOfList(item: Check, list: unknown[], depth: number): number {
  let size = list.length === 0 ? 2 : 1;
  for (let i = 0; i < list.length; i++) size += 1 + sizeOf(item, list[i], depth);
  return size;
}

function sizeOfObject(check: Check, object: Record<string, unknown>, depth: number): number {
  const { names, fields, needs, item } = check;
  let size = 1;
  let place = 0;
  let found = 0;
  const inherited = namesAreInherited();
  for (const name in object) {
    if (inherited && !Object.hasOwn(object, name)) continue;
    const value = object[name];
    // Fields usually arrive in the order of the document.
    if (names[place] !== name) place = check.places.get(name) ?? -1;
    const field = fields[place];
    size += name.length + 4;
    if (field === undefined) {
      const own = item ? sizeOf(item, value, depth) : compactSize(value, depth);
      size += name === "__proto__" ? Infinity : own;
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
  return found === check.needed ? Math.max(size, 2) : mismatch;
}

function isDecimal(text: string): boolean {
  let at = text.charCodeAt(0) === 45 ? 1 : 0;
  let start = at;
  at = endOfDigits(text, at);
  if (at === start) return false;
  if (at === text.length) return true;
  if (text.charCodeAt(at) === 46) {
    start = at + 1;
    at = endOfDigits(text, start);
    if (at === start) return false;
    if (at === text.length) return true;
  }
  if ((text.charCodeAt(at) | 32) !== 101) return false;
  start = at + 1;
  if (text.charCodeAt(start) === 43 || text.charCodeAt(start) === 45) start += 1;
  at = endOfDigits(text, start);
  return at > start && at === text.length;
}

/** Stays within the text: reading past its end costs more than the rest of it. */
function endOfDigits(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
  }
  return at;
}

/** A difference between a value and its schema, with its path, such as `positions[].leverage`. */
export interface Violation {
  path: string;
  message: string;
}

/** Returns everything wrong with a value, each kind once for all rows of a list. */
export function violations(schema: Schema, value: unknown): Violation[] {
  const found = new Map<string, Violation>();
  const add = (path: string, message: string) => found.set(`${path} ${message}`, { path, message });

  function visit(schema: Schema, value: unknown, path: string): void {
    if (value === null && schema.nullable) return;
    if (schema.type === "array" && Array.isArray(value)) {
      for (const item of value) visit(schema.items, item, `${path}[]`);
    } else if (schema.type === "oneOf" && isObject(value)) {
      const kind = ownField(value, schema.field);
      const one = Object.hasOwn(schema.cases, String(kind)) ? schema.cases[String(kind)] : undefined;
      if (one && typeof kind === "string") visit(one, value, path);
      else add(join(path, schema.field), mustBe(listOf(Object.keys(schema.cases)), kind));
    } else if (schema.type === "object" && isObject(value)) {
      const names = Object.keys(schema.properties);
      for (const name of names) {
        if (Object.hasOwn(value, name))
          visit(schema.properties[name] as Schema, value[name], join(path, name));
        else if (!schema.optional?.includes(name)) add(join(path, name), "must be there; it is missing");
      }
      if (!schema.values) return;
      for (const [name, item] of Object.entries(value))
        if (!Object.hasOwn(schema.properties, name)) visit(schema.values, item, join(path, "*"));
    } else if (!checkBody(schema, value).matches) add(path, mustBe(wanted(schema), value));
  }

  visit(schema, value, "");
  return [...found.values()];
}

const join = (path: string, name: string) => (path === "" ? name : `${path}.${name}`);

const listOf = (values: readonly unknown[]) => `one of ${values.join(", ")}`;

const mustBe = (what: string, value: unknown) => `must be ${what}; received ${came(value)}`;

/** Describes a schema in words. */
function wanted(schema: Schema): string {
  const or = schema.nullable ? " or null" : "";
  switch (schema.type) {
    case "oneOf":
    case "object":
      return `an object${or}`;
    case "array":
      return `a list${or}`;
    case "boolean":
      return `a boolean${or}`;
    case "integer": {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      const from = minimum > -Infinity ? ` from ${minimum}` : "";
      const to = maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : "";
      return (schema.enum ? listOf(schema.enum) : `an integer${from}${to}`) + or;
    }
    case "string": {
      if (schema.enum) return listOf(schema.enum) + or;
      if (schema.pattern === decimalPattern) return `a decimal as text${or}`;
      const { pattern, minLength, maxLength } = schema;
      if (pattern === decimalOrEmptyPattern) return `a decimal as text, or empty text${or}`;
      if (pattern !== undefined) return `text that matches ${pattern}${or}`;
      const least = minLength === undefined ? "" : ` of at least ${minLength} characters`;
      return `text${least}${maxLength === undefined ? "" : ` of at most ${maxLength} characters`}${or}`;
    }
  }
}

/** Describes the received value. Amounts are not shown, because messages are logged. */
function came(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string")
    return value.length <= 20 && !/\d/.test(value) ? JSON.stringify(value) : "other text";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Whether a value has at least one required field, or a row that has one. */
export function hasAnyRequired(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case "array":
      return (
        Array.isArray(value) &&
        (value.length === 0 || value.some((item) => hasAnyRequired(schema.items, item)))
      );
    case "oneOf":
      return isObject(value) && Object.hasOwn(value, schema.field);
    case "object": {
      const required = Object.keys(schema.properties).filter((name) => !schema.optional?.includes(name));
      return (
        isObject(value) && (required.length === 0 || required.some((name) => Object.hasOwn(value, name)))
      );
    }
    default:
      return checkBody(schema, value).matches;
  }
}

/** Whether a schema describes this path. */
export function knowsPath(schema: Schema, [step, ...rest]: JsonPath): boolean {
  if (step === undefined) return true;
  switch (schema.type) {
    case "array":
      return step === "[]" && knowsPath(schema.items, rest);
    case "oneOf":
      return Object.values(schema.cases).some((one) => knowsPath(one, [step, ...rest]));
    case "object": {
      const field = Object.hasOwn(schema.properties, step) ? schema.properties[step] : schema.values;
      return field !== undefined && knowsPath(field, rest);
    }
    default:
      return false;
  }
}
