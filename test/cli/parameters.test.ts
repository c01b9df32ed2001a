import { describe, expect, test } from "vitest";
import { flagOf, readParameters } from "../../src/cli/parameters.js";
import type { Parameter, Schema } from "../../src/document.js";

const parameter = (name: string, schema: Schema): Parameter => ({ name, description: "", schema });
const parameters = [
  parameter("pair", { type: "string" }),
  parameter("recvWindow", { type: "integer" }),
  parameter("share", { type: "number" }),
  parameter("onlyOpen", { type: "boolean" }),
  parameter("side", { $ref: "#/components/schemas/PositionSide" }),
  parameter("kind", { type: "string", enum: ["SPOT", "FUTURES"] }),
  parameter("symbols", { type: "array", items: { type: "string" } }),
  parameter("ids", { type: "array", items: { type: "integer" } }),
  parameter("marks", { type: "array", items: { type: "boolean" } }),
  parameter("maybe", { type: ["integer", "null"] }),
];
const read = (texts: Record<string, string[]>) => readParameters(parameters, (name) => texts[name] ?? []);

describe("readParameters", () => {
  test.each<[texts: Record<string, string[]>, values: Record<string, unknown>]>([
    [{}, {}],
    [{ pair: ["BTCUSD"] }, { pair: "BTCUSD" }],
    [{ pair: ["5"] }, { pair: "5" }],
    [{ recvWindow: ["3000"] }, { recvWindow: 3000 }],
    [{ recvWindow: ["-1"] }, { recvWindow: -1 }],
    [{ share: ["-0.5"] }, { share: -0.5 }],
    [{ onlyOpen: ["true"] }, { onlyOpen: true }],
    [{ onlyOpen: ["false"] }, { onlyOpen: false }],
    [{ symbols: ["BTCUSDT,ETHUSDT"] }, { symbols: ["BTCUSDT", "ETHUSDT"] }],
    [{ symbols: ["BTCUSDT", "ETHUSDT"] }, { symbols: ["BTCUSDT", "ETHUSDT"] }],
    [{ symbols: ["A,B", "C"] }, { symbols: ["A", "B", "C"] }],
    [{ symbols: ["A"] }, { symbols: ["A"] }],
    [{ ids: ["1,2", "3"] }, { ids: [1, 2, 3] }],
    [{ marks: ["true,false"] }, { marks: [true, false] }],
    [{ maybe: ["7"] }, { maybe: 7 }],
  ])("%j is %j", (texts, values) => expect(read(texts)).toEqual(values));

  test.each<[texts: Record<string, string[]>, message: string]>([
    [{ recvWindow: ["5s"] }, '--recvWindow must be a whole number; received "5s".'],
    [{ recvWindow: ["1.5"] }, '--recvWindow must be a whole number; received "1.5".'],
    [{ recvWindow: [""] }, '--recvWindow must be a whole number; received "".'],
    [{ share: ["1e3"] }, '--share must be a number; received "1e3".'],
    [{ onlyOpen: ["yes"] }, '--onlyOpen must be true or false; received "yes".'],
    [{ onlyOpen: ["TRUE"] }, '--onlyOpen must be true or false; received "TRUE".'],
    [{ ids: ["1,x"] }, '--ids must be a whole number; received "x".'],
    [{ ids: ["1,"] }, '--ids must be a whole number; received "".'],
    [{ pair: ["A", "B"] }, '--pair must be given once; received "A" and "B".'],
  ])("%j is refused", (texts, message) => expect(() => read(texts)).toThrow(message));
});

test("flags say what they take", () =>
  expect(parameters.map(flagOf)).toEqual([
    "--pair <text>",
    "--recvWindow <number>",
    "--share <number>",
    "--onlyOpen true|false",
    "--side BOTH|LONG|SHORT",
    "--kind SPOT|FUTURES",
    "--symbols <text,...>",
    "--ids <integer,...>",
    "--marks <boolean,...>",
    "--maybe <number>",
  ]));
