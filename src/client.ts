import createFetchClient, { type Middleware } from "openapi-fetch";
import { expectListeners } from "#platform";
import { operations } from "../generated/operations.js";
import type { paths } from "../generated/schema.js";
import { describe, readNames } from "./arguments.js";
import type { Bounds } from "./clock.js";
import { invalidArgument } from "./errors.js";
import { type ClientOptions, readOptions, readTimeouts } from "./options.js";
import { checkParameters } from "./parameters.js";
import { type Call, createPipeline } from "./pipeline.js";
import { encodeQuery } from "./query.js";
import { apiError, assertResult } from "./response.js";
import type { CallOptions, DataOf, GetInit, GetResult, Method, OperationAt, OperationId, Path } from "./types.js";

/** One method per operation, each resolving with data or throwing a {@link BinanceError}; and `GET`. */
export type Client = { readonly [Id in keyof typeof operations]: Method<Id> } & {
  /**
   * openapi-fetch's call: resolves with `data`, or with Binance's refusal as `error`, beside the `response`.
   * @throws {BinanceError} for everything that is neither.
   */
  GET<P extends Path>(path: P, init?: GetInit<OperationAt<P>>): Promise<GetResult<OperationAt<P>>>;
  /**
   * Server time minus this machine's time, in ms: from `min` to `max`, as far as answers have shown, or as \`clock\` fixes it.
   * Undefined before the first answer.
   */
  readonly clockOffset: Bounds | undefined;
  /** Adds openapi-fetch middlewares. They see one request (not yet signed) and one response per call. */
  use(...middleware: Middleware[]): void;
  /** Removes middlewares. */
  eject(...middleware: Middleware[]): void;
};

/**
 * A client that signs.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for an option that is misspelt or out of range, INVALID_KEY for a key that cannot be used.
 * @example
 * const binance = createClient({ apiKey, secret });
 * const { uniMMR } = await binance.getPortfolioAccount();
 */
export function createClient(options: ClientOptions): Client {
  const settings = readOptions(options);
  const pipeline = createPipeline(settings);
  const http = createFetchClient<paths>();

  async function get<Id extends OperationId>(id: Id, query: unknown, callOptions: CallOptions) {
    const { signal, timeout } = callOptions;
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw invalidArgument(`\`signal\` is an AbortSignal, not ${describe(signal)}.`);
    if (signal) expectListeners(signal);
    const operation = operations[id];
    const baseUrl = settings.servers[operation.server];
    const timeouts = readTimeouts(timeout, settings.timeouts);
    const call: Call = { operationId: id, address: baseUrl + operation.path, attempts: 0, signal, timeouts };
    // Every option of openapi-fetch is given, so that none can come from a polluted Object.prototype.
    const init = {
      baseUrl,
      params: { query: checkParameters(operation, query, { recvWindow: settings.recvWindow }), header: {}, path: {} },
      fetch: (request: Request) => pipeline(request, call),
      querySerializer: encodeQuery,
      ...{ Request, headers: {}, parseAs: "json", middleware: [], body: undefined, bodySerializer: undefined, pathSerializer: undefined },
    };
    const result = (await http.GET(operation.path as never, init as never).catch((error: unknown) => {
      // openapi-fetch reads what a middleware has put in the place of our answer, which is always JSON.
      if (!(error instanceof SyntaxError) || !call.response) throw error;
      return { response: undefined };
    })) as GetResult<Id>;
    const { data, error, response } = result;
    if (response !== call.response) {
      const ok = response?.ok ?? true;
      const details = { operationId: id, attempts: call.attempts, ...(response && { status: response.status }) };
      assertResult(id, ok, ok ? data : error, settings.validate, details);
    }
    return { call, result };
  }

  const methods = mapOperations((id) => async (parameters?: unknown, callOptions: unknown = {}): Promise<unknown> => {
    const { call, result } = await get(id, parameters, readNames(id, callOptions as CallOptions, ["signal", "timeout"]));
    const { data, error, response } = result;
    if (error === undefined) return data as DataOf<typeof id>;
    // A refusal that a middleware has made up has no error of the pipeline's own.
    if (call.refusal && response === call.response) throw call.refusal;
    throw apiError(error, { operationId: id, attempts: call.attempts, status: response.status }).error;
  });

  return Object.freeze({
    ...methods,
    async GET(path: Path, init: unknown = {}) {
      const id = operationAt(path);
      const { params = {}, ...callOptions } = readNames("GET", init as GetInit<OperationId>, ["params", "signal", "timeout"]);
      const { query } = readNames("`params`", params, ["query"]);
      return (await get(id, query, callOptions)).result;
    },
    use: http.use,
    eject: http.eject,
    get clockOffset() {
      return settings.clock.offset;
    },
  }) as unknown as Client;
}

const ids = Object.keys(operations) as OperationId[];

const mapOperations = <T>(map: (id: OperationId) => T) => Object.fromEntries(ids.map((id) => [id, map(id)])) as Record<OperationId, T>;

function operationAt(path: unknown): OperationId {
  const id = ids.find((id) => operations[id].path === path);
  if (id === undefined)
    throw invalidArgument(`There is no operation at this path; there are ${ids.map((id) => operations[id].path).join(", ")}.`);
  return id;
}
