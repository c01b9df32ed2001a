import { createRequire } from "node:module";
import type { OperationId } from "../types.js";

export interface MediaObject {
  examples?: Record<string, unknown>;
}

export interface ResponseObject {
  $ref?: string;
  content?: Record<string, MediaObject>;
}

export interface OperationObject {
  operationId: OperationId;
  responses: Record<string, ResponseObject>;
  "x-state"?: string;
}

/** The document, as published by this package. */
export const openapi = createRequire(import.meta.url)("binance-accounts/openapi.json") as {
  paths: Record<string, { get: OperationObject }>;
  components: { responses: Record<string, ResponseObject>; examples: Record<string, { value: unknown }> };
};

const operationsById = Object.values(openapi.paths).map(({ get }) => get);

const byOperation = <T>(read: (operation: OperationObject) => T) =>
  Object.fromEntries(operationsById.map((operation) => [operation.operationId, read(operation)])) as Record<
    OperationId,
    T
  >;

/** Which part of the mock's account an operation shows, such as `cm.positions`. */
export const statePaths = byOperation((operation) => operation["x-state"]);

/** Names of the examples that an operation documents, by status such as `200` or `5XX`. */
export const examples = byOperation(({ responses }) =>
  Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const { content = {} } = response.$ref
        ? (openapi.components.responses[response.$ref.split("/").at(-1) ?? ""] ?? {})
        : response;
      return [status, Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples))];
    }),
  ),
);

/** Status of each documented error, such as `5XX`, by the name of its example. */
export const errorExamples: Record<string, string> = Object.fromEntries(
  Object.values(examples).flatMap((byStatus) =>
    Object.entries(byStatus).flatMap(([status, names]) =>
      status < "400" ? [] : names.map((name) => [name, status]),
    ),
  ),
);
