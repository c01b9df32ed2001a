import { getEventListeners } from "node:events";
import { createRequire } from "node:module";
import { inspect } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { BinanceError, type CommonOptions, createClient, servers } from "../src/index.js";
import { examples } from "./support/document.js";
import { errorOf } from "./support/errors.js";
import { answer, key, observed, um } from "./support/observed.js";
import { json, serve } from "./support/server.js";

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

describe("withResponse", () => {
  const headers = { "x-mbx-used-weight-1m": "25", "x-trace": "7" };

  test("resolves with data, response, attempts and weight", async () => {
    const statuses = [503, 200];
    const now = () => 1_657_707_212_154;
    const { binance } = observed({ now, monotonic: now, retry: { attempts: 2, baseDelay: 0 } }, () => {
      const status = statuses.shift() ?? 200;
      return answer(status === 200 ? um : { code: -1001, msg: "later" }, { status, headers });
    });
    const { data, response, attempts, weight } = await binance.getUmAccount().withResponse();
    expect([data, response.status, response.headers.get("x-trace"), attempts]).toEqual([um, 200, "7", 2]);
    expect(await response.json()).toEqual(um);
    expect(weight).toEqual(binance.weight.papi);
    expect(weight).toMatchObject({ used: 25, limit: 6000 });
  });

  test("rejects with the call's error, which no one else has to catch", async () => {
    const { binance } = observed({}, () => answer({ code: -1121, msg: "no" }, { status: 400 }));
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    const error = await errorOf(() => binance.getUmAccount().withResponse());
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect([error.code, unhandled]).toEqual(["INVALID_PARAMETER", []]);
  });

  test("gives the response that a middleware has put in place", async () => {
    const { binance } = observed();
    binance.use({
      onResponse: ({ response }) => new Response(response.body, { headers: { "x-mine": "1" } }),
    });
    const { data, response } = await binance.getUmAccount().withResponse();
    expect([data, response.headers.get("x-mine")]).toEqual([um, "1"]);
  });

  test("a call without it is a promise as any other", async () => {
    const { binance } = observed();
    const call = binance.getUmAccount();
    expect(Object.getPrototypeOf(call)).toBe(Promise.prototype);
    expect(await call).toEqual(um);
  });
});

describe("GET during a limit", () => {
  test.each([
    [429, "RATE_LIMITED", -1003],
    [418, "BANNED", -1003],
    [503, "UNAVAILABLE", -1008],
  ])(
    "the call that meets %d and those that are held back after it throw alike",
    async (status, code, number) => {
      const respond = () => answer({ code: number, msg: "no" }, { status, headers: { "retry-after": "60" } });
      const still = () => 1_657_707_212_154;
      const { binance, fetch } = observed({ now: still, monotonic: still }, respond);
      const get = () => binance.GET("/papi/v1/um/account");
      const [first, second] = [await errorOf(get), await errorOf(get)];
      expect([first.code, second.code]).toEqual([code, code]);
      expect(first.retryAt).toBe(second.retryAt);
      expect([first.attempts, second.attempts, fetch.mock.calls.length]).toEqual([1, 0, 1]);
    },
  );

  test("a failure of Binance without a pause stays a result", async () => {
    const { binance } = observed({}, () => answer({ code: -1001, msg: "later" }, { status: 503 }));
    expect((await binance.GET("/papi/v1/um/account")).error?.code).toBe(-1001);
  });
});

describe("User-Agent", () => {
  const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
  const sent = async (options: CommonOptions, header?: string) => {
    const { binance, fetch } = observed(options);
    if (header !== undefined)
      binance.use({ onRequest: ({ request }) => void request.headers.set("user-agent", header) });
    await binance.getUmAccount();
    return new Headers(fetch.mock.calls[0]?.[1].headers).get("user-agent");
  };

  test("is this package's, with the program's own in front, or what a middleware sets", async () => {
    expect(await sent({})).toBe(`binance-accounts/${version}`);
    expect(await sent({ userAgent: "risk-monitor/2.0" })).toBe(
      `risk-monitor/2.0 binance-accounts/${version}`,
    );
    expect(await sent({}, "mine/1")).toBe("mine/1");
  });

  test.skipIf(process.env.PLATFORM !== "web")("is left to browsers", async () => {
    vi.stubGlobal("document", {});
    expect(await sent({})).toBeNull();
    vi.unstubAllGlobals();
  });
});
