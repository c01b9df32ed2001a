import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { call, send } from "../support/raw.js";

const papi = "/papi/v1/um/account";
const dapi = "/dapi/v1/account";

describe("a request whose Host is one of Binance's", () => {
  test.each([
    ["papi.binance.com", papi, 200],
    ["PAPI.binance.com:443", papi, 200],
    ["dapi.binance.com", dapi, 200],
    ["testnet.binancefuture.com", dapi, 200],
    ["dapi.binance.com", papi, 404],
    ["papi.binance.com", dapi, 404],
    ["api.binance.com", papi, 404],
    ["binance-mock:8080", papi, 200],
    ["localhost", dapi, 200],
  ])("%s %s is answered with %d", async (host, path, status) => {
    await using mock = await startMock();
    const reply = await call(mock, path, "", { headers: { "X-MBX-APIKEY": mock.apiKey, Host: host } });
    expect(reply.status).toBe(status);
    if (status === 404) expect(reply.headers["content-type"]).toBe("text/html");
    expect(mock.journal.weights).toEqual(status === 404 ? {} : { [path === papi ? "papi" : "dapi"]: 5 });
  });

  test("is answered as the test host does where that has nothing", async () => {
    await using mock = await startMock();
    const headers = { Host: "testnet.binancefuture.com", "X-MBX-APIKEY": mock.apiKey };
    const unknown = await send(mock.url, "/dapi/v1/order?x=1", { headers, method: "POST" });
    expect([unknown.status, unknown.body]).toEqual([
      404,
      { code: -5000, msg: "Path /dapi/v1/order, Method POST is invalid" },
    ]);
    const portfolio = await call(mock, papi, "", { headers });
    expect([portfolio.status, portfolio.text]).toEqual([202, ""]);
    expect(mock.journal.entries.map(({ status, code }) => [status, code])).toEqual([
      [404, -5000],
      [202, undefined],
    ]);
  });
});

describe("the control interface", () => {
  test.each(["evil.test", "evil.test:18081", "127.0.0.1.evil.test", "localhost.evil.test"])(
    "refuses the Host %s, which a page may have made to name this machine",
    async (host) => {
      await using mock = await startMock();
      const reply = await send(mock.url, "/__mock/journal", { headers: { Host: host } });
      expect([reply.status, reply.body.title]).toEqual([
        403,
        `\`Host\` must name this machine to control the mock; received "${host}".`,
      ]);
    },
  );

  test.each(["localhost:1", "127.0.0.1:1", "[::1]:1", "mock.localhost", "192.0.2.7"])(
    "takes the Host %s",
    async (host) => {
      await using mock = await startMock();
      expect((await send(mock.url, "/__mock/health", { headers: { Host: host } })).status).toBe(200);
    },
  );

  test("takes any Host where other machines may reach it", async () => {
    await using mock = await startMock({ host: "0.0.0.0", allowRemote: true });
    const reply = await send(mock.url, "/__mock/health", { headers: { Host: "binance-mock:8080" } });
    expect(reply.status).toBe(200);
  });
});
