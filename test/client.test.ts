import { getEventListeners } from "node:events";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { BinanceError, type ClientOptions, createClient, type ErrorCode, servers } from "../src/index.js";
import { examples } from "./support/document.js";
import { errorOf } from "./support/errors.js";
import { hmacKey } from "./support/keys.js";
import { json, serve } from "./support/server.js";

const { client: key } = hmacKey();
const um = examples.find(
  ({ operationId, name }) => operationId === "getUmAccount" && name === "oneWay",
)?.value;
const answer = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

/** A client whose requests go nowhere; they are kept instead. */
function observed(
  options: Partial<ClientOptions> = {},
  respond: () => Response | Promise<Response> = () => answer(um),
) {
  const fetch = vi.fn((_url: string, _init: RequestInit) => Promise.resolve(respond()));
  const binance = createClient({ ...key, fetch, retry: { attempts: 1 }, ...options });
  return { binance, fetch, url: (call = 0) => new URL(fetch.mock.calls[call]?.[0] ?? "") };
}

describe("a request", () => {
  test("goes to the server of its operation", async () => {
    const { binance, url } = observed();
    await errorOf(() => binance.getCoinMAccount());
    await binance.getUmAccount();
    expect([url(0).origin, url(1).origin]).toEqual(["https://dapi.binance.com", "https://papi.binance.com"]);
  });

  test("goes to another server where `servers` says so, and keeps Binance's for the rest", async () => {
    const { binance, url } = observed({ servers: { dapi: servers.dapi.testUrl } });
    await errorOf(() => binance.getCoinMAccount());
    await binance.getUmAccount();
    expect([url(0).origin, url(1).origin]).toEqual([
      "https://testnet.binancefuture.com",
      "https://papi.binance.com",
    ]);
  });

  test("goes to `baseUrl` whatever its operation, below its path", async () => {
    const { binance, url } = observed({ baseUrl: "http://127.0.0.1:4010/binance/" });
    await binance.getUmAccount();
    expect(url().href).toMatch(/^http:\/\/127\.0\.0\.1:4010\/binance\/papi\/v1\/um\/account\?timestamp=/);
  });

  test("carries the API key in its header, and timestamp and signature last", async () => {
    const { binance, fetch, url } = observed({ recvWindow: 7000 }, () => answer([]));
    await binance.getCmPositionRisk({ pair: "BTCUSD" });
    expect([...url().searchParams.keys()]).toEqual(["recvWindow", "pair", "timestamp", "signature"]);
    expect(new Headers(fetch.mock.calls[0]?.[1].headers).get("X-MBX-APIKEY")).toBe(key.apiKey);
    expect(fetch.mock.calls[0]?.[1].redirect).toBe("manual");
  });

  test("has the call's recvWindow rather than the client's", async () => {
    const { binance, url } = observed({ recvWindow: 7000 });
    await binance.getUmAccount({ recvWindow: 300 });
    expect(url().searchParams.getAll("recvWindow")).toEqual(["300"]);
  });

  test("is signed anew each time, with the time of `now` in whole ms", async () => {
    let time = 1_657_707_212_154.9;
    const { binance, url } = observed({ now: () => time });
    await binance.getUmAccount();
    time += 1;
    await binance.getUmAccount();
    expect([url(0).searchParams.get("timestamp"), url(1).searchParams.get("timestamp")]).toEqual([
      "1657707212154",
      "1657707212155",
    ]);
    expect(url(0).searchParams.get("signature")).not.toBe(url(1).searchParams.get("signature"));
  });

  test("passes the caller's middlewares once, before it is signed", async () => {
    const { binance, url } = observed();
    const seen: string[] = [];
    const middleware = { onRequest: ({ request }: { request: Request }) => void seen.push(request.url) };
    binance.use(middleware);
    await binance.getUmAccount();
    binance.eject(middleware);
    await binance.getUmAccount();
    expect(seen).toEqual(["https://papi.binance.com/papi/v1/um/account"]);
    expect(url().searchParams.has("signature")).toBe(true);
  });
});

describe("an answer", () => {
  test("that Binance refuses is `error` from GET and thrown from the method", async () => {
    const { binance } = observed({}, () =>
      answer({ code: -2015, msg: "Invalid API-key, IP, or permissions for action." }, { status: 401 }),
    );
    const { data, error, response } = await binance.GET("/papi/v1/um/account");
    expect([data, error?.code, response.status]).toEqual([undefined, -2015, 401]);
    const thrown = await errorOf(() => binance.getUmAccount());
    expect({ ...thrown }).toEqual({
      name: "BinanceError",
      code: "UNAUTHORIZED",
      operationId: "getUmAccount",
      attempts: 1,
      status: 401,
      binanceCode: -2015,
      binanceMessage: "Invalid API-key, IP, or permissions for action.",
    });
    expect(thrown.message).toMatch(
      /^Invalid API-key, IP, or permissions for action\. \(-2015, HTTP 401\)\. On papi, .* not in Portfolio Margin/,
    );
  });

  const html = "<html>busy</html>";
  test.each([
    [
      "a redirect",
      "REDIRECT_REFUSED",
      () => new Response(null, { status: 302, headers: { location: "https://evil.test/" } }),
    ],
    ["an empty 200", "INVALID_RESPONSE", () => new Response("", { status: 200 })],
    [
      "an empty 202, as the futures test host gives",
      "INVALID_RESPONSE",
      () => new Response("", { status: 202 }),
    ],
    [
      "a page with 200",
      "INVALID_RESPONSE",
      () => new Response(html, { headers: { "content-type": "text/html" } }),
    ],
    ["half a body", "INVALID_RESPONSE", () => new Response('{"assets":[')],
    ["the wrong shape", "INVALID_RESPONSE", () => answer({ assets: [], positions: [{}] })],
    [
      "a number for a decimal",
      "INVALID_RESPONSE",
      () => answer({ ...(um as object), assets: [{ asset: "USDT" }] }),
    ],
    ["null", "INVALID_RESPONSE", () => answer(null)],
    [
      "a refusal with 200",
      "SIGNATURE_REJECTED",
      () => answer({ code: -1022, msg: "Signature for this request is not valid." }),
    ],
    ["a firewall's 403", "BLOCKED", () => new Response(html, { status: 403 })],
    ["a gateway's 502", "UNAVAILABLE", () => new Response(html, { status: 502 })],
    ["a page with 404", "NOT_FOUND", () => new Response(html, { status: 404 })],
    [
      "a page with 429",
      "RATE_LIMITED",
      () => new Response(html, { status: 429, headers: { "retry-after": "3" } }),
    ],
    ["a page with 400", "INVALID_RESPONSE", () => new Response(html, { status: 400 })],
  ])("that is %s is thrown as %s, by the method and by GET", async (_what, code, respond) => {
    const { binance } = observed({}, respond);
    for (const call of [() => binance.getUmAccount(), () => binance.GET("/papi/v1/um/account")]) {
      const error = await errorOf(call);
      expect([error.code, error.operationId, error.attempts]).toEqual([code, "getUmAccount", 1]);
    }
  });

  test("says where it differs from the document and keeps the text within reach, out of logs", async () => {
    const { binance } = observed({}, () => answer({ assets: [], positions: [{ symbol: 7 }] }));
    const error = await errorOf(() => binance.getUmAccount());
    expect(error.message).toBe(
      "The response does not match the document: positions[].symbol must be text; received a number, positions[].initialMargin must be there; it is missing, positions[].maintMargin must be there; it is missing, positions[].unrealizedProfit must be there; it is missing, positions[].positionInitialMargin must be there; it is missing, and 5 more.",
    );
    expect(error.body).toBe('{"assets":[],"positions":[{"symbol":7}]}');
    expect(inspect(error)).not.toContain('"symbol"');
  });

  test("may hold fields and values that the document does not know", async () => {
    const known = examples.find(
      ({ operationId, name }) => operationId === "getPortfolioAccount" && name === "normal",
    )?.value as object;
    const newer = { ...known, accountStatus: "PAUSED", newField: { deep: 1 } };
    const { binance } = observed({}, () => answer(newer));
    expect(await binance.getPortfolioAccount()).toEqual(newer);
  });

  test.each([
    [
      418,
      "BANNED",
      { code: -1003, msg: "Way too many requests; IP banned until 1657707332154." },
      {},
      1657707332154,
    ],
    [
      429,
      "RATE_LIMITED",
      { code: -1003, msg: "Too many requests." },
      { "retry-after": "Wed, 13 Jul 2022 10:13:40 GMT" },
      1657707220000,
    ],
  ])("%i says when to come back", async (status, code, body, headers, retryAt) => {
    const { binance } = observed({}, () =>
      answer(body, { status, headers: headers as Record<string, string> }),
    );
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.retryAt]).toEqual([code, retryAt]);
  });
});

describe("a real server", () => {
  test("that redirects never gets the key and the signed URL sent elsewhere", async () => {
    await using elsewhere = await serve(json(um));
    await using server = await serve(
      (request, response) => void response.writeHead(307, { location: elsewhere.url + request.url }).end(),
    );
    const error = await errorOf(() => createClient({ ...key, baseUrl: server.url }).getUmAccount());
    expect([error.code, error.status, elsewhere.requests.length]).toEqual(["REDIRECT_REFUSED", 307, 0]);
  });

  test("that never answers is given up after `timeout`", async () => {
    await using server = await serve(() => {});
    const error = await errorOf(() =>
      createClient({ ...key, baseUrl: server.url, timeout: 50 }).getUmAccount(),
    );
    expect([error.code, error.message]).toEqual([
      "TIMEOUT",
      "There was no complete answer in time: the whole call took longer than 50 ms.",
    ]);
  });

  test("that stops in the middle of the body is given up after `timeout`", async () => {
    await using server = await serve(
      (_request, response) => void response.writeHead(200, { "content-length": 100 }).write("{"),
    );
    const error = await errorOf(() =>
      createClient({ ...key, baseUrl: server.url }).getUmAccount({}, { timeout: 50 }),
    );
    expect(error.code).toBe("TIMEOUT");
  });

  test("that breaks the connection is CONNECTION", async () => {
    await using server = await serve((request) => void request.socket.destroy());
    const error = await errorOf(() =>
      createClient({ ...key, baseUrl: server.url, retry: { attempts: 1 } }).getUmAccount(),
    );
    expect([error.code, error.attempts]).toEqual(["CONNECTION", 1]);
  });

  test("is left alone when the caller aborts", async () => {
    const controller = new AbortController();
    await using server = await serve(() => controller.abort());
    const error = await errorOf(() =>
      createClient({ ...key, baseUrl: server.url }).getUmAccount({}, { signal: controller.signal }),
    );
    expect([error.code, error.cause]).toEqual(["ABORTED", controller.signal.reason]);
    const again = await errorOf(() =>
      createClient({ ...key, baseUrl: server.url }).getUmAccount({}, { signal: controller.signal }),
    );
    expect([again.code, again.attempts, server.requests.length]).toEqual(["ABORTED", 0, 1]);
  });
});

describe("a mistake is refused before anything is sent", () => {
  const { binance, fetch } = observed();
  const anything = binance as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const thrower = Object.defineProperty({}, "pair", { enumerable: true, get: () => { throw new Error("boom"); } }); // biome-ignore format: one line

  test.each([
    ["recvWindow is a whole number from 1 to 60000, not 0.", "getUmAccount", [{ recvWindow: 0 }]],
    ["recvWindow is a whole number from 1 to 60000, not -1.", "getUmAccount", [{ recvWindow: -1 }]],
    ["recvWindow is a whole number from 1 to 60000, not 60001.", "getUmAccount", [{ recvWindow: 60001 }]],
    ["recvWindow is a whole number from 1 to 60000, not NaN.", "getUmAccount", [{ recvWindow: Number.NaN }]],
    [
      "recvWindow is a whole number from 1 to 60000, not Infinity.",
      "getUmAccount",
      [{ recvWindow: Number.POSITIVE_INFINITY }],
    ],
    ["recvWindow is a whole number from 1 to 60000, not 5000.5.", "getUmAccount", [{ recvWindow: 5000.5 }]],
    ["recvWindow is a whole number from 1 to 60000, not a string.", "getUmAccount", [{ recvWindow: "5e3" }]],
    ["recvWindow is a whole number from 1 to 60000, not a bigint.", "getUmAccount", [{ recvWindow: 1n }]],
    ["recvWindow is a whole number from 1 to 60000, not null.", "getUmAccount", [{ recvWindow: null }]],
    ["timestamp is added by the client; leave it out.", "getUmAccount", [{ timestamp: 1 }]],
    ["signature is added by the client; leave it out.", "getUmAccount", [{ signature: "x" }]],
    [
      "pair is not a parameter of /papi/v1/um/account; it takes recvWindow.",
      "getUmAccount",
      [{ pair: "BTCUSD" }],
    ],
    [
      "constructor is not a parameter of /papi/v1/um/account; it takes recvWindow.",
      "getUmAccount",
      [{ constructor: "x" }],
    ],
    ["Parameters are a plain object, not a string.", "getUmAccount", ["BTCUSD"]],
    ["Parameters are a plain object, not null.", "getUmAccount", [null]],
    ["Parameters are a plain object, not an array.", "getUmAccount", [[]]],
    ["pair is empty; leave it out to send none.", "getCmPositionRisk", [{ pair: "" }]],
    ["pair is a string, not an array.", "getCmPositionRisk", [{ pair: ["BTCUSD"] }]],
    ["pair is a string, not an object.", "getCmPositionRisk", [{ pair: {} }]],
    [
      "pair holds half of a surrogate pair, which has no encoding.",
      "getCmPositionRisk",
      [{ pair: "\udfff" }],
    ],
    ["An object cannot be read: one of its properties throws.", "getCmPositionRisk", [thrower]],
    [
      "marginAsset and pair exclude each other; send one of them.",
      "getCmPositionRisk",
      [{ pair: "BTCUSD", marginAsset: "BTC" }],
    ],
    [
      "getUmAccount has no option `timeOut`; there are signal, timeout.",
      "getUmAccount",
      [{}, { timeOut: 5 }],
    ],
    ["`timeout` is a number of ms above 0, not 0.", "getUmAccount", [{}, { timeout: 0 }]],
    [
      "getUmAccount takes an object of options, not an AbortSignal.",
      "getUmAccount",
      [{}, AbortSignal.abort()],
    ],
    [
      "Parameters are a plain object, not an object of a class.",
      "getCmPositionRisk",
      [new Map([["pair", "BTCUSD"]])],
    ],
    [
      "Parameters are a plain object, not an object of a class.",
      "getCmPositionRisk",
      [new URLSearchParams("pair=BTCUSD")],
    ],
    ["`signal` must be an AbortSignal; received an object.", "getUmAccount", [{}, { signal: {} }]],
    [
      /^There is no operation at this path\. Expected one of: \/papi\/v1\/account, /,
      "GET",
      ["/papi/v1/um/acount"],
    ],
    [
      "GET has no option `query`; there are params, signal, timeout.",
      "GET",
      ["/papi/v1/um/account", { query: {} }],
    ],
    [
      "`params` has no option `path`; there are query.",
      "GET",
      ["/papi/v1/um/account", { params: { path: {} } }],
    ],
  ])("%s", async (message, method, args) => {
    const error = await errorOf(() => anything[method]?.(...args));
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      typeof message === "string" ? message : expect.stringMatching(message),
    ]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test.each([
    [{ basUrl: "https://x.test" }, /^createClient has no option `basUrl`; there are apiKey, secret/],
    [{ baseUrl: "papi.binance.com" }, "`baseUrl` is an absolute URL such as https://papi.binance.com."],
    [{ baseUrl: "localhost:8080" }, "`baseUrl` is an absolute URL such as https://papi.binance.com."],
    [
      { baseUrl: "http://papi.binance.com" },
      /^`baseUrl` is http:\/\/, which would send the API key in clear text/,
    ],
    [{ baseUrl: "http://127.0.0.1.evil.test" }, /clear text/],
    [{ baseUrl: "ftp://localhost" }, /clear text/],
    [
      { baseUrl: "https://papi.binance.com@evil.test" },
      /^`baseUrl` holds a user name or password; the host is what stands behind the @/,
    ],
    [
      { baseUrl: "https://papi.binance.com.evil.test" },
      "`baseUrl` looks like binance.com but is papi.binance.com.evil.test, which belongs to somebody else.",
    ],
    [{ baseUrl: "https://notbinance.com" }, /^`baseUrl` looks like binance.com but is notbinance.com/],
    [
      { servers: { dapi: "https://testnet.binancefuture.com.evil.test" } },
      /^`servers.dapi` looks like binancefuture.com/,
    ],
    [{ baseUrl: "https://papi.binance.com/?x=1" }, /no query or fragment/],
    [{ baseUrl: "https://papi.binance.com/#" }, /no query or fragment/],
    [
      { servers: { spot: "https://api.binance.com" } },
      "`servers` has no option `spot`; there are dapi, papi.",
    ],
    [
      { baseUrl: "https://a.test", servers: { papi: "https://b.test" } },
      "Give either `baseUrl` or `servers`.",
    ],
    [{ recvWindow: 60_001 }, "`recvWindow` is a whole number from 1 to 60000 (ms), not 60001."],
    [{ timeout: -1 }, "`timeout` is a number of ms above 0, not -1."],
    [{ timeout: "5s" }, "`timeout` is a number of ms above 0, not a string."],
    [{ timeout: { body: 0 } }, "`timeout.body` is a number of ms above 0, not 0."],
    [{ timeout: { read: 5 } }, "`timeout` has no option `read`; there are total, connect, headers, body."],
    [{ retry: { attempts: 0 } }, "`retry.attempts` is a whole number from 1, not 0."],
    [{ retry: { baseDelay: -1 } }, "`retry.baseDelay` is a number of ms from 0, not -1."],
    [{ retry: 3 }, "`retry` takes an object of options, not 3."],
    [{ clock: "ntp" }, '`clock` is "learn", "system" or an offset in ms, not a string.'],
    [{ validate: true }, '`validate` is "throw", "report" or "off".'],
    [{ maxBodyBytes: 0 }, "`maxBodyBytes` is a whole number above 0, not 0."],
    [{ fetch: "node" }, "`fetch` is a function, not a string."],
    [{ now: 5 }, "`now` is a function, not 5."],
    [{ baseUrl: null }, "`baseUrl` is an absolute URL such as https://papi.binance.com."],
    [{ servers: { papi: null } }, "`servers.papi` is an absolute URL such as https://papi.binance.com."],
    [
      { servers: new Map([["papi", "https://b.test"]]) },
      "`servers` takes an object of options, not an object of a class.",
    ],
    [{ passphrase: 5 }, "`passphrase` is text, not a number."],
  ])("createClient %j", async (options, message) => {
    const error = await errorOf(() => createClient({ ...key, ...(options as object) }));
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      typeof message === "string" ? message : expect.stringMatching(message),
    ]);
  });

  test("createClient without options", async () => {
    const error = await errorOf(() => createClient(undefined as never));
    expect(error.message).toBe("createClient takes an object of options, not undefined.");
  });

  test.each([
    "http://localhost:1",
    "http://127.0.0.1",
    "http://[::1]:1",
    "http://mock.localhost",
    "https://proxy.test/binance",
    "https://binance-proxy.test",
    "https://dapi.binance.com",
  ])("%s is an address that may be used", (baseUrl) =>
    expect(() => createClient({ ...key, baseUrl })).not.toThrow(),
  );

  test("a polluted Object.prototype adds no parameter", async () => {
    const { binance, url } = observed();
    const prototype = Object.prototype as { pair?: string };
    try {
      prototype.pair = "BTCUSD";
      await binance.getUmAccount();
    } finally {
      delete prototype.pair;
    }
    expect([...url().searchParams.keys()]).toEqual(["timestamp", "signature"]);
  });
});

describe("a fetch of one's own", () => {
  const later = { timeout: 50, retry: { attempts: 1 } };
  const never = () => new Promise<never>(() => {});
  const silent = new ReadableStream({ pull: never });

  test.each<[string, ErrorCode, NonNullable<ClientOptions["fetch"]>]>([
    ["that never answers and ignores its signal", "TIMEOUT", never],
    ["whose body never ends and ignores its signal", "TIMEOUT", async () => new Response(silent)],
    [
      "that rejects with the signed URL",
      "CONNECTION",
      (url) => Promise.reject(new Error(`request to ${url} failed`)),
    ],
    [
      "that rejects with the request",
      "CONNECTION",
      (url, init) => Promise.reject(Object.assign(new Error("no"), { config: { url, init } })),
    ],
    ["that rejects with nothing", "CONNECTION", () => Promise.reject()],
    ["that throws", "CONNECTION", () => { throw new Error("boom"); }], // biome-ignore format: one line
    ["that resolves with something else", "INVALID_ARGUMENT", async () => ({ ok: true }) as Response],
    ["whose body was read", "INVALID_ARGUMENT", async () => { const response = answer(um); await response.text(); return response; }], // biome-ignore format: one line
    [
      "that quotes the request",
      "INVALID_PARAMETER",
      async (url) => answer({ code: -1100, msg: `bad ${url}` }, { status: 400 }),
    ],
    [
      "that answers with an impossible status",
      "UNAVAILABLE",
      async () => Object.defineProperty(answer({ code: -1, msg: "" }), "status", { value: 700 }),
    ],
  ])("%s is %s", async (_what, code, fetch) => {
    let target = "";
    const spy: typeof fetch = (url, init) => {
      target = url;
      return fetch(url, init);
    };
    const error = await errorOf(() => createClient({ ...key, ...later, fetch: spy }).getUmAccount());
    expect(error.code).toBe(code);
    const shown = inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + error.stack;
    for (const secret of [key.apiKey, String(key.secret), target.slice(-64)])
      expect(shown).not.toContain(secret);
  });

  // https://nodejs.org/api/tls.html#x509-certificate-error-codes
  test.each([
    ...[
      "CERT_HAS_EXPIRED",
      "CERT_NOT_YET_VALID",
      "CERT_REVOKED",
      "CRL_HAS_EXPIRED",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "INVALID_CA",
    ],
    ...[
      "ERROR_IN_CERT_NOT_AFTER_FIELD",
      "HOSTNAME_MISMATCH",
      "INVALID_PURPOSE",
      "PATH_LENGTH_EXCEEDED",
      "SELF_SIGNED_CERT_IN_CHAIN",
    ],
    ...[
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
  ])("that meets %s is not asked again", async (code) => {
    const fetch = vi.fn(() =>
      Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code }) })),
    );
    const error = await errorOf(() => createClient({ ...key, fetch }).getUmAccount());
    expect([error.code, error.attempts, fetch.mock.calls.length]).toEqual(["CONNECTION", 1, 1]);
    expect(error.message).toContain(`(${code})`);
  });

  test("that has followed a redirect all the same is refused", async () => {
    const fetch = async () => Object.defineProperty(answer(um), "redirected", { value: true });
    expect((await errorOf(() => createClient({ ...key, fetch }).getUmAccount())).code).toBe(
      "REDIRECT_REFUSED",
    );
  });

  test("whose answer claims to be empty is read all the same", async () => {
    const headers = { "content-length": "0" };
    const { binance } = observed({}, () => answer({ code: -2015, msg: "bad key" }, { status: 401, headers }));
    expect((await errorOf(() => binance.getUmAccount())).code).toBe("UNAUTHORIZED");
    expect((await binance.GET("/papi/v1/um/account")).error).toEqual({ code: -2015, msg: "bad key" });
    expect(await observed({}, () => answer(um, { headers })).binance.getUmAccount()).toEqual(um);
  });
});

describe("a middleware", () => {
  test.each<[string, (request: Request) => Request]>([
    ["another host", (request) => new Request("https://evil.test/papi/v1/um/account", request)],
    [
      "a host that looks like it",
      (request) =>
        new Request(request.url.replace("papi.binance.com", "papi.binance.com.evil.test"), request),
    ],
    ["another path", (request) => new Request("https://papi.binance.com/papi/v1/um/order", request)],
    ["another method", (request) => new Request(request, { method: "POST" })],
  ])("cannot send the API key to %s", async (_what, change) => {
    const { binance, fetch } = observed();
    binance.use({ onRequest: ({ request }) => change(request) });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      expect.stringMatching(/^A middleware has changed the method or address/),
    ]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("may add headers, but none of the connection's, and a fragment goes nowhere", async () => {
    const { binance, fetch, url } = observed();
    binance.use({
      onRequest: ({ request }) =>
        new Request(`${request.url}#fragment`, {
          headers: { "x-trace": "1", "keep-alive": "9", "x-mbx-apikey": "other" },
        }),
    });
    await binance.getUmAccount();
    expect(fetch.mock.calls[0]?.[1].headers).toEqual({ "x-trace": "1", "x-mbx-apikey": key.apiKey });
    expect([url().hash, url().searchParams.has("signature")]).toEqual(["", true]);
  });

  test("sees the answer, and what it puts in its place is held against the document too", async () => {
    for (const body of ["", "{}", '"hello"', "null", "[]"]) {
      const { binance } = observed();
      binance.use({ onResponse: () => new Response(body || null, { status: body ? 200 : 204 }) });
      const error = await errorOf(() => binance.getUmAccount());
      expect([error.code, error.message]).toEqual([
        "INVALID_RESPONSE",
        expect.stringMatching(/^A middleware has replaced the response/),
      ]);
    }
    const { binance } = observed();
    binance.use({ onResponse: () => new Response("oops", { status: 500 }) });
    expect((await errorOf(() => binance.GET("/papi/v1/um/account"))).code).toBe("INVALID_RESPONSE");
    const { binance: page } = observed();
    page.use({ onResponse: () => new Response("<html>") });
    expect((await errorOf(() => page.getUmAccount())).code).toBe("INVALID_RESPONSE");
    const { binance: lenient } = observed({ validate: "report" }, () => answer({ assets: 1 }));
    lenient.use({ onResponse: ({ response }) => new Response(response.body) });
    expect(await lenient.getUmAccount()).toEqual({ assets: 1 });
    const { binance: better } = observed();
    better.use({ onResponse: ({ response }) => new Response(response.body, { headers: { "x-seen": "1" } }) });
    expect((await better.GET("/papi/v1/um/account")).response.headers.get("x-seen")).toBe("1");
    const { binance: refused } = observed();
    refused.use({ onResponse: () => answer({ code: -1003, msg: "later" }, { status: 429 }) });
    expect((await errorOf(() => refused.getUmAccount())).code).toBe("RATE_LIMITED");
  });
});

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, "5", 5n, undefined])(
  "a clock that says %s signs nothing",
  async (time) => {
    const { binance, fetch } = observed({ now: () => time as number });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      "`now` gives the time in ms since 1970, as a number.",
    ]);
    expect(fetch).not.toHaveBeenCalled();
  },
);

test("a timeout beyond what a timer can hold is waited for", async () => {
  const { binance } = observed({ timeout: 2 ** 31 });
  expect(await binance.getUmAccount()).toEqual(um);
  expect(await binance.getUmAccount({}, { timeout: Number.POSITIVE_INFINITY })).toEqual(um);
});

test("an abort whose reason is another call's error is still an abort", async () => {
  const reason = await errorOf(() => createClient({ ...key, baseUrl: "nowhere" }));
  await using server = await serve(() => controller.abort(reason));
  const controller = new AbortController();
  const error = await errorOf(() =>
    createClient({ ...key, baseUrl: server.url }).getUmAccount({}, { signal: controller.signal }),
  );
  expect([error.code, error.cause]).toEqual(["ABORTED", reason]);
});

test("many calls share one signal without a warning, and leave no listener", async () => {
  const warnings: unknown[] = [];
  const warn = (warning: unknown) => warnings.push(warning);
  process.on("warning", warn);
  const { signal } = new AbortController();
  const { binance } = observed();
  await Promise.all(Array.from({ length: 50 }, () => binance.getUmAccount({}, { signal })));
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", warn);
  expect([warnings, getEventListeners(signal, "abort")]).toEqual([[], []]);
});

test("a polluted Object.prototype chooses neither address nor fetch", async () => {
  const polluted = Object.prototype as Record<string, unknown>;
  const values = {
    baseUrl: "https://evil.test",
    fetch: () => Promise.reject(),
    parseAs: "text",
    middleware: [{ onRequest: () => answer(1) }],
    code: 1,
    msg: "x",
  };
  try {
    Object.assign(polluted, values);
    const { binance, url } = observed();
    expect(await binance.getUmAccount()).toEqual(um);
    expect(url().origin).toBe("https://papi.binance.com");
  } finally {
    for (const name of Object.keys(values)) delete polluted[name];
  }
});

test("a client shows no secret however it is printed", async () => {
  const { binance } = observed({}, () =>
    answer({ code: -1022, msg: "Signature for this request is not valid." }, { status: 400 }),
  );
  const error = await errorOf(() => binance.getUmAccount());
  const shown = [
    inspect(binance, { depth: 20, showHidden: true }),
    JSON.stringify(binance),
    inspect(error, { depth: 20 }),
    error.stack,
  ];
  for (const text of shown)
    for (const secret of [key.apiKey, String(key.secret), "signature="]) expect(text).not.toContain(secret);
  expect(error).toBeInstanceOf(BinanceError);
});
