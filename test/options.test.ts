import { expect, test } from "vitest";
import { createClient, servers } from "../src/index.js";
import { errorOf } from "./support/errors.js";
import { key, observed } from "./support/observed.js";

const ms = (name: string, received: string) =>
  `\`${name}\` must be a number of ms above 0; received ${received}.`;

test.each([
  [{ basUrl: "https://x.test" }, /^createClient has no option `basUrl`\. Expected one of: apiKey, secret/],
  [
    { servers: { spot: "https://api.binance.com" } },
    `\`servers\` has no option \`spot\`. Expected one of: ${Object.keys(servers).sort().join(", ")}.`,
  ],
  [
    { baseUrl: "https://a.test", servers: { papi: "https://b.test" } },
    "Give either `baseUrl` or `servers`, not both.",
  ],
  [{ recvWindow: 60_001 }, "`recvWindow` must be an integer from 1 to 60000 (ms); received 60001."],
  [{ timeout: -1 }, ms("timeout", "-1")],
  [{ timeout: "5s" }, ms("timeout", "a string")],
  [{ timeout: { body: 0 } }, ms("timeout.body", "0")],
  [
    { timeout: { read: 5 } },
    "`timeout` has no option `read`. Expected one of: total, connect, headers, body.",
  ],
  [{ retry: { attempts: 0 } }, "`retry.attempts` must be an integer above 0; received 0."],
  [{ retry: { baseDelay: -1 } }, "`retry.baseDelay` must be a number of ms, 0 or more; received -1."],
  [{ retry: 3 }, "`retry` must be an object of options; received 3."],
  [{ clock: "ntp" }, '`clock` must be "learn", "system" or an offset in ms; received a string.'],
  [{ validate: true }, '`validate` must be "throw", "report" or "off"; received a boolean.'],
  [{ maxBodyBytes: 0 }, "`maxBodyBytes` must be an integer above 0; received 0."],
  [{ fetch: "node" }, "`fetch` must be a function; received a string."],
  [{ now: 5 }, "`now` must be a function; received 5."],
  [
    { servers: new Map([["papi", "https://b.test"]]) },
    "`servers` must be an object of options; received an object of a class.",
  ],
  [{ passphrase: 5 }, "`passphrase` must be text; received 5."],
])("createClient %j", async (options, message) => {
  const error = await errorOf(() => createClient({ ...key, ...(options as object) }));
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    typeof message === "string" ? message : expect.stringMatching(message),
  ]);
});

test("createClient without options", async () => {
  const error = await errorOf(() => createClient(undefined as never));
  expect(error.message).toBe("createClient must be an object of options; received undefined.");
});

test.each<[message: string | RegExp, method: string, args: unknown[]]>([
  [
    "getUmAccount has no option `timeOut`. Expected one of: signal, timeout, priority.",
    "getUmAccount",
    [{}, { timeOut: 5 }],
  ],
  [ms("timeout", "0"), "getUmAccount", [{}, { timeout: 0 }]],
  [
    "getUmAccount must be an object of options; received an AbortSignal.",
    "getUmAccount",
    [{}, AbortSignal.abort()],
  ],
  ["`signal` must be an AbortSignal; received an object.", "getUmAccount", [{}, { signal: {} }]],
  [
    /^There is no operation at this path\. Expected one of: \/papi\/v1\/account, /,
    "GET",
    ["/papi/v1/um/acount"],
  ],
  [
    "GET has no option `query`. Expected one of: params, signal, timeout, priority.",
    "GET",
    ["/papi/v1/um/account", { query: {} }],
  ],
  [
    "`params` has no option `path`. Expected one of: query.",
    "GET",
    ["/papi/v1/um/account", { params: { path: {} } }],
  ],
])("a call: %s", async (message, method, args) => {
  const { binance, fetch } = observed();
  const anything = binance as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  const error = await errorOf(() => anything[method]?.(...args));
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    typeof message === "string" ? message : expect.stringMatching(message),
  ]);
  expect(fetch).not.toHaveBeenCalled();
});
