import createFetchClient, { type Middleware } from "openapi-fetch";
import { operations } from "../generated/operations.js";
import type { ApiError, paths } from "../generated/schema.js";
import { invalidArgument } from "./errors.js";
import { type ClientOptions, checkNames, checkTimeout, describe, readOptions } from "./options.js";
import { checkParameters } from "./parameters.js";
import { type Call, createPipeline } from "./pipeline.js";
import { encodeQuery } from "./query.js";
import { apiError } from "./response.js";
import type { CallOptions, DataOf, GetInit, GetResult, Method, OperationAt, OperationId, Path } from "./types.js";

/** One method per operation, each resolving with data or throwing a {@link BinanceError}; and `GET`. */
export type Client = { readonly [Id in keyof typeof operations]: Method<Id> } & {
  /**
   * openapi-fetch's call: resolves with `data`, or with Binance's refusal as `error`, beside the `response`.
   * @throws {BinanceError} for everything that is neither.
   */
  GET<P extends Path>(path: P, init?: GetInit<OperationAt<P>>): Promise<GetResult<OperationAt<P>>>;
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
  const http = createFetchClient<paths>({ querySerializer: encodeQuery });

  async function get<Id extends OperationId>(id: Id, query: unknown, callOptions: CallOptions) {
    const { signal, timeout = settings.timeout } = callOptions;
    checkTimeout(timeout);
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw invalidArgument(`\`signal\` is an AbortSignal, not ${describe(signal)}.`);
    const operation = operations[id];
    const call: Call = { operationId: id, attempts: 0, signal, timeout };
    const init = {
      baseUrl: settings.servers[operation.server],
      params: { query: checkParameters(operation, query, { recvWindow: settings.recvWindow }) },
      fetch: (request: Request) => pipeline(request, call),
    };
    const result = (await http.GET(operation.path as never, init as never)) as GetResult<Id>;
    return { call, result };
  }

  const methods = mapOperations((id) => async (parameters?: unknown, callOptions: unknown = {}): Promise<unknown> => {
    checkNames(id, callOptions, ["signal", "timeout"]);
    const { call, result } = await get(id, parameters, callOptions);
    const { data, error, response } = result;
    if (error === undefined) return data as DataOf<typeof id>;
    throw apiError(error as ApiError, response.headers, { operationId: id, attempts: call.attempts, status: response.status });
  });

  return Object.freeze({
    ...methods,
    async GET(path: Path, init: unknown = {}) {
      const id = operationAt(path);
      checkNames("GET", init, ["params", "signal", "timeout"]);
      const { params = {}, ...callOptions } = init as GetInit<OperationId>;
      checkNames("`params`", params, ["query"]);
      return (await get(id, params.query, callOptions)).result;
    },
    use: http.use,
    eject: http.eject,
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
