import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { homepage } from "../generated/package.js";
import { BinanceError, createClient } from "../src/index.js";
import { errorOf } from "./support/errors.js";
import { rsaKey } from "./support/keys.js";
import { runProgram } from "./support/process.js";
import { serve } from "./support/server.js";

const codes = [
  ...readFileSync(new URL("../src/errors.ts", import.meta.url), "utf8").matchAll(/^ {2}\| "([A-Z_]+)"/gm),
].map(([, code]) => code as BinanceError["code"]);

test("there is a code for a refusal that this version does not know", () =>
  expect(codes).toContain("REFUSED"));

// Where package.json has a homepage, help is an address on it: test/repository/pages.test.ts.
test.skipIf(homepage).each(codes)("the help of %s is a sentence and the command that explains it", (code) => {
  expect(new BinanceError(code, "").help).toMatch(
    new RegExp(`^[A-Z].*[a-z\`]\\. \`npx binance-accounts explain ${code}\` says more\\.$`),
  );
});

test.each(codes)("%s says whether asking again later may help", (code) =>
  expect(new BinanceError(code, "").retryable).toBe(
    ["RATE_LIMITED", "BANNED", "UNAVAILABLE", "TIMEOUT", "CONNECTION"].includes(code),
  ),
);

test("a connection that nobody answers may come later; one whose certificate nobody trusts does not", async () => {
  const options = { apiKey: "k", secret: "s", retry: { attempts: 1 } };
  const failing = (code: string) => ({
    ...{ ...options, baseUrl: "https://one.test" },
    fetch: () => Promise.reject(Object.assign(new Error("no"), { code })),
  });
  const refused = await errorOf(() => createClient(failing("ECONNREFUSED")).getUmAccount());
  const untrusted = await errorOf(() => createClient(failing("CERT_HAS_EXPIRED")).getUmAccount());
  expect([refused.code, refused.retryable]).toEqual(["CONNECTION", true]);
  expect([untrusted.code, untrusted.retryable]).toEqual(["CONNECTION", false]);
});

test("JSON of an error has message, help and everything else that may be printed", async () => {
  await using server = await serve((_request, response) =>
    response
      .writeHead(418, { "retry-after": "120" })
      .end('{"code":-1003,"msg":"Way too many requests; IP(198.51.100.23) banned."}'),
  );
  const error = await errorOf(() =>
    createClient({ apiKey: "k", secret: "s", baseUrl: server.url }).getCoinMAccount(),
  );
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: "BinanceError",
    code: "BANNED",
    message: "Way too many requests; IP([redacted]) banned. (-1003, HTTP 418)",
    help: error.help,
    retryable: true,
    attempts: 1,
    operationId: "getCoinMAccount",
    status: 418,
    binanceCode: -1003,
    binanceMessage: "Way too many requests; IP([redacted]) banned.",
    retryAt: expect.any(Number),
  });
  const { retryAt } = JSON.parse(JSON.stringify(error));
  expect(Math.abs(retryAt - Date.now() - 120_000)).toBeLessThan(30_000);
});

test("JSON of an error names its causes, and nothing that they say or hold", () => {
  const inner = Object.assign(new Error("signature=abc"), { code: "ECONNRESET", config: { apiKey: "abc" } });
  const cause = Object.assign(new TypeError("fetch of abc", { cause: inner }), { url: "abc" });
  const json = JSON.stringify(new BinanceError("CONNECTION", "broke", { cause, body: "abc" }));
  expect(JSON.parse(json)).toMatchObject({
    cause: { name: "TypeError", cause: { name: "Error", code: "ECONNRESET" } },
  });
  expect(json).not.toContain("abc");
  expect(JSON.stringify(new BinanceError("ABORTED", "", { cause: "abc" }))).not.toContain("abc");
});

test("an error that nobody catches prints its message and its help, and no secret", async () => {
  const { client } = rsaKey();
  const script = `
    import { createClient } from "./src/index.ts";
    await createClient({ ...${JSON.stringify(client)}, baseUrl: "http://127.0.0.1:1", retry: { attempts: 1 } }).getUmAccount();`;
  const { code, stderr } = await runProgram(process.execPath, [
    ...["--import", "tsx", "--input-type=module", "--eval", script],
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain("The connection to 127.0.0.1:1 could not be made");
  expect(stderr).toContain("npx binance-accounts explain CONNECTION");
  expect(stderr).not.toContain(client.apiKey);
});
