import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operations } from "../generated/operations.js";
import { checkParameters, type ParameterRule } from "../src/parameters.js";
import { encodeQuery } from "../src/signing/query.js";
import { errorOf } from "./support/errors.js";
import { observed } from "./support/observed.js";

const { binance, fetch } = observed();
const anything = binance as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
const thrower = Object.defineProperty({}, "pair", {
  enumerable: true,
  get() {
    throw new Error("boom");
  },
});
const window = (received: string) =>
  `\`recvWindow\` must be an integer from 1 to 60000; received ${received}.`;
const object = (received: string) => `The parameters must be a plain object; received ${received}.`;
const text = (received: string) => `\`pair\` must be text; received ${received}.`;

test.each<[message: string, method: string, parameters: unknown]>([
  [window("0"), "getUmAccount", { recvWindow: 0 }],
  [window("-1"), "getUmAccount", { recvWindow: -1 }],
  [window("60001"), "getUmAccount", { recvWindow: 60001 }],
  [window("NaN"), "getUmAccount", { recvWindow: Number.NaN }],
  [window("Infinity"), "getUmAccount", { recvWindow: Number.POSITIVE_INFINITY }],
  [window("5000.5"), "getUmAccount", { recvWindow: 5000.5 }],
  [window("a string"), "getUmAccount", { recvWindow: "5e3" }],
  [window("a bigint"), "getUmAccount", { recvWindow: 1n }],
  [window("null"), "getUmAccount", { recvWindow: null }],
  ["`timestamp` is added by the client; leave it out.", "getUmAccount", { timestamp: 1 }],
  ["`signature` is added by the client; leave it out.", "getUmAccount", { signature: "x" }],
  [
    "`pair` is not a parameter of /papi/v1/um/account. Expected one of: recvWindow.",
    "getUmAccount",
    { pair: "BTCUSD" },
  ],
  [
    "`constructor` is not a parameter of /papi/v1/um/account. Expected one of: recvWindow.",
    "getUmAccount",
    { constructor: "x" },
  ],
  [object("a string"), "getUmAccount", "BTCUSD"],
  [object("null"), "getUmAccount", null],
  [object("an array"), "getUmAccount", []],
  [object("an object of a class"), "getCmPositionRisk", new Map([["pair", "BTCUSD"]])],
  [object("an object of a class"), "getCmPositionRisk", new URLSearchParams("pair=BTCUSD")],
  ["`pair` must not be empty; leave it out to send none.", "getCmPositionRisk", { pair: "" }],
  [text("an array"), "getCmPositionRisk", { pair: ["BTCUSD"] }],
  [text("an object"), "getCmPositionRisk", { pair: {} }],
  [
    "`pair` must be text that has an encoding; received half of a surrogate pair.",
    "getCmPositionRisk",
    { pair: "\udfff" },
  ],
  ["An object cannot be read: one of its properties throws.", "getCmPositionRisk", thrower],
  [
    "`marginAsset` and `pair` exclude each other; send one of them.",
    "getCmPositionRisk",
    { pair: "BTCUSD", marginAsset: "BTC" },
  ],
])("%s", async (message, method, parameters) => {
  const error = await errorOf(() => anything[method]?.(parameters));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", message]);
  expect(fetch).not.toHaveBeenCalled();
});

test("a polluted Object.prototype adds no parameter", async () => {
  const { binance, url } = observed();
  const prototype = Object.prototype as { pair?: string };
  try {
    prototype.pair = "BTCUSD";
    await binance.getUmAccount();
  } finally {
    delete prototype.pair;
  }
  expect([...url().searchParams.keys()]).toEqual(["timestamp", "signature"]);
});

// Kinds of parameters that no operation of the document has today.
const rules: Record<string, ParameterRule> = {
  side: { type: "string", enum: ["BUY", "SELL"] },
  onlyOpen: { type: "boolean" },
  page: { type: "integer", minimum: 1, enum: [1, 2, 3] },
  symbols: { type: "array", items: { type: "string", minLength: 1 }, sent: "joined", maxItems: 3 },
  ids: { type: "array", items: { type: "integer", minimum: 0 }, sent: "repeated", minItems: 2 },
  code: { type: "string", pattern: "^[A-Z]{3}$" },
  note: { type: "string", minLength: 2, maxLength: 4 },
};
const operation = (required: string[] = []) =>
  ({
    ...operations.getUmAccount,
    parameters: Object.fromEntries(
      Object.entries(rules).map(([name, rule]) => [name, { ...rule, required: required.includes(name) }]),
    ),
  }) as never;

describe("kinds of parameters", () => {
  test.each([
    [{ onlyOpen: true, side: "SELL" }, "onlyOpen=true&side=SELL"],
    [{ onlyOpen: false }, "onlyOpen=false"],
    [{ symbols: ["BTCUSDT", "币安人生USDT"] }, "symbols=BTCUSDT%2C%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT"],
    [{ ids: [0, 7, 7] }, "ids=0&ids=7&ids=7"],
    [{ page: 2, code: "ABC", note: "éé" }, "page=2&code=ABC&note=%C3%A9%C3%A9"],
  ])("%j is sent as %s", (given, query) =>
    expect(encodeQuery(checkParameters(operation(), given, undefined))).toBe(query),
  );

  test.each([
    [{ side: "buy" }, "`side` must be one of BUY, SELL; received a string."],
    [{ onlyOpen: "true" }, "`onlyOpen` must be a boolean; received a string."],
    [{ page: 4 }, "`page` must be one of 1, 2, 3; received 4."],
    [{ symbols: "BTCUSDT" }, "`symbols` must be a list, each item text; received a string."],
    [{ symbols: [] }, "`symbols` must have 1 to 3 items; received 0."],
    [{ symbols: ["a", "b", "c", "d"] }, "`symbols` must have 1 to 3 items; received 4."],
    [{ symbols: ["a", 5] }, "`symbols[1]` must be text; received 5."],
    [{ symbols: ["a", ""] }, "`symbols[1]` must not be empty; leave it out to send none."],
    [{ symbols: ["a,b"] }, "`symbols` must have items without a comma, which separates them."],
    [{ ids: [1] }, "`ids` must have 2 or more items; received 1."],
    [{ ids: [1, -1] }, "`ids[1]` must be an integer from 0; received -1."],
    [{ code: "abc" }, "`code` must be text that matches ^[A-Z]{3}$; received a string."],
    [{ note: "abcde" }, "`note` must be text of 2 to 4 characters; received a string."],
  ])("%j: %s", async (given, message) => {
    const error = await errorOf(() => checkParameters(operation(), given, undefined));
    expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", message]);
  });

  test("what is required is asked for", async () => {
    const error = await errorOf(() => checkParameters(operation(["symbols"]), { page: 1 }, undefined));
    expect(error.message).toBe("`symbols` is required by /papi/v1/um/account.");
  });

  test("a list is copied, and read back from the query as it was given", () => {
    const symbols = fc.array(
      fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !text.includes(",")),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(symbols, fc.array(fc.nat(), { minLength: 2, maxLength: 5 }), (symbols, ids) => {
        const query = new URLSearchParams(
          encodeQuery(checkParameters(operation(), { symbols, ids }, undefined)).replaceAll("+", "%2B"),
        );
        expect(query.get("symbols")?.split(",")).toEqual(symbols);
        expect(query.getAll("ids")).toEqual(ids.map(String));
      }),
    );
  });
});
