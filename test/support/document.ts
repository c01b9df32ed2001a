import { readFileSync } from "node:fs";
import { operations } from "../../generated/operations.js";
import type { CallOptions, Client, OperationId } from "../../src/index.js";
import { operationIds } from "../../src/operations.js";

interface Operation {
  operationId: OperationId;
  parameters: ({ $ref: string } | { name: string })[];
  responses: {
    [status: string]: {
      $ref?: string;
      content?: { "application/json": { examples: Record<string, { $ref: string }> } };
    };
  };
}

/** The generated document, as anyone reads it. */
export const document = JSON.parse(
  readFileSync(new URL("../../generated/openapi.json", import.meta.url), "utf8"),
) as {
  paths: Record<string, { get: Operation }>;
  components: { [kind: string]: Record<string, unknown> };
};

export function resolve<T>(ref: string): T {
  return ref
    .slice("#/".length)
    .split("/")
    .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document) as T;
}

/** Every named example of a successful answer. */
export const examples = Object.entries(document.paths).flatMap(([path, { get }]) =>
  Object.entries(get.responses["200"]?.content?.["application/json"].examples ?? {}).map(
    ([name, { $ref }]) => ({
      operationId: get.operationId,
      path,
      name,
      value: resolve<{ value: unknown }>($ref).value,
    }),
  ),
);

interface Parameter {
  name: string;
  required?: boolean;
  "x-injected"?: boolean;
  examples?: Record<string, { value: unknown }>;
}

/** Calls an operation with what it requires. */
export const callWithRequired = (
  binance: Client,
  id: OperationId,
  parameters: object = {},
  options?: CallOptions,
): Promise<unknown> =>
  (binance[id] as (parameters: object, options?: CallOptions) => Promise<unknown>)(
    { ...requiredParameters(operations[id].path), ...parameters },
    options,
  );

/** Operations that need no parameter, which overview and record call. */
export const callableIds = operationIds.filter(
  (id) => Object.keys(requiredParameters(operations[id].path)).length === 0,
);

/** What overview says of the operations that it cannot call. */
export const notCalled = operationIds
  .filter((id) => !callableIds.includes(id))
  .map((id) => `${id} needs parameters: see binance-accounts call ${id} --help.\n`)
  .join("");

/** What a caller has to send to the operation at this path: the first example of each required parameter. */
export function requiredParameters(path: string): Record<string, unknown> {
  const parameters = (document.paths[path]?.get.parameters ?? []).map((parameter) =>
    "$ref" in parameter ? resolve<Parameter>(parameter.$ref) : (parameter as Parameter),
  );
  const required = parameters.filter((parameter) => parameter.required && !parameter["x-injected"]);
  return Object.fromEntries(
    required.map(({ name, examples = {} }) => [name, Object.values(examples)[0]?.value]),
  );
}
