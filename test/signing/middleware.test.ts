import createFetchClient from "openapi-fetch";
import { expect, test } from "vitest";
import { type paths, signing } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { everyKindOfKey, hmacKey } from "../support/keys.js";
import { serve } from "../support/server.js";

test.each(everyKindOfKey())(
  "signs the requests of anyone's own openapi-fetch client with $kind",
  async ({ client, mock: key }) => {
    await using mock = await startMock({ keys: [key] });
    const http = createFetchClient<paths>({ baseUrl: mock.url });
    http.use(signing(client));
    for (const [marginAsset, symbols] of [
      ["BTC", ["BTCUSD_201225"]],
      ["it's 100% (a+b)!", []],
      ["币安人生", []],
    ] as const) {
      const { data, error } = await http.GET("/papi/v1/cm/positionRisk", {
        params: { query: { marginAsset, recvWindow: 5000 } },
      });
      expect([error, data?.map(({ symbol }) => symbol)]).toEqual([undefined, symbols]);
    }
  },
);

test("hands Binance's refusal on as openapi-fetch's `error`", async () => {
  await using mock = await startMock();
  const http = createFetchClient<paths>({ baseUrl: mock.url });
  http.use(signing({ apiKey: mock.apiKey, secret: "another secret".replace(" ", "-") }));
  const { error } = await http.GET("/dapi/v1/account");
  expect(error).toEqual({ code: -1022, msg: "Signature for this request is not valid." });
});

test("signs with the time of `now`", async () => {
  const now = () => 1_657_707_212_154;
  await using mock = await startMock({ now });
  const http = createFetchClient<paths>({ baseUrl: mock.url });
  http.use(signing({ apiKey: mock.apiKey, secret: mock.secret, now }));
  expect((await http.GET("/dapi/v1/account")).response.status).toBe(200);
});

test("refuses a redirect, so that key and signed URL stay with the server they were meant for", async () => {
  await using elsewhere = await serve((_request, response) => void response.end("{}"));
  await using server = await serve(
    (_request, response) => void response.writeHead(302, { location: elsewhere.url }).end(),
  );
  const http = createFetchClient<paths>({ baseUrl: server.url });
  http.use(signing(hmacKey().client));
  const error = await errorOf(() => http.GET("/dapi/v1/account"));
  expect([error.code, error.status, error.attempts, elsewhere.requests.length]).toEqual([
    "REDIRECT_REFUSED",
    302,
    1,
    0,
  ]);
  expect(error.message).toBe("The server's answer leads elsewhere; the signed request is not sent there.");
});

test.each([
  ["hides where it leads", { type: "opaqueredirect", status: 0 }],
  ["was followed all the same", { redirected: true }],
  ["has the lowest status of a redirect", { status: 300 }],
])("refuses an answer that %s", async (_what, shape) => {
  const answer = () =>
    Object.defineProperties(
      new Response("{}"),
      Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, { value }])),
    );
  const http = createFetchClient<paths>({ baseUrl: "http://localhost", fetch: async () => answer() });
  http.use(signing(hmacKey().client));
  expect((await errorOf(() => http.GET("/dapi/v1/account"))).code).toBe("REDIRECT_REFUSED");
});

test("refuses plain http beyond this machine, misspelt options and unusable keys", async () => {
  const http = createFetchClient<paths>({ baseUrl: "http://papi.binance.com" });
  http.use(signing(hmacKey().client));
  expect((await errorOf(() => http.GET("/papi/v1/account"))).message).toMatch(
    /^`baseUrl` must be https, .* clear text/,
  );
  const lookAlike = createFetchClient<paths>({ baseUrl: "https://papi.binance.com.evil.test" });
  lookAlike.use(signing(hmacKey().client));
  expect((await errorOf(() => lookAlike.GET("/papi/v1/account"))).message).toMatch(
    /must be a host of binance.com; received papi.binance.com.evil.test/,
  );
  expect((await errorOf(() => signing({ ...hmacKey().client, recvWindow: 1 } as never))).message).toMatch(
    /^signing has no option `recvWindow`\. Expected one of: apiKey, secret, privateKey, passphrase, sign, now/,
  );
  expect((await errorOf(() => signing({ apiKey: "a b", secret: "s" }))).message).toMatch(
    /^`apiKey` holds a character/,
  );
  expect((await errorOf(() => signing({ ...hmacKey().client, now: 5 as never }))).message).toBe(
    "`now` must be a function; received 5.",
  );
});
