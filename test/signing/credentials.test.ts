import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ClientOptions, type Credentials, createClient } from "../../src/index.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

const { client: key } = hmacKey();
const account = '{"assets":[],"positions":[]}';

/** A client whose requests are kept, answered by API key. */
function observed(options: object, statusOf: (apiKey: string) => number = () => 200) {
  const sent: { apiKey: string; signature: string; payload: string }[] = [];
  const binance = createClient({
    retry: { baseDelay: 0 },
    fetch: async (url: string, { headers }: RequestInit) => {
      const [, payload = "", signature = ""] = /\?(.*)&signature=(.*)$/.exec(url) ?? [];
      const apiKey = new Headers(headers).get("x-mbx-apikey") ?? "";
      sent.push({ apiKey, signature: decodeURIComponent(signature), payload });
      const status = statusOf(apiKey);
      return new Response(status === 200 ? account : '{"code":-2015,"msg":"Invalid API-key."}', { status });
    },
    ...options,
  } as ClientOptions);
  return { binance, sent };
}

describe("a signer of the caller's", () => {
  const byHand = (payload: string) => createHmac("sha256", "elsewhere").update(payload).digest("hex");

  test.each([
    ["at once", byHand],
    ["later", async (payload: string) => byHand(payload)],
  ])("signs %s what is sent", async (_when, sign) => {
    const { binance, sent } = observed({ apiKey: "key", sign });
    await binance.getUmAccount();
    expect(sent[0]?.signature).toBe(byHand(sent[0]?.payload ?? ""));
  });

  test("gives base64 that is percent-encoded for it", async () => {
    const { binance, sent } = observed({ apiKey: "key", sign: async () => "ab+/cd+/ab+/cd+/ab==" });
    await binance.getUmAccount();
    expect(sent[0]?.signature).toBe("ab+/cd+/ab+/cd+/ab==");
  });

  test.each([
    ["nothing", () => undefined, "received undefined"],
    ["bytes", () => new Uint8Array(32), "received an object of a class"],
    ["an empty text", () => "", "received a string"],
  ])("that gives %s is named", async (_what, sign, received) => {
    const { binance, sent } = observed({ apiKey: "key", sign });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message, sent]).toEqual([
      "INVALID_KEY",
      `\`sign\` must resolve with a signature as text, hex or base64; ${received}.`,
      [],
    ]);
  });

  test("that fails is named, without what it said", async () => {
    const sign = () => Promise.reject(Object.assign(new Error("token=secret"), { code: "ECONNREFUSED" }));
    const { binance } = observed({ apiKey: "key", sign });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message]).toEqual([
      "INVALID_KEY",
      "`sign` must resolve with a signature; it failed.",
    ]);
    expect(`${error.stack} ${String(error.cause)}`).not.toContain("token");
  });
});

describe("credentials that are asked for", () => {
  test("are asked for once, by calls at once, and kept", async () => {
    let asked = 0;
    const credentials = async () => {
      asked += 1;
      return key;
    };
    const { binance, sent } = observed({ credentials });
    expect(asked).toBe(0);
    await Promise.all([1, 2, 3].map(() => binance.getUmAccount()));
    await binance.getUmAccount();
    expect([asked, sent.length, sent[3]?.apiKey]).toEqual([1, 4, key.apiKey]);
  });

  test("rotate without a new client, and without a failed call", async () => {
    let name = "old";
    const credentials = () => ({ apiKey: `${name}-key`, secret: name });
    let revoked = "";
    const { binance, sent } = observed({ credentials }, (apiKey) => (apiKey === revoked ? 401 : 200));
    await binance.getUmAccount();
    name = "new";
    revoked = "old-key";
    await binance.getUmAccount();
    expect(sent.map(({ apiKey }) => apiKey)).toEqual(["old-key", "old-key", "new-key"]);
  });

  test("that are refused and do not change are an error, after one question more", async () => {
    let asked = 0;
    const credentials = () => {
      asked += 1;
      return key;
    };
    const { binance, sent } = observed({ credentials }, () => 401);
    expect((await errorOf(() => binance.getUmAccount())).code).toBe("UNAUTHORIZED");
    expect([asked, sent.length]).toEqual([2, 1]);
  });

  test("are asked for again when the caller says so", async () => {
    let asked = 0;
    const { binance, sent } = observed({ credentials: () => ({ ...key, apiKey: `key-${++asked}` }) });
    await binance.getUmAccount();
    binance.refreshCredentials();
    await binance.getUmAccount();
    expect(sent.map(({ apiKey }) => apiKey)).toEqual(["key-1", "key-2"]);
  });

  test("that cannot be had are named, and asked for again by the next call", async () => {
    let asked = 0;
    const credentials = async (): Promise<Credentials> => {
      asked += 1;
      if (asked === 1) throw Object.assign(new Error("password=hunter2"), { code: "ETIMEDOUT" });
      return key;
    };
    const { binance } = observed({ credentials });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message, error.attempts]).toEqual([
      "INVALID_KEY",
      "`credentials` must resolve with an API key and its secret; it failed.",
      0,
    ]);
    expect(`${error.stack} ${String(error.cause)}`).not.toContain("hunter2");
    expect(await binance.getUmAccount()).toEqual(JSON.parse(account));
  });

  test.each([
    [{ apiKey: "key" }, "INVALID_ARGUMENT", /^Give one of `secret`/],
    [{ apiKey: "", secret: "s" }, "INVALID_KEY", /^`apiKey` is empty/],
    [{ ...key, region: "eu" }, "INVALID_ARGUMENT", /^The result of `credentials` has no option `region`/],
    [
      "key",
      "INVALID_ARGUMENT",
      /^The result of `credentials` must be an object of options; received a string/,
    ],
  ])("%o is no credentials", async (given, code, message) => {
    const { binance } = observed({ credentials: () => given });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)]);
  });

  test("that never come end with the call's time, or with its signal", async () => {
    const { binance } = observed({ credentials: () => new Promise(() => {}), timeout: 50 });
    const late = await errorOf(() => binance.getUmAccount());
    expect([late.code, late.phase, late.attempts]).toEqual(["TIMEOUT", "total", 0]);
    const controller = new AbortController();
    const ended = errorOf(() => binance.getUmAccount({}, { signal: controller.signal, timeout: 10_000 }));
    controller.abort();
    expect((await ended).code).toBe("ABORTED");
  });

  test("and fixed ones exclude each other", async () => {
    const error = await errorOf(() => createClient({ credentials: () => key, apiKey: "a" } as never));
    expect(error.message).toBe("Give either `credentials` or `apiKey`, not both.");
  });
});
