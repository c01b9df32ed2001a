import type { Middleware } from "openapi-fetch";
import { expectListeners } from "#platform";
import { operations } from "../generated/operations.js";
import type { Call } from "./attempt.js";
import type { WeightState } from "./budget/ledger.js";
import { minuteOf, weightOf } from "./budget/weight.js";
import type { CallOptions, CallPromise, GetInit, GetResult, Method } from "./call-types.js";
import { type Bounds, offsetOf } from "./clock.js";
import { invalidArgument } from "./errors.js";
import { isSignal, mustBe, oneOf, readNames } from "./input.js";
import { throughOpenapiFetch } from "./openapi-fetch.js";
import { operationAt, operationIds } from "./operations.js";
import { type ClientOptions, readOptions, readTimeouts } from "./options.js";
import { checkParameters } from "./parameters.js";
import { createPipeline, isPauseReason } from "./pipeline.js";
import { apiError } from "./response/judge.js";
import type {
  DataOf,
  FreeOperationId,
  OperationAt,
  OperationId,
  ParametersOf,
  Path,
  ServerName,
} from "./types.js";
import type { FailedLook, Look, Watch, WatchOptions } from "./watch/options.js";
import { type Snapshot, snapshot } from "./watch/snapshot.js";
import { type Watcher, watch } from "./watch/watch.js";

/** A client: one method per operation, which resolves with data or throws a {@link BinanceError}, and `GET`. */
export type Client = { readonly [Id in keyof typeof operations]: Method<Id> } & {
  /**
   * Calls an operation by its path, as openapi-fetch does: resolves with `data`, or with Binance's refusal as `error`, and with
   * the `response`.
   * @throws {BinanceError} For everything that is neither data nor a refusal, and for a refusal that begins a pause.
   * @example
   * const { data, error, response } = await binance.GET("/papi/v1/um/account");
   */
  GET<P extends Path>(path: P, init?: GetInit<OperationAt<P>>): Promise<GetResult<OperationAt<P>>>;
  /**
   * Looks at an operation again and again: one request at a time, as often as the minute's weight allows, for as long as errors may
   * pass by themselves (`retryable`). Any other error is thrown.
   * @throws {BinanceError} INVALID_ARGUMENT if an option is misspelt or out of range.
   * @example
   * for await (const { data, age } of binance.watch("getPortfolioAccount", { every: 1000, signal })) console.log(data.uniMMR, age);
   */
  watch<Id extends FreeOperationId, Failed extends boolean = false>(
    operationId: Id,
    options?: WatchOptions<Id, Failed>,
  ): Watch<Look<DataOf<Id>> | (Failed extends true ? FailedLook : never)>;
  watch<Id extends OperationId, Failed extends boolean = false>(
    operationId: Id,
    options: WatchOptions<Id, Failed> & { parameters: ParametersOf<Id> },
  ): Watch<Look<DataOf<Id>> | (Failed extends true ? FailedLook : never)>;
  /**
   * Calls every operation that needs no parameter, at once, and says whether the responses are of one state.
   * @throws {BinanceError} When no operation has data.
   * @example
   * const { data, absent, complete } = await binance.snapshot();
   */
  snapshot(options?: CallOptions): Promise<Snapshot>;
  /**
   * Server time minus this machine's `Date.now()`, in ms, as bounds learned from responses or fixed by `clock`. Undefined before
   * the first response.
   */
  readonly clockOffset: Bounds | undefined;
  /**
   * What this minute has cost so far, by server: for everybody behind this address, as far as responses have told. `until` is when
   * the minute ends, by this machine's clock.
   */
  readonly weight: Readonly<Record<ServerName, WeightState>>;
  /** Asks `credentials` again before the next request, for example after a key was rotated. Does nothing for fixed keys. */
  refreshCredentials(): void;
  /**
   * Adds openapi-fetch middlewares. They see one request, not yet signed, and one response per call.
   * @example
   * binance.use({ onResponse: ({ response }) => console.log(response.headers.get("x-mbx-used-weight-1m")) });
   */
  use(...middleware: Middleware[]): void;
  /** Removes middlewares. */
  eject(...middleware: Middleware[]): void;
};

/**
 * Creates a client that signs, retries and validates. A key with read permission is enough.
 *
 * @throws {BinanceError} INVALID_ARGUMENT if an option is misspelt or out of range, INVALID_KEY if the key cannot be used.
 * @example
 * const binance = createClient({ apiKey, secret });
 * const { uniMMR } = await binance.getPortfolioAccount();
 */
export function createClient(options: ClientOptions): Client {
  const settings = readOptions(options);
  const http = throughOpenapiFetch(createPipeline(settings), settings);

  /** Validates a call before anything is sent. */
  function begin(
    operationId: OperationId,
    query: unknown,
    { signal, timeout, priority = "normal" }: CallOptions,
  ) {
    if (signal !== undefined) {
      if (!isSignal(signal)) throw mustBe("`signal`", "an AbortSignal", signal);
      expectListeners(signal);
    }
    if (priority !== "high" && priority !== "normal")
      throw mustBe("`priority`", '"high" or "normal"', priority);
    const operation = operations[operationId];
    const address = settings.servers[operation.server] + operation.path;
    const call: Call = {
      operationId,
      address,
      attempts: 0,
      sent: 0,
      timestamps: [],
      told: undefined,
      signal,
      priority,
      timeouts: readTimeouts(timeout, settings.timeouts),
    };
    return { call, parameters: checkParameters(operation, query, settings.recvWindow) };
  }

  function method(id: OperationId, parameters: unknown, callOptions: unknown): CallPromise<unknown> {
    let passed: { call: Call; result: GetResult<OperationId> } | undefined;
    async function run(): Promise<unknown> {
      const options =
        callOptions === undefined ? {} : readNames(id, callOptions as CallOptions, callOptionNames);
      const { call, parameters: checked } = begin(id, parameters, options);
      const { result, refusal } = await http.call(checked, call);
      const { data, error } = result;
      passed = { call, result };
      if (error === undefined) return data;
      // A refusal made by a middleware has no error from the pipeline.
      const details = { operationId: id, attempts: call.attempts };
      throw refusal ?? apiError(error, { ...details, status: result.response.status }).error;
    }
    const promise = run() as CallPromise<unknown>;
    promise.withResponse = async () => {
      const data = await promise;
      const { call, result } = passed as NonNullable<typeof passed>;
      const weight = weightAt(operations[id].server);
      return { data, response: result.response, attempts: call.attempts, weight };
    };
    return promise;
  }

  async function GET(path: Path, init: unknown = {}): Promise<GetResult<OperationId>> {
    const id = operationAt(path);
    if (id === undefined)
      throw invalidArgument(
        `There is no operation at this path. ${oneOf(operationIds.map((id) => operations[id].path))}`,
      );
    const { params = {}, ...callOptions } = readNames("GET", init as GetInit<OperationId>, [
      "params",
      ...callOptionNames,
    ]);
    const { query } = readNames("`params`", params, ["query"]);
    const { call, parameters } = begin(id, query, callOptions);
    const { result, refusal } = await http.call(parameters, call);
    // The calls that follow during a pause are thrown, having no response: the one that began it looks alike.
    if (refusal?.retryAt !== undefined && isPauseReason(refusal.code)) throw refusal;
    return result;
  }

  const ledgerAt = (name: ServerName) => settings.budget.gate(name, settings.servers[name]).ledger;
  const weightAt = (name: ServerName) => weightOf(ledgerAt(name), settings);
  const watcher: Watcher = {
    ...{ settings, call: method },
    minuteOf: (name) => minuteOf(ledgerAt(name), settings),
  };

  return Object.freeze({
    ...Object.fromEntries(
      operationIds.map((id) => [
        id,
        (parameters?: unknown, callOptions?: unknown) => method(id, parameters, callOptions),
      ]),
    ),
    GET,
    refreshCredentials() {
      settings.keys.forget();
    },
    use: http.use,
    eject: http.eject,
    watch: (id: OperationId, options?: WatchOptions<OperationId, boolean>) => watch(watcher, id, options),
    snapshot: (options: CallOptions = {}) => snapshot(watcher, options),
    get weight() {
      const names = Object.keys(settings.servers) as ServerName[];
      return Object.fromEntries(names.map((name) => [name, weightAt(name)])) as Record<
        ServerName,
        WeightState
      >;
    },
    get clockOffset() {
      return offsetOf(settings);
    },
  }) as unknown as Client;
}

const callOptionNames = ["signal", "timeout", "priority"];
