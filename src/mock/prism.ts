import type { IHttpOperationConfig } from "@stoplight/prism-http";
import type { OperationId } from "../types.js";

/** A request that passed the gate. */
export interface PrismRequest {
  path: string;
  query: Record<string, string | string[]>;
  headers: Record<string, string>;
}

export interface PrismAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Selects a documented response. @default 200 and its first example */
export interface Preference {
  code?: number | undefined;
  example?: string | undefined;
  /** Body of the 200 response, instead of the document's examples. */
  body?: unknown;
}

export type Prism = (
  operationId: OperationId,
  request: PrismRequest,
  preference: Preference,
) => Promise<PrismAnswer>;

let shared: Promise<Prism> | undefined;

/** Prism keeps nothing of a request, so all mocks of a process share it. */
export function sharedPrism(): Promise<Prism> {
  shared ??= startPrism();
  return shared;
}

/** Starts Prism in this process: it validates both directions and responds from the document. */
export async function startPrism(given?: unknown): Promise<Prism> {
  // Not at the top level: `require` cannot load a module with top-level await.
  const engine = await import("../mock/prism-engine.js");
  const operations = (given ?? engine.operations) as typeof engine.operations;
  const byId = new Map(operations.map((operation) => [operation.iid, operation]));
  const withBody = remembering(answering<(typeof operations)[number]>);
  const defaults = {
    isProxy: false,
    validateRequest: true,
    validateResponse: true,
    checkSecurity: true,
    errors: false,
  } as const;
  const prism = engine.createInstance(
    { ...defaults, mock: { dynamic: false }, upstreamProxy: undefined },
    { logger: silent() },
  );

  return async (operationId, { path, query, headers }, { code, example, body }) => {
    const operation = byId.get(operationId);
    if (!operation) throw new Error(`Prism knows no ${operationId}`);
    const shown = body === undefined ? operation : withBody(operation, body);
    const exampleKey = body === undefined ? example : ownBody;
    const mock: IHttpOperationConfig = {
      dynamic: false,
      ...(code && { code }),
      ...(exampleKey && { exampleKey }),
    };
    const task = prism.request({ method: "get", url: { path, query }, headers }, [shown], {
      ...defaults,
      upstreamProxy: undefined,
      mock,
    });
    const result = await task();
    if (result._tag === "Left") throw new Error(`Prism has no such response: ${result.left.message}`);
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
/** Lower-cases header names: Prism's differ in case from ours and would be sent twice. */
const lowerCase = (headers: object = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** A logger with pino's interface that drops everything. */
function silent(): never {
  const logger: Record<string, unknown> = { child: () => logger };
  for (const level of ["fatal", "error", "warn", "info", "debug", "trace", "success", "note"])
    logger[level] = () => {};
  return logger as never;
}

const ownBody = "account";

/** The same for the same two objects, as long as somebody else keeps them: bodies change less often than they are asked for. */
function remembering<Operation extends object>(make: (operation: Operation, body: unknown) => Operation) {
  const known = new WeakMap<object, WeakMap<Operation, Operation>>();
  return (operation: Operation, body: unknown): Operation => {
    if (typeof body !== "object" || body === null) return make(operation, body);
    const made = known.get(body) ?? new WeakMap<Operation, Operation>();
    known.set(body, made);
    const found = made.get(operation) ?? make(operation, body);
    made.set(operation, found);
    return found;
  };
}

/** Replaces the examples of 200 by one body. The schemas stay the same objects, whose validators Prism has compiled. */
function answering<Operation extends { responses: { code: string; contents?: object[] }[] }>(
  operation: Operation,
  value: unknown,
): Operation {
  const examples = [{ id: ownBody, key: ownBody, value }];
  const responses = operation.responses.map((response) =>
    response.code === "200"
      ? { ...response, contents: (response.contents ?? []).map((content) => ({ ...content, examples })) }
      : response,
  );
  return { ...operation, responses };
}
