import createFetchClient, { type Middleware } from "openapi-fetch";
import { operations } from "../generated/operations.js";
import type { paths } from "../generated/schema.js";
import { responseOf } from "./answer.js";
import type { Answer, Call, Unsigned } from "./attempt.js";
import { type BinanceError, type ErrorDetails, invalidArgument } from "./errors.js";
import type { Settings } from "./options.js";
import { assertResult } from "./response/judge.js";
import { encodeQuery, splitUrl } from "./signing/query.js";
import type { GetResult, OperationId } from "./types.js";

/** openapi-fetch's result, and the error of the answer that it came from, unless a middleware has put another in its place. */
export type Passed = GetResult<OperationId> & { refusal: BinanceError | undefined };

/**
 * The caller's middlewares, which openapi-fetch runs around `send`. Without any, it would only make a Request and a Response that
 * nobody looks at, which takes longer than the rest of a call: the client asks `count` and then goes straight to `send`.
 */
export function createMiddlewares(
  send: (request: Unsigned, call: Call) => Promise<Answer>,
  { servers, validate }: Settings,
) {
  let registered: Middleware[] = [];

  async function pass(query: object, call: Call): Promise<Passed> {
    const { operationId } = call;
    const { path, server } = operations[operationId];
    let answer: { refusal: BinanceError | undefined; response: Response; text: string } | undefined;
    const http = createFetchClient<paths>();
    // Every option of openapi-fetch is given, so that none can come from a polluted Object.prototype.
    const init = {
      baseUrl: servers[server],
      params: { query, header: {}, path: {} },
      fetch: async (request: Request) => {
        checkAddress(request, call);
        const sent = await send({ query: splitUrl(request.url).query, headers: headersOf(request) }, call);
        answer = { refusal: sent.refusal, response: responseOf(sent), text: sent.text };
        return answer.response;
      },
      querySerializer: encodeQuery,
      ...{
        Request,
        headers: {},
        parseAs: "json",
        middleware: registered,
        body: undefined,
        bodySerializer: undefined,
        pathSerializer: undefined,
      },
    };
    const result = (await http.GET(path as never, init as never).catch((error: unknown) => {
      // openapi-fetch reads what a middleware has put in the place of our answer, which is always JSON.
      if (!(error instanceof SyntaxError) || !answer) throw error;
      return { response: undefined };
    })) as GetResult<OperationId>;
    const { data, error, response } = result;
    if (response !== undefined && response === answer?.response) {
      // openapi-fetch has read the body; the caller may want to, as he can without middlewares.
      return { ...result, response: new Response(answer.text, response), refusal: answer.refusal };
    }
    const ok = response?.ok ?? true;
    const details: ErrorDetails = {
      operationId,
      attempts: call.attempts,
      ...(response && { status: response.status }),
    };
    assertResult(operationId, ok, ok ? data : error, validate, details);
    return { ...result, refusal: undefined };
  }

  return {
    pass,
    get count() {
      return registered.length;
    },
    use(...middlewares: Middleware[]): void {
      createFetchClient().use(...middlewares); // which says what is wrong with them
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

/** A middleware may change headers and query, but not where the API key goes. */
function checkAddress({ url, method }: Request, { address }: Call): void {
  if (method === "GET" && splitUrl(url).address === address) return;
  throw invalidArgument(
    "A middleware has changed the method or address of the request; the API key is sent to the operation's own address only.",
  );
}

/** Headers that middlewares have added, without those that belong to the connection. */
function headersOf({ headers }: Request): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !ofTheConnection.has(name)));
}

const ofTheConnection = new Set([
  ...[
    "host",
    "connection",
    "keep-alive",
    "content-length",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
  ],
]);
