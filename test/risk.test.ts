import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratings } from "../generated/risk.js";
import { cmp } from "../src/decimal.js";
import type { Decimal } from "../src/index.js";
import { liquidationDistance, type RatedAccount, risk } from "../src/risk.js";
import { examples, resolve } from "./support/document.js";
import { runs } from "./support/world.js";

const of = (uniMMR: string, accountStatus = "NORMAL"): RatedAccount => ({
  uniMMR: uniMMR as Decimal,
  accountStatus,
});

describe("the level follows the published thresholds:", () => {
  // FACTS: above 1.5 normal, 1.2 to 1.5 margin call, 1.05 to 1.2 reduce only, at or below 1.05 liquidation.
  test.each([
    ["99999999", "NORMAL"],
    ["1.50000001", "NORMAL"],
    ["1.5", "MARGIN_CALL"],
    ["1.20000001", "MARGIN_CALL"],
    ["1.2", "REDUCE_ONLY"],
    ["1.0500000000000000000001", "REDUCE_ONLY"],
    ["1.05", "LIQUIDATION"],
    ["0", "LIQUIDATION"],
    ["-3E-2", "LIQUIDATION"],
  ])("%s is %s", (ratio, level) => {
    expect(risk(of(ratio))).toMatchObject({ level, ratioLevel: level, ratio, isAlarm: level !== "NORMAL" });
  });

  test("each example of the document is at the level of its status", () => {
    const accounts = examples.filter(({ operationId }) => operationId === "getPortfolioAccount");
    expect(accounts.length).toBeGreaterThan(2);
    for (const { value } of accounts)
      expect(risk(value as RatedAccount).level).toBe((value as RatedAccount).accountStatus);
  });
});

describe("the status", () => {
  test("counts where it is worse than the ratio", () => {
    expect(risk(of("9", "SUPPLY_MARGIN"))).toMatchObject({
      ...{ level: "MARGIN_CALL", ratioLevel: "NORMAL", isAlarm: true },
    });
    expect(risk(of("9", "BANKRUPTED")).level).toBe("LIQUIDATION");
    expect(risk(of("1.1", "NORMAL")).level).toBe("REDUCE_ONLY");
  });

  test("is an alarm where it is not known, and makes nothing better", () => {
    expect(risk(of("9", "A_NEW_STATUS"))).toMatchObject({
      level: "NORMAL",
      isAlarm: true,
      status: "A_NEW_STATUS",
    });
    expect(risk(of("1.1", "A_NEW_STATUS")).level).toBe("REDUCE_ONLY");
  });

  test("has a level for each value of the document", () => {
    const { anyOf } = resolve<{ anyOf: { enum?: string[] }[] }>("#/components/schemas/AccountStatus");
    const known = anyOf.flatMap((branch) => branch.enum ?? []);
    expect(ratings[0].levels.flatMap(({ statuses }): string[] => [...statuses]).sort()).toEqual(known.sort());
  });
});

test("the distance to the next level is told, and none at the worst", () => {
  expect(risk(of("1.75")).next).toEqual({
    ...{ level: "MARGIN_CALL", at: "1.5", distance: "0.25", share: "0.14285714" },
  });
  expect(risk(of("1.1", "NORMAL")).next).toEqual({
    ...{ level: "LIQUIDATION", at: "1.05", distance: "0.05", share: "0.04545455" },
  });
  expect(risk(of("1.01")).next).toBeUndefined();
});

describe("hysteresis", () => {
  const follow = (ratios: string[], hysteresis?: Decimal) => {
    let last: ReturnType<typeof risk> | undefined;
    return ratios.map((ratio) => {
      last = risk(of(ratio), { last, hysteresis });
      return last.ratioLevel;
    });
  };

  test("keeps the worse level until the ratio has risen some way above the threshold", () => {
    expect(follow(["1.6", "1.5", "1.51", "1.52", "1.5200001", "1.51"])).toEqual([
      ...["NORMAL", "MARGIN_CALL", "MARGIN_CALL", "MARGIN_CALL", "NORMAL", "NORMAL"],
    ]);
    expect(follow(["1.5", "1.51"], "0")).toEqual(["MARGIN_CALL", "NORMAL"]);
    expect(follow(["1.0", "1.21", "1.51", "3"])).toEqual([
      ...["LIQUIDATION", "REDUCE_ONLY", "MARGIN_CALL", "NORMAL"],
    ]);
  });

  test("never makes anything better than the ratio alone, and a fall counts at once", () => {
    const ratios = fc.array(fc.integer({ min: 90, max: 170 }).map((cents) => (cents / 100).toFixed(2)));
    const order: string[] = ratings[0].levels.map(({ name }) => name);
    fc.assert(
      fc.property(ratios, (ratios) => {
        follow(ratios).forEach((level, i) => {
          const alone = order.indexOf(risk(of(ratios[i] as string)).ratioLevel);
          expect(order.indexOf(level)).toBeGreaterThanOrEqual(alone);
          const isFall = i > 0 && cmp(ratios[i] as Decimal, ratios[i - 1] as Decimal) < 0;
          if (isFall && alone >= order.indexOf(follow(ratios)[i - 1] as string))
            expect(order.indexOf(level)).toBe(alone);
        });
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("distance to liquidation", () => {
  const position = (positionAmt: string, markPrice: string, liquidationPrice: string) =>
    liquidationDistance({ positionAmt, markPrice, liquidationPrice } as never);

  test.each([
    ["a long", ["1", "11788.66626667", "6170.20509059"], ["5618.46117608", "0.47659854"]],
    ["a short", ["-2", "100", "125"], ["25", "0.25000000"]],
    ["a long beyond it", ["1", "100", "101"], ["-1", "-0.01000000"]],
    ["small prices with exponents", ["1", "2.8E-4", "1.4E-4"], ["0.00014", "0.50000000"]],
  ] as const)("of %s", (_what, [amount, price, at], [distance, share]) => {
    expect(position(amount, price, at)).toEqual({ distance, share });
  });

  test.each([
    ["nothing is held", "0", "100", "50"],
    ["there is no price of liquidation", "1", "100", "0"],
    ["there is no price of liquidation, with places", "1", "100", "0.00000000"],
    ["there is no mark price", "1", "0.00000000", "50"],
  ])("is none where %s", (_why, ...texts) => {
    expect(position(...(texts as [string, string, string]))).toBeUndefined();
  });
});

describe("what is refused", () => {
  test.each([
    [
      () => risk({ uniMMR: 1.2 } as never),
      "`account` must be an object with the fields uniMMR, accountStatus, as text; received an object.",
    ],
    [
      () => liquidationDistance(undefined as never),
      "`position` must be an object with the fields positionAmt, markPrice, liquidationPrice, as text; received undefined.",
    ],
    [
      () => risk(of("2"), { histeresis: "1" } as never),
      "risk has no option `histeresis`. Expected one of: last, hysteresis.",
    ],
    [
      () => risk(of("2"), { hysteresis: "-1" }),
      "`hysteresis` must be a decimal of at least 0; received a string.",
    ],
  ])("case %#", (call, message) => {
    expect(call).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", message }));
  });
});
