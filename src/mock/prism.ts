import { createRequire } from "node:module";
import type { IHttpOperationConfig } from "@stoplight/prism-http";
import { invalidArgument } from "../errors.js";
import type { OperationId } from "../types.js";

/** A request that has passed the gate. */
export interface PrismRequest {
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
}

export interface PrismAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** What to answer with, where the document offers several: by default 200 and its first example. */
export interface Preference {
  code?: number | undefined;
  example?: string | undefined;
}

export type Prism = (request: PrismRequest, preference: Preference) => Promise<PrismAnswer>;

interface Media {
  examples?: Record<string, unknown>;
}

interface Response {
  $ref?: string;
  content?: Record<string, Media>;
}

/** The document, as published by this package. */
export const openapi = createRequire(import.meta.url)("binance-accounts/openapi.json") as {
  paths: Record<string, { get: { operationId: OperationId; responses: Record<string, Response> } }>;
  components: { responses: Record<string, Response> };
};

/** Names of the examples that an operation documents, by status. */
export function documentedExamples(path: string): Record<string, string[]> {
  const responses = Object.entries(openapi.paths[path]?.get.responses ?? {});
  return Object.fromEntries(
    responses.map(([status, response]) => {
      const { content = {} } = response.$ref ? (openapi.components.responses[response.$ref.split("/").at(-1) ?? ""] ?? {}) : response;
      return [status, Object.values(content).flatMap(({ examples = {} }) => Object.keys(examples))];
    }),
  );
}

/** Names of the examples of a successful answer, by operation. */
export const examples = Object.fromEntries(
  Object.entries(openapi.paths).map(([path, { get }]) => [get.operationId, documentedExamples(path)["200"] ?? []]),
) as Record<OperationId, string[]>;

/** Names that some operation has an example for. */
export const scenarios = [...new Set(Object.values(examples).flat())];

/** Prism, in this process: it routes, validates both directions and answers from the document's examples. */
export async function startPrism(document = openapi): Promise<Prism> {
  const { createInstance, getHttpOperationsFromSpec } = await load();
  const operations = await getHttpOperationsFromSpec(structuredClone(document));
  const logger = silent();
  const defaults = {
    isProxy: false,
    validateRequest: true,
    validateResponse: true,
    checkSecurity: true,
    errors: false,
    mock: { dynamic: false },
  } as const;
  const prism = createInstance({ ...defaults, upstreamProxy: undefined }, { logger });

  return async ({ path, query, headers }, { code, example }) => {
    const mock: IHttpOperationConfig = { dynamic: false, ...(code && { code }), ...(example && { exampleKey: example }) };
    const task = prism.request({ method: "get", url: { path, query }, headers }, operations, {
      ...defaults,
      upstreamProxy: undefined,
      mock,
    });
    const result = await task();
    if (result._tag === "Left") throw new Error(`Prism has no such answer: ${result.left.message}`);
    const { output, validations } = result.right;
    const violations = [...validations.input, ...validations.output];
    if (violations.length > 0) {
      throw new Error(
        `Prism found violations of the document: ${violations.map((v) => `${v.path?.join(".") ?? ""} ${v.message}`).join("; ")}`,
      );
    }
    return { status: output.statusCode, headers: lowerCase(output.headers), body: output.body };
  };
}

async function load() {
  try {
    return await import("@stoplight/prism-http");
  } catch (cause) {
    if ((cause as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw invalidArgument("The mock answers with Prism, which is not installed: npm install --save-dev @stoplight/prism-http", cause);
  }
}

/** Prism's own headers differ in letter case from ours and would be sent twice. */
const lowerCase = (headers: object = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** Prism logs through pino's interface. */
function silent(): never {
  const logger: Record<string, unknown> = { child: () => logger };
  for (const level of ["fatal", "error", "warn", "info", "debug", "trace", "success", "note"]) logger[level] = () => {};
  return logger as never;
}
