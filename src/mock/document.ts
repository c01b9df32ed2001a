import { createRequire } from "node:module";
import type { OperationId } from "../types.js";

export interface Media {
  examples?: Record<string, unknown>;
}

export interface Response {
  $ref?: string;
  content?: Record<string, Media>;
}

export interface Operation {
  operationId: OperationId;
  responses: Record<string, Response>;
  "x-state"?: string;
}

/** The document, as published by this package. */
export const openapi = createRequire(import.meta.url)("binance-accounts/openapi.json") as {
  paths: Record<string, { get: Operation }>;
  components: { responses: Record<string, Response>; examples: Record<string, { value: unknown }> };
};

const operationsById = Object.values(openapi.paths).map(({ get }) => get);

const byOperation = <T>(read: (operation: Operation) => T) =>
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
