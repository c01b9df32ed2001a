import createFetchClient, { type Middleware } from "openapi-fetch";
import { operations } from "../generated/operations.js";
import type { paths } from "../generated/schema.js";
import type { Answer, Call, Unsigned } from "./attempt.js";
import type { GetResult } from "./call-types.js";
import { type BinanceError, type ErrorDetails, invalidArgument } from "./errors.js";
import type { Settings } from "./options.js";
import { namesAreInherited } from "./response/json.js";
import { assertResult } from "./response/judge.js";
import { encodeQuery, splitUrl } from "./signing/query.js";
import type { OperationId, ServerName } from "./types.js";

export interface Passed {
  result: GetResult<OperationId>;
  /** The error of a refusal, unless a middleware replaced the response. */
  refusal: BinanceError | undefined;
}

/**
 * Sends every call through openapi-fetch, with the caller's middlewares; the pipeline is its `fetch`. No other file uses
 * openapi-fetch at run time.
 */
export function throughOpenapiFetch(
  send: (request: Unsigned, call: Call) => Promise<Answer>,
  { servers, validate }: Settings,
) {
  let registered: Middleware[] = [];

  /** Stand-ins with just what openapi-fetch reads: real ones, which nobody would see, cost more than the rest of a call. */
  const light = {
    Request: LightRequest,
    querySerializer: encodeQuery,
  };
  const clients = Object.fromEntries(
    Object.entries(servers).map(([name, baseUrl]) => [
      name,
      createFetchClient({ ...light, baseUrl } as never),
    ]),
  ) as Record<ServerName, Client>;

  async function call(query: object, call: Call): Promise<Passed> {
    const { path, server } = operations[call.operationId];
    const http = clients[server];
    if (registered.length > 0) return withMiddlewares(http, path, query, call);
    // openapi-fetch would read missing options from a polluted Object.prototype.
    const fetch = async ({ url }: LightRequest) =>
      new LightResponse(await send({ query: splitUrl(url).query, headers: {} }, call));
    const init = namesAreInherited()
      ? { ...nothing, ...light, params: { ...noParams, query }, fetch }
      : { params: { query }, fetch };
    const { response } = await http.GET(path as never, init as never);
    const { answer } = response as unknown as LightResponse;
    return { result: new Result(answer) as GetResult<OperationId>, refusal: answer.refusal };
  }

  async function withMiddlewares(http: Client, path: string, query: object, call: Call): Promise<Passed> {
    const { operationId } = call;
    let answer: { refusal: BinanceError | undefined; response: Response; text: string } | undefined;
    const sendReal = async (request: Request) => {
      checkAddress(request, call);
      const sent = await send({ query: splitUrl(request.url).query, headers: headersOf(request) }, call);
      answer = { refusal: sent.refusal, response: responseOf(sent), text: sent.text };
      return answer.response;
    };
    const init = {
      ...nothing,
      ...{ Request, fetch: sendReal, querySerializer: encodeQuery, middleware: registered },
      params: { ...noParams, query },
    };
    const result = (await http.GET(path as never, init as never).catch((error: unknown) => {
      // A middleware replaced our response, which is always JSON, by one that is not.
      if (!(error instanceof SyntaxError) || !answer) throw error;
      return { response: undefined };
    })) as GetResult<OperationId>;
    const { data, error, response } = result;
    if (response !== undefined && response === answer?.response) {
      // openapi-fetch has consumed the body, which the caller may want to read.
      return {
        result: { ...result, response: new Response(answer.text, response) },
        refusal: answer.refusal,
      };
    }
    const ok = response?.ok ?? true;
    const details: ErrorDetails = {
      operationId,
      attempts: call.attempts,
      ...(response && { status: response.status }),
    };
    assertResult(operationId, ok, ok ? data : error, validate, details);
    return { result, refusal: undefined };
  }

  return {
    call,
    use(...middlewares: Middleware[]): void {
      createFetchClient().use(...middlewares); // throws if they are wrong
      registered = [...registered, ...middlewares.filter(Boolean)];
    },
    eject(...middlewares: Middleware[]): void {
      const left = [...registered];
      for (const middleware of middlewares)
        if (left.includes(middleware)) left.splice(left.indexOf(middleware), 1);
      registered = left;
    },
  };
}

type Client = ReturnType<typeof createFetchClient<paths>>;

/** Options of openapi-fetch that are not used, set so that none is inherited. */
const nothing = {
  ...{ baseUrl: undefined, headers: {}, parseAs: "json", middleware: [], body: undefined },
  ...{ bodySerializer: undefined, pathSerializer: undefined },
};
const noParams = { header: {}, path: {} };

class LightRequest {
  readonly url: string;
  readonly method = "GET";

  constructor(url: string) {
    this.url = url;
  }
}

/** A response whose body is parsed already. */
class LightResponse {
  readonly answer: Answer;
  readonly status: number;
  readonly ok: boolean;
  /** Has a length, so that openapi-fetch calls `json()` rather than parsing the text again. */
  readonly headers = { get: (name: string) => (name === "Content-Length" ? "1" : null) };

  constructor(answer: Answer) {
    this.answer = answer;
    this.status = answer.status;
    this.ok = answer.status === 200;
  }

  json(): unknown {
    return this.answer.body;
  }

  text(): string {
    return this.answer.text;
  }
}

/** The result of `GET`. Its Response is made when read, because making one takes half as long as a call. */
class Result {
  declare readonly data?: unknown;
  declare readonly error?: unknown;
  declare readonly response: Response;
  readonly #answer: Answer;
  #response: Response | undefined;

  constructor(answer: Answer) {
    this.#answer = answer;
    if (answer.refusal) this.error = answer.body;
    else this.data = answer.body;
    Object.defineProperty(this, "response", Result.#whenRead);
  }

  /** One getter for all results: one in each object literal would cost a seventh of a call. */
  static readonly #whenRead: PropertyDescriptor & ThisType<Result> = {
    enumerable: true,
    get() {
      this.#response ??= responseOf(this.#answer);
      return this.#response;
    },
  };
}

/** Creates the response for the caller; its body is the decompressed text. */
function responseOf({ text, status, headers }: Answer): Response {
  const kept = new Headers([...headers]);
  for (const name of ["content-length", "content-encoding", "transfer-encoding"]) kept.delete(name);
  return new Response(text, { status, headers: kept });
}

/** Refuses a middleware's change of where the API key goes; headers and query may change. */
function checkAddress({ url, method }: Request, { address }: Call): void {
  if (method === "GET" && splitUrl(url).address === address) return;
  throw invalidArgument(
    "A middleware has changed the method or address of the request; the API key is sent to the operation's own address only.",
  );
}

/** Returns the headers that middlewares added, without those of the connection. */
function headersOf({ headers }: Request): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !ofTheConnection.has(name)));
}

const ofTheConnection = new Set([
  ...["host", "connection", "keep-alive", "content-length", "transfer-encoding", "te"],
  ...["trailer", "upgrade", "expect"],
]);
