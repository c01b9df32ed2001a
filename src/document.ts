import { createRequire } from "node:module";
import { operations } from "../generated/operations.js";
import type { OperationId } from "./types.js";

/** The parts of the published document that this package reads at run time. */
export interface OpenApiDocument {
  paths: Record<string, { get: Operation }>;
  components: {
    schemas: Record<string, Schema>;
    parameters: Record<string, Parameter>;
    responses: Record<string, ResponseObject>;
    examples: Record<string, { value: unknown }>;
  };
}

export interface Operation {
  operationId: OperationId;
  summary: string;
  description: string;
  parameters: (Parameter | Reference)[];
  responses: Record<string, ResponseObject | Reference>;
  /** The part of the mock's account that it shows, such as `cm.positions`. */
  "x-state"?: string;
}

export interface Parameter {
  name: string;
  description: string;
  required?: boolean;
  schema: Schema;
  "x-injected"?: boolean;
}

export interface ResponseObject {
  content?: Record<string, { schema?: Schema; examples?: Record<string, unknown> }>;
}

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  "x-overview"?: Overview;
  "x-levels"?: { ratio: string; status: string };
  "x-liquidation"?: { amount: string; price: string; at: string };
  /** Does not reveal how much is held. */
  "x-public"?: boolean;
}

/** Which fields of an object are worth a glance, and how to read them. */
export interface Overview {
  fields: string[];
  /** A row is hidden while this field is zero. */
  hideWhenZero?: string;
  /** Values that need no attention; any other is shown in red. */
  healthy?: Record<string, string>;
}

interface Reference {
  $ref: string;
}

/** The document as this package publishes it. */
export const openapi = createRequire(import.meta.url)("binance-accounts/openapi.json") as OpenApiDocument;

export const operationOf = (id: OperationId): Operation =>
  (openapi.paths[operations[id].path] as { get: Operation }).get;

/** Returns the object that a local `$ref` points to, or the object itself. */
export function resolve<T extends object>(node: T | Reference): T {
  if (!("$ref" in node) || typeof node.$ref !== "string") return node as T;
  const keys = node.$ref.slice("#/".length).split("/");
  const target = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], openapi);
  return resolve(target as T | Reference);
}

/** Returns a schema, or the one that it refers to; an empty one if there is none. */
export const resolveSchema = (schema: Schema = {}): Schema => resolve<Schema>(schema);

/** Returns the schemas that a value may follow: those of `anyOf` and `oneOf`, or the schema itself. */
export function alternativesOf(schema: Schema | undefined): Schema[] {
  const one = resolveSchema(schema);
  return [...(one.anyOf ?? []), ...(one.oneOf ?? [])].flatMap(alternativesOf).concat(one.type ? one : []);
}

/** Returns the parameters that a caller may send. */
export const parametersOf = (id: OperationId): Parameter[] =>
  operationOf(id)
    .parameters.map((parameter) => resolve<Parameter>(parameter))
    .filter((parameter) => !parameter["x-injected"]);

/** Whether a call needs a parameter from the caller. */
export const needsParameters = (id: OperationId): boolean =>
  parametersOf(id).some(({ required }) => required);

/** Returns the schema of a successful response. */
export const responseSchemaOf = (id: OperationId): Schema =>
  resolve(operationOf(id).responses["200"] as ResponseObject).content?.["application/json"]?.schema ?? {};
