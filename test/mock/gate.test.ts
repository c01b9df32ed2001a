import { afterAll, describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { startMock } from "../../src/mock/index.js";
import { createSigner } from "../../src/signing/keys.js";
import { document, resolve } from "../support/document.js";
import { everyKindOfKey, type TestKey } from "../support/keys.js";
import { hasOpenssl, opensslSign } from "../support/openssl.js";
import { send as sendTo } from "../support/raw.js";

const now = 1_657_707_212_154;
const keys = everyKindOfKey();
const [hmac, rsa, ed25519] = keys as [TestKey, TestKey, TestKey];
const mock = await startMock({ keys: keys.map((key) => key.mock), now: () => now });
afterAll(() => mock.close());

const send = (target: string, headers: Record<string, string> = {}) => sendTo(mock.url, target, { headers });

const risk = "/papi/v1/cm/positionRisk";
const keyHeader = ({ client }: TestKey) => ({ "X-MBX-APIKEY": client.apiKey });

/** A query with the signature that belongs to it. */
async function signed(query: string, key = hmac): Promise<string> {
  return `${risk}?${query}&signature=${encodeURIComponent(await createSigner(key.client)(query))}`;
}

const flip = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === "a" ? "b" : "a") + text.slice(at + 1);

describe("what Binance refuses", () => {
  const notPermitted = "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1";
  const notValid = "Signature for this request is not valid.";
  const outside = "Timestamp for this request is outside of the recvWindow.";
  const ahead = "Timestamp for this request was 1000ms ahead of the server's time.";
  const mandatory = (name: string) =>
    `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`;
  const hex = "0".repeat(64);

  test.each<[what: string, target: string | Promise<string>, status: number, code: number, msg: string]>([
    [
      "a parameter named like a method",
      signed(`toString=1&timestamp=${now}`),
      400,
      -1104,
      "Not all sent parameters were read; read '2' parameter(s) but was sent '3'.",
    ],
    [
      "a signature whose name is encoded",
      signed(`timestamp=${now}`).then((t) => t.replace("&signature", "&%73ignature")),
      400,
      -1022,
      notValid,
    ],
    [
      "a duplicate parameter",
      signed(`pair=A&pair=A&timestamp=${now}`),
      400,
      -1101,
      "Duplicate values for a parameter detected.",
    ],
    [
      "a duplicate signature",
      `${risk}?timestamp=${now}&signature=${hex}&signature=${hex}`,
      400,
      -1101,
      "Duplicate values for a parameter detected.",
    ],
    ["no query", risk, 400, -1102, mandatory("timestamp")],
    ["no timestamp", signed("pair=A"), 400, -1102, mandatory("timestamp")],
    ["an empty timestamp", signed("timestamp="), 400, -1102, mandatory("timestamp")],
    ["a timestamp that is no number", signed("timestamp=today"), 400, -1102, mandatory("timestamp")],
    ["a timestamp with an exponent", signed("timestamp=1e12"), 400, -1102, mandatory("timestamp")],
    ["no signature", `${risk}?timestamp=${now}`, 400, -1102, mandatory("signature")],
    ["an empty signature", `${risk}?timestamp=${now}&signature=`, 400, -1102, mandatory("signature")],
    [
      "an unknown parameter",
      signed(`pari=A&timestamp=${now}`),
      400,
      -1104,
      "Not all sent parameters were read; read '2' parameter(s) but was sent '3'.",
    ],
    ["an empty parameter", signed(`pair=&timestamp=${now}`), 400, -1105, "Parameter 'pair' was empty."],
    [
      "two that exclude each other",
      signed(`marginAsset=BTC&pair=A&timestamp=${now}`),
      400,
      -1128,
      "Combination of optional parameters invalid.",
    ],
    [
      "a broken escape",
      signed(`pair=%zz&timestamp=${now}`),
      400,
      -1100,
      "Illegal characters found in a parameter.",
    ],
    [
      "a recvWindow of 0",
      signed(`recvWindow=0&timestamp=${now}`),
      400,
      -1130,
      "Data sent for parameter 'recvWindow' is not valid.",
    ],
    [
      "a negative recvWindow",
      signed(`recvWindow=-1&timestamp=${now}`),
      400,
      -1130,
      "Data sent for parameter 'recvWindow' is not valid.",
    ],
    [
      "a recvWindow in parts of a ms",
      signed(`recvWindow=5.5&timestamp=${now}`),
      400,
      -1130,
      "Data sent for parameter 'recvWindow' is not valid.",
    ],
    [
      "a recvWindow beyond the limit",
      signed(`recvWindow=60001&timestamp=${now}`),
      400,
      -1131,
      "recvWindow must be less than 60000.",
    ],
    ["a timestamp 1000 ms ahead", signed(`timestamp=${now + 1000}`), 400, -1021, ahead],
    ["a timestamp older than 5000 ms", signed(`timestamp=${now - 5001}`), 400, -1021, outside],
    [
      "a timestamp older than recvWindow",
      signed(`recvWindow=100&timestamp=${now - 101}`),
      400,
      -1021,
      outside,
    ],
    ["a timestamp in seconds", signed(`timestamp=${Math.floor(now / 1000)}`), 400, -1021, outside],
    [
      "a signature of another text",
      signed(`timestamp=${now}`).then((t) => t.replace("timestamp", "pair=A&timestamp")),
      400,
      -1022,
      notValid,
    ],
    [
      "a signature that is not last",
      signed(`timestamp=${now}`).then((t) => `${t.replace(/\?(.*)&(.*)/, "?$2&$1")}`),
      400,
      -1022,
      notValid,
    ],
    [
      "a signature with a digit too many",
      signed(`timestamp=${now}`).then((t) => `${t}0`),
      400,
      -1022,
      notValid,
    ],
    [
      "a signature that is not hex",
      `${risk}?timestamp=${now}&signature=${"g".repeat(64)}`,
      400,
      -1022,
      notValid,
    ],
    [
      "an HMAC signature in base64",
      `${risk}?timestamp=${now}&signature=${"A".repeat(43)}%3D`,
      400,
      -1022,
      notValid,
    ],
    ["a pair that has no contract", signed(`pair=BTCUSDT&timestamp=${now}`), 400, -4144, "Invalid pair."],
    [
      "a text that was encoded after it was signed",
      signed(`pair='&timestamp=${now}`).then((t) => t.replace("'", "%27")),
      400,
      -1022,
      notValid,
    ],
  ])("%s", async (_what, target, status, code, msg) => {
    const reply = await send(await target, keyHeader(hmac));
    expect([reply.status, reply.body]).toEqual([status, { code, msg }]);
  });

  test.each([
    ["no API key", {}, -2014, "API-key format invalid."],
    ["an API key in quotes", { "X-MBX-APIKEY": `"${hmac.client.apiKey}"` }, -2014, "API-key format invalid."],
    ["an unknown API key", { "X-MBX-APIKEY": "unknown" }, -2015, notPermitted],
    ["an API key with a space in it", { "X-MBX-APIKEY": "my key" }, -2014, "API-key format invalid."],
    [
      "an API key in the placeholder of a page",
      { "X-MBX-APIKEY": "<your key>" },
      -2014,
      "API-key format invalid.",
    ],
    ["the API key in capitals", { "X-MBX-APIKEY": hmac.client.apiKey.toUpperCase() }, -2015, notPermitted],
    ["somebody else's API key", keyHeader(rsa), -1022, notValid],
  ])("%s", async (_what, headers, code, msg) => {
    const reply = await send(await signed(`timestamp=${now}`), headers as Record<string, string>);
    expect(reply.body).toEqual({ code, msg });
    expect(reply.status).toBe(code === -1022 ? 400 : 401);
  });

  test.each([
    [rsa, "not percent-encoded", (s: string) => s],
    [rsa, "cut short", (s: string) => encodeURIComponent(s.slice(0, -4))],
    [rsa, "in lower case", (s: string) => encodeURIComponent(s.toLowerCase())],
    [rsa, "without padding", (s: string) => encodeURIComponent(s.replace(/=+$/, ""))],
    [ed25519, "as hex", (s: string) => Buffer.from(s, "base64").toString("hex")],
    [
      ed25519,
      "in base64url",
      (s: string) => s.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "%3D"),
    ],
  ] as const)("a signature of $kind %s", async (key, _what, write) => {
    // Some signatures hold none of the characters that matter here; a later timestamp gives another one.
    for (let timestamp = now; ; timestamp--) {
      const query = `timestamp=${timestamp}`;
      const signature = await createSigner(key.client)(query);
      if (!signature.includes("+") || !/[A-Z]/.test(signature)) continue;
      const reply = await send(`${risk}?${query}&signature=${write(signature)}`, keyHeader(key));
      expect([reply.status, reply.body.code]).toEqual([400, -1022]);
      return;
    }
  });
});

describe("what Binance accepts", () => {
  test.each<[what: string, target: Promise<string>]>([
    ["a timestamp 999 ms ahead", signed(`timestamp=${now + 999}`)],
    ["a timestamp 5000 ms old", signed(`timestamp=${now - 5000}`)],
    ["a timestamp as old as the widest recvWindow", signed(`recvWindow=60000&timestamp=${now - 60_000}`)],
    [
      "hex in capitals",
      signed(`timestamp=${now}`).then((t) => t.replace(/[0-9a-f]{64}/, (hex) => hex.toUpperCase())),
    ],
    ["parameters in another order", signed(`timestamp=${now}&pair=BTCUSD`)],
    ["bytes beyond ASCII, percent-encoded", signed(`marginAsset=%E5%B8%81&timestamp=${now}`)],
  ])("%s", async (_what, target) => {
    expect((await send(await target, keyHeader(hmac))).status).toBe(200);
  });
});

describe.skipIf(!hasOpenssl).each(keys)("a request signed by openssl with $kind", (key) => {
  const query = `pair=BTCUSD&timestamp=${now}`;
  const signature = opensslSign(key, query);

  test("is accepted", async () => {
    const reply = await send(`${risk}?${query}&signature=${encodeURIComponent(signature)}`, keyHeader(key));
    expect(reply.status).toBe(200);
  });

  test("is refused with -1022 when one bit of the signature is flipped, whichever it is", async () => {
    const bytes = Buffer.from(signature, key.kind === "HMAC" ? "hex" : "base64");
    for (const bit of [0, 7, 8, bytes.length * 4, bytes.length * 8 - 1]) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const text = flipped.toString(key.kind === "HMAC" ? "hex" : "base64");
      const reply = await send(`${risk}?${query}&signature=${encodeURIComponent(text)}`, keyHeader(key));
      expect([reply.status, reply.body.code]).toEqual([400, -1022]);
    }
  });

  test("is refused with -1022 when one character of the query is changed", async () => {
    const reply = await send(
      `${risk}?${flip(query, 5)}&signature=${encodeURIComponent(signature)}`,
      keyHeader(key),
    );
    expect([reply.status, reply.body.code]).toEqual([400, -1022]);
  });
});

test("every refusal has a status and a code that the document gives as an example", async () => {
  const { rules } = await import("../../src/mock/gate.js");
  const { get: operation } = document.paths[operations.getCmPositionRisk.path] ?? {};
  for (const { status, code } of rules) {
    const { $ref = "" } = operation?.responses[status] ?? {};
    const response = resolve<{
      content: { "application/json": { examples: Record<string, { value: { code: number } }> } };
    }>($ref);
    const codes = Object.values(response.content["application/json"].examples).map(({ value }) => value.code);
    expect(codes).toContain(code);
  }
});
