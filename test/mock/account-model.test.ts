import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkStatePath } from "../../scripts/steps/state-paths.js";
import { readDecimal, times, toText } from "../../src/fixed-point.js";
import { startMock } from "../../src/mock/index.js";
import { answersOf } from "../support/answers.js";
import { errorOf } from "../support/errors.js";

test("a state that is set moves a price, and everything that follows from it", async () => {
  await using mock = await startMock({ scenario: "hedge" });
  const before = await answersOf(mock);
  mock.set({ markPrices: { BTCUSDT: "12788.66626667" } });
  const { um, account, cm } = await answersOf(mock);
  // 0.05 BTC long and 0.02 BTC short, 1000 USDT higher.
  expect(um.positions.map((row) => row.unrealizedProfit)).toEqual([
    "54.04831333",
    "-17.77332533",
    "0.00000000",
    "0.00000000",
  ]);
  expect(um.assets[0]?.crossUnPnl).toBe("36.27498800");
  expect(Number(account.actualEquity)).toBeGreaterThan(Number(before.account.actualEquity) + 30);
  expect(account.uniMMR).not.toBe(before.account.uniMMR);
  expect(cm).toEqual(before.cm);
});

test("a field that is given is shown as given, and the rest follows", async () => {
  await using mock = await startMock({ scenario: "noPositions" });
  mock.set({
    account: { accountEquity: "1200.5", accountMaintMargin: "1000", accountStatus: "MARGIN_CALL" },
  });
  expect((await answersOf(mock)).account).toMatchObject({
    ...{
      accountEquity: "1200.5",
      accountMaintMargin: "1000",
      uniMMR: "1.20050000",
      accountStatus: "MARGIN_CALL",
    },
  });
  mock.set({ account: { accountMaintMargin: null } });
  expect((await answersOf(mock)).account.uniMMR).toBe("99999999");
});

test.each([
  ["1500.01", "NORMAL"],
  ["1500", "MARGIN_CALL"],
  ["1200.01", "MARGIN_CALL"],
  ["1200", "REDUCE_ONLY"],
  ["1050.01", "REDUCE_ONLY"],
  ["1050", "FORCE_LIQUIDATION"],
  ["0", "FORCE_LIQUIDATION"],
  ["-0.01", "BANKRUPTED"],
])("an equity of %s over a margin of 1000 is %s, by the published levels", async (accountEquity, status) => {
  await using mock = await startMock({ scenario: "noPositions" });
  mock.set({ account: { accountEquity, accountMaintMargin: "1000" } });
  expect((await answersOf(mock)).account.accountStatus).toBe(status);
});

test("the open loss of margin orders lowers uniMMR, and 1.2 times the margin cannot be withdrawn", async () => {
  await using mock = await startMock({ scenario: "noPositions" });
  mock.set({ account: { accountEquity: "1600", accountMaintMargin: "1000", totalMarginOpenLoss: "250" } });
  expect((await answersOf(mock)).account).toMatchObject({
    ...{ uniMMR: "1.35000000", accountStatus: "MARGIN_CALL", virtualMaxWithdrawAmount: "400.00000000" },
  });
  mock.set({ account: { accountEquity: "1100" } });
  expect((await answersOf(mock)).account.virtualMaxWithdrawAmount).toBe("0.00000000");
});

test("any account gives answers that agree with arithmetic", async () => {
  const cents = (max: number) => fc.integer({ min: 1, max }).map((n) => (n / 100).toFixed(2));
  const position = fc.record({
    amount: fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
    entry: cents(9_000_000),
    leverage: fc.integer({ min: 1, max: 125 }),
  });
  const inputs = fc.record({
    wallet: cents(1e9),
    mark: cents(9_000_000),
    um: position,
    contracts: fc.integer({ min: -500, max: 500 }),
    entry: cents(9_000_000),
    coins: cents(10_000),
  });
  await using mock = await startMock({ scenario: "noPositions" });
  await fc.assert(
    fc.asyncProperty(inputs, async ({ wallet, mark, um, contracts, entry, coins }) => {
      mock.set({
        markPrices: { BTCUSDT: mark, BTCUSD_PERP: mark },
        um: {
          assets: [{ asset: "USDT", crossWalletBalance: wallet }],
          positions: [
            {
              symbol: "BTCUSDT",
              positionAmt: um.amount.toFixed(2),
              entryPrice: um.entry,
              leverage: String(um.leverage),
            },
          ],
        },
        cm: {
          assets: [{ asset: "BTC", crossWalletBalance: coins }],
          positions: [
            { symbol: "BTCUSD_PERP", positionAmt: String(contracts), entryPrice: entry, leverage: "20" },
          ],
        },
      });
      const { account } = await answersOf(mock);
      const price = Number(mark);
      const umEquity = Number(wallet) + um.amount * (price - Number(um.entry));
      const cmEquity = (Number(coins) + contracts * 100 * (1 / Number(entry) - 1 / price)) * price;
      const margin = (Math.abs(um.amount) * price + Math.abs(contracts) * 100) * 0.004;
      const near = (text: string, value: number) =>
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(
          1e-3 + Math.abs(value) * 1e-6 + price * 1e-7,
        );
      near(account.actualEquity, umEquity + cmEquity);
      near(account.accountEquity, umEquity + cmEquity * (cmEquity > 0 ? 0.95 : 1));
      near(account.accountMaintMargin, margin);
    }),
    { numRuns: 60 },
  );
});

describe("decimals with an exponent, as the matching engine writes small values", () => {
  const cheap = { symbol: "1000SATSUSDT", positionAmt: "1000", entryPrice: "2.8E-4", leverage: "5" };

  test("are counted with exactly, and shown as they came", async () => {
    await using mock = await startMock({ scenario: "noPositions" });
    mock.set({
      markPrices: { "1000SATSUSDT": "3E-4" },
      account: { totalAvailableBalance: "0E-8" },
      um: {
        assets: [{ asset: "USDT", crossWalletBalance: "1E+3" }],
        positions: [{ ...cheap, breakEvenPrice: "2.80056E-4" }],
      },
    });
    const { um, account } = await answersOf(mock);
    expect(um.positions[0]).toMatchObject({
      ...{ entryPrice: "2.8E-4", breakEvenPrice: "2.80056E-4", unrealizedProfit: "0.02000000" },
      ...{ initialMargin: "0.06000000", maintMargin: "0.00120000" },
    });
    expect([
      um.assets[0]?.crossWalletBalance,
      um.assets[0]?.crossUnPnl,
      account.totalAvailableBalance,
    ]).toEqual([...["1E+3", "0.02000000", "0E-8"]]);
    expect(account.actualEquity).toBe(toText((readDecimal("1000.02") ?? 0n) + btcValue()));
  });

  /** What the scenario holds in BTC, at its price. */
  const btcValue = () => times(readDecimal("0.00241969") ?? 0n, readDecimal("11788.66626667") ?? 0n);

  test("of another form are refused", async () => {
    await using mock = await startMock();
    const error = await errorOf(() =>
      mock.set({
        markPrices: { "1000SATSUSDT": "1" },
        um: { positions: [{ ...cheap, entryPrice: "2.8E" }] },
      }),
    );
    expect(error.message).toContain('`entryPrice` must be a decimal text such as "0.05"; received "2.8E".');
  });
});

describe("x-state is checked when generating", () => {
  const operation = (path: string, schema: object) =>
    ({
      operationId: "getUmPositionRisk",
      "x-state": path,
      responses: { "200": { content: { "application/json": { schema } } } },
    }) as never;
  const row = (...required: string[]) => ({
    type: "array",
    items: {
      type: "object",
      required,
      properties: Object.fromEntries(required.map((name) => [name, { type: "string" }])),
    },
  });

  test.each<[message: string, path: string, schema: object]>([
    [
      "getUmPositionRisk: `x-state: um.positions` does not derive markPrice, liquidationPrice, notional. Add what is missing to src/mock/account-model.ts, or leave `x-state` out: the mock then responds with the examples.",
      "um.positions",
      row("symbol", "markPrice", "entryPrice", "liquidationPrice", "notional"),
    ],
    [
      "getUmPositionRisk: `x-state: um.orders` must name a part of the mock's account. Expected one of: account, um, um.assets, um.positions, cm, cm.assets, cm.positions, coinM, coinM.assets, coinM.positions.",
      "um.orders",
      row("symbol"),
    ],
    ["getUmPositionRisk: `x-state: um` does not derive a body as a list.", "um", row("symbol")],
    [
      "getUmPositionRisk: `x-state: um` does not derive positions.fundingFee.",
      "um",
      { type: "object", required: ["positions"], properties: { positions: row("symbol", "fundingFee") } },
    ],
  ])("%s", (message, path, schema) => {
    const given = { components: {}, paths: {} } as never;
    expect(() => checkStatePath(given, operation(path, schema))).toThrow(message.replace(/\.$/, ""));
  });

  test("and lets through what the account derives", () => {
    const given = { components: {}, paths: {} } as never;
    expect(() =>
      checkStatePath(given, operation("cm.positions", row("symbol", "markPrice", "liquidationPrice"))),
    ).not.toThrow();
  });
});
