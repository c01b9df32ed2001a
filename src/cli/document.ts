import { createRequire } from "node:module";
import { operations } from "../../generated/operations.js";
import type { OperationId } from "../types.js";

/** What the command reads of the published document: words for people, and what is worth a glance. */
interface Document {
  paths: Record<string, { get: Operation }>;
  components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> };
}

interface Operation {
  summary: string;
  description: string;
  parameters: (Parameter | { $ref: string })[];
  responses: { 200: { content: { "application/json": { schema: Schema } } } };
}

interface Parameter {
  name: string;
  description: string;
  required?: boolean;
  schema: Schema;
  "x-injected"?: boolean;
}

export interface Schema {
  $ref?: string;
  type?: string;
  enum?: string[];
  format?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  "x-overview"?: Overview;
  /** Says nothing of how much is held. */
  "x-public"?: boolean;
}

/** Which fields of an object are worth a glance, and how to read them. */
export interface Overview {
  fields: string[];
  /** A row whose field of this name is zero says nothing. */
  hideWhenZero?: string;
  /** Values that need no attention; anything else is shown in red. */
  healthy?: Record<string, string>;
}

const document = createRequire(import.meta.url)("binance-accounts/openapi.json") as Document;

export const operationOf = (id: OperationId): Operation =>
  (document.paths[operations[id].path] as { get: Operation }).get;

/** Parameters that a caller may send. */
export const parametersOf = (id: OperationId): Parameter[] =>
  operationOf(id)
    .parameters.map((parameter) =>
      "$ref" in parameter ? (document.components.parameters[last(parameter.$ref)] as Parameter) : parameter,
    )
    .filter((parameter) => !parameter["x-injected"]);

/** Whether nothing can be asked of it without a parameter. */
export const needsParameters = (id: OperationId) => parametersOf(id).some(({ required }) => required);

export const parameterNames = (id: OperationId): string[] => parametersOf(id).map(({ name }) => name);

export const schemaOf = (id: OperationId): Schema =>
  operationOf(id).responses[200].content["application/json"].schema;

/** A schema, or the one that it refers to. */
export const resolve = (schema: Schema = {}): Schema =>
  schema.$ref ? (document.components.schemas[last(schema.$ref)] as Schema) : schema;

const last = (pointer: string) => pointer.slice(pointer.lastIndexOf("/") + 1);
