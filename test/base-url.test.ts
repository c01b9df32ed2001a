import { expect, test } from "vitest";
import { createClient } from "../src/index.js";
import { errorOf } from "./support/errors.js";
import { key } from "./support/observed.js";

const absolute = (received: string) =>
  `\`baseUrl\` must be an absolute URL such as https://papi.binance.com; received ${received}.`;

test.each([
  [{ baseUrl: "papi.binance.com" }, absolute("a string")],
  [{ baseUrl: "localhost:8080" }, absolute("a string")],
  [{ baseUrl: null }, absolute("null")],
  [
    { servers: { papi: null } },
    "`servers.papi` must be an absolute URL such as https://papi.binance.com; received null.",
  ],
  [
    { baseUrl: "http://papi.binance.com" },
    "`baseUrl` must be https, or http on this machine; received http://, which would send the API key in clear text.",
  ],
  [
    { baseUrl: "http://binance-mock:8080" },
    "`baseUrl` must be https, or http on this machine; received http://, which would send the API key in clear text. For a mock on another machine set `allowHttp: true`.",
  ],
  [{ baseUrl: "http://papi.binance.com", allowHttp: true }, /clear text\.$/],
  [{ servers: { dapi: "http://testnet.binancefuture.com." }, allowHttp: true }, /clear text\.$/],
  [{ baseUrl: "ftp://binance-mock", allowHttp: true }, /clear text\.$/],
  [{ allowHttp: "yes" }, "`allowHttp` must be true or false; received a string."],
  [{ baseUrl: "http://127.0.0.1.evil.test" }, /clear text/],
  [{ baseUrl: "ftp://localhost" }, /clear text/],
  [
    { baseUrl: "https://papi.binance.com@evil.test" },
    "`baseUrl` must have no user name or password; the host is what stands behind the @.",
  ],
  [
    { baseUrl: "https://papi.binance.com.evil.test" },
    "`baseUrl` must be a host of binance.com; received papi.binance.com.evil.test, which only looks like it.",
  ],
  [
    { baseUrl: "https://notbinance.com" },
    /^`baseUrl` must be a host of binance.com; received notbinance.com/,
  ],
  [
    { servers: { dapi: "https://testnet.binancefuture.com.evil.test" } },
    /^`servers.dapi` must be a host of binancefuture.com/,
  ],
  [{ baseUrl: "https://papi.binance.com/?x=1" }, /received a query or fragment/],
  [{ baseUrl: "https://papi.binance.com/#" }, /received a query or fragment/],
])("%j", async (options, message) => {
  const error = await errorOf(() => createClient({ ...key, ...(options as object) }));
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    typeof message === "string" ? message : expect.stringMatching(message),
  ]);
});

test("plain http to a mock on another machine can be allowed", () =>
  expect(() => createClient({ ...key, baseUrl: "http://binance-mock:8080", allowHttp: true })).not.toThrow());

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
