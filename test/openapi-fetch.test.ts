import { describe, expect, test } from "vitest";
import { type CommonOptions, createClient } from "../src/index.js";
import { goodBody } from "./faults/server.js";
import { errorOf } from "./support/errors.js";
import { hmacKey } from "./support/keys.js";
import { answer, key, observed } from "./support/observed.js";

const good = goodBody("/papi/v1/um/account");
const headers = {
  "x-mbx-used-weight-1m": "5",
  "set-cookie": "a=b",
  "content-length": "9",
  "content-type": "application/json",
};
const refusal = '{"code":-2015,"msg":"No."}';

function client(status: number, body: string, options: CommonOptions = {}) {
  return createClient({
    ...hmacKey().client,
    fetch: async () => new Response(body, { status, headers }),
    ...options,
  });
}

test("GET's response is a Response to whoever looks, and the body can be read", async () => {
  const { response } = await client(200, good).GET("/papi/v1/um/account");
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.ok, response.type, response.redirected, response.bodyUsed]).toEqual([
    200,
    true,
    "default",
    false,
    false,
  ]);
  expect(response.headers).toBeInstanceOf(Headers);
  expect([response.headers.get("X-MBX-Used-Weight-1m"), response.headers.has("content-length")]).toEqual([
    "5",
    false,
  ]);
  const copy = new Response(response.clone().body, response);
  expect([await copy.text(), copy.headers.get("content-type")]).toEqual([good, "application/json"]);
  expect(await response.json()).toEqual(JSON.parse(good));
  expect(response.bodyUsed).toBe(true);
});

test.each([
  [200, good],
  [401, refusal],
])("a call that answers %i is the same with and without a middleware", async (status, body) => {
  const [bare, passed] = [client(status, body), client(status, body)];
  let seen = 0;
  passed.use({
    onRequest({ request }) {
      seen += request instanceof Request ? 1 : 0;
    },
  });
  const [a, b] = await Promise.all([bare, passed].map((one) => one.GET("/papi/v1/um/account")));
  expect(seen).toBe(1);
  expect([a?.data, a?.error]).toEqual([b?.data, b?.error]);
  expect(Object.keys(a ?? {}).sort()).toEqual(Object.keys(b ?? {}).sort());
  expect([a?.response.status, [...(a?.response.headers ?? [])]]).toEqual([
    b?.response.status,
    [...(b?.response.headers ?? [])],
  ]);
  for (const one of [a, b])
    expect([one?.response.bodyUsed, await one?.response.text()]).toEqual([false, body]);
  if (status === 200) expect(await bare.getUmAccount()).toEqual(await passed.getUmAccount());
  else {
    const [mine, theirs] = [
      await errorOf(() => bare.getUmAccount()),
      await errorOf(() => passed.getUmAccount()),
    ];
    expect([{ ...mine }, mine.message]).toEqual([{ ...theirs }, theirs.message]);
  }
});

test("middlewares come and go, each as often as it was added", async () => {
  const binance = client(200, good);
  let seen = 0;
  const middleware = {
    onRequest() {
      seen += 1;
    },
  };
  binance.use(middleware, middleware);
  await binance.getUmAccount();
  binance.eject(middleware);
  await binance.getUmAccount();
  binance.eject(middleware);
  await binance.getUmAccount();
  expect(seen).toBe(3);
  expect(() => binance.use({} as never)).toThrow("Middleware must be an object with one of");
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
    expect(fetch.mock.calls[0]?.[1].headers).toEqual({
      "user-agent": expect.any(String),
      "x-trace": "1",
      "x-mbx-apikey": key.apiKey,
    });
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
