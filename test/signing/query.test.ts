import { createHmac, createPublicKey, verify } from "node:crypto";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { encode, encodeQuery } from "../../src/signing/query.js";
import { errorOf } from "../support/errors.js";
import { everyKindOfKey } from "../support/keys.js";
import { runs } from "../support/world.js";

const text = fc.oneof(fc.string({ minLength: 1 }), fc.string({ unit: "binary", minLength: 1 }));

test("encoding loses nothing, and a URL parser has nothing to rewrite in it", () => {
  fc.assert(
    fc.property(text, (value) => {
      expect(decodeURIComponent(encode(value))).toBe(value);
      expect(encode(value)).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
      expect(new URL(`http://host/?pair=${encode(value)}`).search).toBe(`?pair=${encode(value)}`);
    }),
    { numRuns: runs(2000) },
  );
});

test("everything but the unreserved characters of RFC 3986 is escaped", () => {
  expect(encode("AZaz09-._~")).toBe("AZaz09-._~");
  expect(encode("!'()* +%/?#[]@&=:;,$\"<>")).toBe(
    "%21%27%28%29%2A%20%2B%25%2F%3F%23%5B%5D%40%26%3D%3A%3B%2C%24%22%3C%3E",
  );
});

test("parameters keep their order, undefined ones are left out, inherited ones never go along", () => {
  const parameters = Object.assign(Object.create({ inherited: 1 }), { b: "2", none: undefined, a: 1 });
  expect(encodeQuery(parameters)).toBe("b=2&a=1");
});

test("half of a surrogate pair is refused by name", async () => {
  const error = await errorOf(() => encodeQuery({ pair: "\ud800" }));
  expect([error.code, error.message]).toEqual([
    "INVALID_ARGUMENT",
    expect.stringMatching(/^`pair` must be text that has an encoding; received half of a surrogate pair/),
  ]);
});

describe("the bytes signed are the bytes sent", () => {
  const keys = everyKindOfKey();
  const mocks = startMock({ keys: keys.map((key) => key.mock) });
  afterAll(async () => (await mocks).close());

  test.each(keys)(
    "whatever a parameter holds, the mock accepts the signature of $kind",
    async ({ client }) => {
      const binance = createClient({ ...client, baseUrl: (await mocks).url });
      await fc.assert(
        fc.asyncProperty(text, async (marginAsset) => {
          expect(await binance.getCmPositionRisk({ marginAsset })).toBeInstanceOf(Array);
        }),
        { numRuns: 100 },
      );
    },
  );

  test.each(keys)("an independent verifier accepts the bytes sent with $kind", async ({ client, mock }) => {
    const verifier = "secret" in mock ? undefined : createPublicKey(mock.publicKey);
    const parameters = fc.record(
      { pair: text, recvWindow: fc.integer({ min: 1, max: 60_000 }) },
      { requiredKeys: [] },
    );
    let sent = "";
    const fetch = async (url: string) => {
      sent = url;
      return new Response("[]");
    };
    const binance = createClient({ ...client, fetch });
    await fc.assert(
      fc.asyncProperty(parameters, async (given) => {
        await binance.getCmPositionRisk(given);
        const [, payload = "", signature = ""] = /\?(.*)&signature=([^&]*)$/.exec(sent) ?? [];
        expect(new URL(sent).href).toBe(sent);
        const raw = decodeURIComponent(signature);
        if (verifier)
          expect(
            verify(
              verifier.asymmetricKeyType === "rsa" ? "sha256" : null,
              Buffer.from(payload),
              verifier,
              Buffer.from(raw, "base64"),
            ),
          ).toBe(true);
        else expect(createHmac("sha256", String(client.secret)).update(payload).digest("hex")).toBe(raw);
        const received = new URLSearchParams(payload);
        expect(received.get("pair") ?? undefined).toBe(given.pair);
        expect(received.get("recvWindow") ?? undefined).toBe(
          given.recvWindow === undefined ? undefined : String(given.recvWindow),
        );
      }),
      { numRuns: runs(200) },
    );
  });

  const awkward = [
    "a b",
    "it's",
    "1+1=2",
    "100%",
    "x&signature=y",
    "a#b",
    "line\nbreak",
    "🚀",
    "币安人生USDT",
    "!'()*",
    "a/b?c",
    '"\\',
    "\u0000",
  ];
  test.each(awkward)("%j is carried exactly", async (marginAsset) => {
    let sent = "";
    const [key] = keys;
    const binance = createClient({
      ...(key as (typeof keys)[number]).client,
      baseUrl: (await mocks).url,
      fetch: (url, init) => {
        sent = url;
        return fetch(url, init);
      },
    });
    await binance.getCmPositionRisk({ marginAsset });
    const received = new URLSearchParams(sent.slice(sent.indexOf("?")));
    expect(received.get("marginAsset")).toBe(marginAsset);
    expect([...received.keys()]).toEqual(["marginAsset", "timestamp", "signature"]);
  });
});
