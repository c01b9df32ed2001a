import { describe, expect, test } from "vitest";
import { judge, readRule } from "../../src/cli/rules.js";
import { note, nothingSeen } from "../../src/cli/seen.js";
import { examples } from "../support/document.js";

/** What has been seen when the account answers this. */
function seenOf(fields: Record<string, unknown>, id = "getPortfolioAccount", name?: string) {
  const all = nothingSeen();
  const example = examples.find((one) => one.operationId === id && (!name || one.name === name))?.value;
  const data = Array.isArray(example) ? example : { ...(example as object), ...fields };
  for (const seen of all) if (seen.id === id) note(seen, { data, at: 0, age: 0, changed: true });
  return all;
}
const states = (text: string, values: string[], field = text.split(/[<>=!]/)[0] as string) => {
  const rule = readRule(text);
  return values.map((value) => judge(rule, seenOf({ [field]: value }), 0)?.state);
};
const [firing, cleared, same] = ["firing", "cleared", undefined];

describe("a rule", () => {
  test("tells once, and is ready again when the value has come back by 2 % of the limit", () => {
    expect(states("uniMMR<1.5", ["1.5", "1.49", "1.2", "1.51", "1.529", "1.53", "1.4"])).toEqual([
      ...[same, firing, same, same, same, cleared, firing],
    ]);
    expect(states("uniMMR>2", ["2.1", "1.97", "1.96", "2.0000001"])).toEqual([firing, same, cleared, firing]);
  });

  test("of a negative limit comes back the right way", () => {
    expect(states("accountEquity<-100", ["-101", "-99", "-98", "-100.5"])).toEqual([
      ...[firing, same, cleared, firing],
    ]);
  });

  test("holds at its limit only where it says so", () => {
    expect(states("uniMMR<=1.5", ["1.500"])).toEqual([firing]);
    expect(states("uniMMR>=1.5", ["1.5"])).toEqual([firing]);
    expect(states("uniMMR=1.50", ["1.5", "1.51"])).toEqual([firing, cleared]);
  });

  test("compares text, an unknown status too", () => {
    expect(states("accountStatus!=NORMAL", ["NORMAL", "A_NEW_STATUS", "NORMAL"])).toEqual([
      ...[same, firing, cleared],
    ]);
    expect(states("accountStatus == NORMAL", ["NORMAL"], "accountStatus")).toEqual([firing]);
  });

  test("is exact where a float is not", () => {
    expect(states("uniMMR<1.5", ["1.49999999999999999999"])).toEqual([firing]);
    expect(Number("1.49999999999999999999")).toBe(1.5);
  });

  test("does nothing while its value is not known, or Binance states none", () => {
    expect(judge(readRule("uniMMR<1.5"), nothingSeen(), 0)).toBeUndefined();
    expect(states("totalAvailableBalance<5", ["", "4"])).toEqual([same, firing]);
  });

  test("of age counts seconds, and of liquidation the nearest position in percent", () => {
    const age = readRule("age>60");
    expect(judge(age, nothingSeen(), 60_999)).toBeUndefined();
    expect(judge(age, nothingSeen(), 61_000)).toEqual({ state: "firing", value: "61" });
    const hedge = seenOf({}, "getCmPositionRisk", "hedge");
    expect(judge(readRule("toLiquidation<50"), hedge, 0)).toEqual({ state: "firing", value: "47.66" });
    const none = seenOf({}, "getCmPositionRisk", "noPositions");
    expect(judge(readRule("toLiquidation<50"), none, 0)).toBeUndefined();
  });

  test("may name its operation", () => {
    const rule = readRule("getPortfolioAccount.uniMMR<1.5");
    expect(judge(rule, seenOf({ uniMMR: "1.1" }), 0)).toEqual({ state: "firing", value: "1.1" });
  });
});

test.each([
  [
    "uniMMR",
    '--alert must be a name, one of < <= > >= = != and a value, such as "uniMMR<1.5"; received "uniMMR".',
  ],
  ["uniMMR<", "--alert must be a name"],
  ["uniMRR<1.5", '--alert knows no "uniMRR". Did you mean uniMMR? Expected one of: toLiquidation, age, '],
  ["uniMMR<low", '--alert: < must be followed by a decimal number; received "low".'],
  [
    "updateTime<5",
    '--alert: several operations have "updateTime". Write getPortfolioAccount.updateTime, for example.',
  ],
  ["positions<5", '--alert knows no "positions".'],
])("%j is refused", (text, message) => {
  expect(() => readRule(text)).toThrow(message);
});
