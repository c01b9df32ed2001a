import { describe, expect, test } from "vitest";
import { anonymise } from "../../src/cli/anonymise.js";
import { openapi } from "../../src/document.js";
import { examples } from "../support/document.js";

const example = (id: string) => {
  const found = examples.find(({ operationId }) => operationId === id)?.value;
  return structuredClone(found) as { positions: Record<string, unknown>[]; [name: string]: unknown };
};

/** An account with these fields in place of those of its first position. */
function withPosition(fields: Record<string, unknown>) {
  const account = example("getUmAccount");
  account.positions = [{ ...account.positions[0], ...fields }];
  const { answers, leftOut } = anonymise({ getUmAccount: account });
  const [position = {}] = (answers.getUmAccount as typeof account).positions;
  return { position, leftOut };
}

describe("anonymise", () => {
  test("multiplies amounts by one number and leaves prices, leverages and zeros", () => {
    const { position, leftOut } = withPosition({
      ...{
        initialMargin: "200",
        maintMargin: "0.10000000",
        positionAmt: "-400.000",
        unrealizedProfit: "0.00000000",
      },
      ...{ entryPrice: "11707.70000003", leverage: "20" },
    });
    expect(position).toMatchObject({
      entryPrice: "11707.70000003",
      leverage: "20",
      unrealizedProfit: "0.00000000",
    });
    const factor = Number(position.positionAmt) / -400;
    expect(factor).not.toBeCloseTo(1, 1);
    expect(Number(position.initialMargin) / 200).toBeCloseTo(factor, 0);
    expect(Number(position.maintMargin) / 0.1).toBeCloseTo(factor, 5);
    expect(leftOut).toEqual([]);
  });

  test.each(["2.5E-4", "25e-5", "0.025E-2"])("reads the exponent of %s", (text) => {
    const { position } = withPosition({ initialMargin: text, maintMargin: "0.00025", positionAmt: "500" });
    expect(position.initialMargin).toMatch(/^0\.0*[1-9]\d*$/);
    expect(Number(position.initialMargin) / Number(position.maintMargin)).toBeCloseTo(1, 1);
  });

  test.each([
    ["1.5E3", "1500"],
    ["15E+2", "1500"],
    ["0E-8", "0.00000000"],
  ])("reads %s as %s", (text, same) => {
    const { position } = withPosition({ initialMargin: text, maintMargin: same });
    expect(position.initialMargin).toBe(position.maintMargin);
  });

  test.each<[what: string, fields: Record<string, unknown>]>([
    ["a number where a decimal belongs", { initialMargin: 12.5 }],
    ["a text that is no decimal", { initialMargin: "about 12.5" }],
    ["an object where a decimal belongs", { initialMargin: { exactly: "12.5" } }],
    ["null", { initialMargin: null }],
    ["a list of lists", { initialMargin: [["12.5"]] }],
    ["more digits than can be multiplied", { initialMargin: "9".repeat(31) }],
  ])("leaves out %s, and says so", (_what, fields) => {
    const { position, leftOut } = withPosition(fields);
    expect(position).not.toHaveProperty("initialMargin");
    expect(leftOut).toEqual(["getUmAccount.positions[].initialMargin"]);
  });

  test("reads an object as the case of `oneOf` that a field of it names", () => {
    const { properties = {} } = openapi.components.schemas.UmPosition ?? {};
    const amount = { $ref: "#/components/schemas/Decimal" };
    const info = [
      { type: "object", properties: { kind: { type: "string", const: "FUNDING" }, paid: amount } },
      {
        type: "object",
        properties: { kind: { type: "string", enum: ["TRADE", "REBATE"] }, maker: { type: "boolean" } },
      },
    ];
    properties.info = { oneOf: info };
    try {
      const funding = withPosition({ info: { kind: "FUNDING", paid: "4" }, initialMargin: "4" }).position;
      expect(funding.info).toEqual({ kind: "FUNDING", paid: funding.initialMargin });
      const trade = { kind: "TRADE", maker: true };
      expect(withPosition({ info: trade }).position.info).toEqual(trade);
    } finally {
      delete properties.info;
    }
  });

  test("leaves out whatever has a name of Object's own", () => {
    const { position, leftOut } = withPosition(JSON.parse('{"constructor":"12.5","toString":"13.5"}'));
    expect(Object.keys(position)).not.toContain("constructor");
    expect(leftOut).toEqual(["getUmAccount.positions[].constructor", "getUmAccount.positions[].toString"]);
  });

  test("gives nothing that is true of an account without amounts", () => {
    const { answers } = anonymise({ getCmPositionRisk: [] });
    expect(answers).toEqual({ getCmPositionRisk: [] });
  });
});
