import type { Middleware } from "openapi-fetch";
import { expectListeners } from "#platform";
import { operations } from "../generated/operations.js";
import { lazyResponse } from "./answer.js";
import type { Call } from "./attempt.js";
import type { Bounds } from "./clock.js";
import { invalidArgument } from "./errors.js";
import { describe, readNames } from "./input.js";
import { createMiddlewares } from "./openapi-fetch.js";
import { operationAt, operationIds } from "./operations.js";
import { type ClientOptions, readOptions, readTimeouts } from "./options.js";
import { checkParameters } from "./parameters.js";
import { createPipeline } from "./pipeline.js";
import { apiError } from "./response/judge.js";
import { encodeQuery } from "./signing/query.js";
import type { CallOptions, GetInit, GetResult, Method, OperationAt, OperationId, Path } from "./types.js";

/** One method per operation, each resolving with data or throwing a {@link BinanceError}; and `GET`. */
export type Client = { readonly [Id in keyof typeof operations]: Method<Id> } & {
  /**
   * openapi-fetch's call: resolves with `data`, or with Binance's refusal as `error`, beside the `response`.
   * @throws {BinanceError} for everything that is neither.
   */
  GET<P extends Path>(path: P, init?: GetInit<OperationAt<P>>): Promise<GetResult<OperationAt<P>>>;
  /**
   * Server time minus this machine's time, in ms: from `min` to `max`, as far as answers have shown, or as `clock` fixes it.
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
  const send = createPipeline(settings);
  const middlewares = createMiddlewares(send, settings);

  /** What a call begins with: everything that can be wrong before anything is sent. */
  function begin(operationId: OperationId, query: unknown, { signal, timeout }: CallOptions) {
    if (signal !== undefined) {
      if (!(signal instanceof AbortSignal))
        throw invalidArgument(`\`signal\` is an AbortSignal, not ${describe(signal)}.`);
      expectListeners(signal);
    }
    const operation = operations[operationId];
    const address = settings.servers[operation.server] + operation.path;
    const call: Call = {
      operationId,
      address,
      attempts: 0,
      signal,
      timeouts: readTimeouts(timeout, settings.timeouts),
    };
    return { call, parameters: checkParameters(operation, query, settings.recvWindow) };
  }

  async function method(id: OperationId, parameters: unknown, callOptions: unknown): Promise<unknown> {
    const options =
      callOptions === undefined ? {} : readNames(id, callOptions as CallOptions, ["signal", "timeout"]);
    const { call, parameters: checked } = begin(id, parameters, options);
    if (middlewares.count === 0) {
      const { refusal, body } = await send({ query: encodeQuery(checked), headers: {} }, call);
      if (refusal) throw refusal;
      return body;
    }
    const { data, error, response, refusal } = await middlewares.pass(checked, call);
    if (error === undefined) return data;
    // A refusal that a middleware has made up has no error of the pipeline's own.
    throw (
      refusal ?? apiError(error, { operationId: id, attempts: call.attempts, status: response.status }).error
    );
  }

  async function GET(path: Path, init: unknown = {}): Promise<GetResult<OperationId>> {
    const id = operationAt(path);
    if (id === undefined)
      throw invalidArgument(
        `There is no operation at this path; there are ${operationIds.map((id) => operations[id].path).join(", ")}.`,
      );
    const { params = {}, ...callOptions } = readNames("GET", init as GetInit<OperationId>, [
      "params",
      "signal",
      "timeout",
    ]);
    const { query } = readNames("`params`", params, ["query"]);
    const { call, parameters } = begin(id, query, callOptions);
    if (middlewares.count > 0) {
      const { refusal: _, ...result } = await middlewares.pass(parameters, call);
      return result;
    }
    const answer = await send({ query: encodeQuery(parameters), headers: {} }, call);
    const response = lazyResponse(answer);
    return (
      answer.refusal ? { error: answer.body, response } : { data: answer.body, response }
    ) as GetResult<OperationId>;
  }

  return Object.freeze({
    ...Object.fromEntries(
      operationIds.map((id) => [
        id,
        (parameters?: unknown, callOptions?: unknown) => method(id, parameters, callOptions),
      ]),
    ),
    GET,
    use: middlewares.use,
    eject: middlewares.eject,
    get clockOffset() {
      return settings.clock.offset;
    },
  }) as unknown as Client;
}
