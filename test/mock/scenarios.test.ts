import { describe, expect, test } from "vitest";
import { readDecimal, sum, toText } from "../../src/fixed-point.js";
import { createClient } from "../../src/index.js";
import { scenarios } from "../../src/mock/account.js";
import { type Scenario, startMock } from "../../src/mock/index.js";
import { answersOf } from "../support/answers.js";
import { document, examples, requiredParameters } from "../support/document.js";

/** Operations that show a part of the account. */
const ids = Object.values(document.paths).flatMap(({ get }) => ("x-state" in get ? [get.operationId] : []));
/** A decimal in units of 10⁻⁸, to which the mock rounds. */
const units = (text: string) => BigInt(toText(exact(text)).replace(".", ""));
const exact = (text: string) => readDecimal(text === "" ? "0" : text) ?? expect.unreachable(text);
const total = (rows: readonly object[], field: string) =>
  units(toText(sum(rows.map((row) => exact((row as Record<string, string>)[field] ?? "")))));
const isCross = (row: object) => !("isolated" in row && row.isolated);

describe.each(scenarios)("the scenario %s", (scenario) => {
  test("gives responses that are documented and agree with each other", async () => {
    await using mock = await startMock({ scenario });
    const { account, um, cm, risk, coinM } = await answersOf(mock);

    if (units(account.accountMaintMargin) === 0n) expect(account.uniMMR).toBe("99999999");
    else {
      // Half a unit of the last place, either way.
      const equity = units(account.accountEquity) - units(account.totalMarginOpenLoss ?? "");
      const difference = equity * 10n ** 8n - units(account.uniMMR) * units(account.accountMaintMargin);
      expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(
        units(account.accountMaintMargin) / 2n + 1n,
      );
    }
    const shared = ({
      symbol,
      positionSide,
      positionAmt,
      entryPrice,
      leverage,
      updateTime,
    }: (typeof cm.positions)[number] | (typeof risk)[number]) => ({
      ...{ symbol, positionSide, positionAmt, entryPrice, leverage, updateTime },
    });
    expect(risk.map(shared)).toEqual(cm.positions.map(shared));
    expect(risk.map((row) => row.unRealizedProfit)).toEqual(cm.positions.map((row) => row.unrealizedProfit));
    for (const { assets, positions } of [um, cm, coinM]) {
      expect(total(assets, "crossUnPnl")).toBe(total(positions.filter(isCross), "unrealizedProfit"));
      for (const field of [
        "initialMargin",
        "maintMargin",
        "positionInitialMargin",
        "openOrderInitialMargin",
      ] as const)
        expect(total(assets, field)).toBe(total(positions, field));
    }
  });

  test.each(examples.filter(({ name }) => name === scenario))(
    "answers as the document's example, $operationId",
    async ({ operationId, path, value }) => {
      await using mock = await startMock({ scenario });
      const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
      expect(
        await (binance[operationId] as (parameters: object) => Promise<unknown>)(requiredParameters(path)),
      ).toEqual(value);
    },
  );
});

test("begins with what Binance prints", async () => {
  await using mock = await startMock();
  const { account } = await answersOf(mock);
  expect(account).toEqual(
    examples.find(({ operationId, name }) => operationId === "getPortfolioAccount" && name === "normal")
      ?.value,
  );
});

test("each stage of a falling price is a scenario", async () => {
  await using mock = await startMock();
  const stages = (["marginCall", "reduceOnly", "forceLiquidation", "bankrupted"] as const).map(
    async (scenario) => {
      await using stage = await startMock({ scenario });
      const { account } = await answersOf(stage);
      return [account.accountStatus, account.uniMMR, account.accountEquity];
    },
  );
  expect(await Promise.all(stages)).toEqual([
    ["MARGIN_CALL", "1.35000000", "13500.00000000"],
    ["REDUCE_ONLY", "1.17582308", "11750.00000000"],
    ["FORCE_LIQUIDATION", "1.02633423", "10250.00000000"],
    ["BANKRUPTED", "-0.65524194", "-6500.00000000"],
  ]);
  expect((await answersOf(mock)).account.accountStatus).toBe("NORMAL");
});

test("newFields has a field in every object that no document knows, manyPositions 500 symbols", async () => {
  await using mock = await startMock({ scenario: "newFields" });
  const seen: string[] = [];
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    onDifference: ({ operationId, path }) => seen.push(`${operationId} ${path}`),
  });
  for (const id of ids) await (binance[id] as () => Promise<unknown>)();
  expect(new Set(seen.map((text) => text.split(" ")[0])).size).toBe(ids.length);
  mock.set({ scenario: "manyPositions" });
  expect((await answersOf(mock)).um.positions).toHaveLength(500);
});

describe("what real accounts hold and the published examples do not", () => {
  const scenario = async (name: Scenario) => {
    await using mock = await startMock({ scenario: name });
    return await answersOf(mock);
  };

  test("multiAsset: margin assets that must not be added without their prices, one of them a debt", async () => {
    const { um, cm, account } = await scenario("multiAsset");
    expect(um.assets.map(({ asset, crossUnPnl }) => [asset, crossUnPnl])).toEqual([
      ["USDT", "172.51500000"],
      ["USDC", "96.06000000"],
      ["BNFCR", "0.00000000"],
    ]);
    expect(um.assets[2]?.crossWalletBalance).toBe("-120.50000000");
    expect(cm.assets.map(({ asset }) => asset)).toEqual(["BTC", "ETH"]);
    // The collateral rates of BTC and ETH: less than all of it counts.
    expect(Number(account.accountEquity)).toBeLessThan(Number(account.actualEquity));
  });

  test("isolated: a wallet of its own, which the cross positions cannot use", async () => {
    const { coinM } = await scenario("isolated");
    const [cross, alone] = coinM.positions;
    expect([cross?.isolated, alone?.isolated, alone?.isolatedWallet]).toEqual([false, true, "0.00051215"]);
    const [asset] = coinM.assets;
    expect(asset).toMatchObject({
      ...{ walletBalance: "1.50000000", crossWalletBalance: "1.49948785" },
      ...{ crossUnPnl: cross?.unrealizedProfit, unrealizedProfit: "0.00017725", marginBalance: "1.50017725" },
    });
    const free = units("1.49948785") + units(asset?.crossUnPnl ?? "") - units(cross?.initialMargin ?? "");
    expect(units(asset?.availableBalance ?? "")).toBe(free);
  });

  test("exponents: small values as Java writes them, and more than 8 decimals", async () => {
    const { um, cm, account } = await scenario("exponents");
    expect(um.positions[0]).toMatchObject({ entryPrice: "2.8E-4", breakEvenPrice: "2.80056E-4" });
    expect(account.totalMarginOpenLoss).toBe("0E-8");
    expect([um.assets[0]?.crossWalletBalance, cm.assets[0]?.crossWalletBalance]).toEqual([
      "65.00166666667",
      "0.3371784679089",
    ]);
  });

  test("chineseSymbols: names beyond ASCII, in a response whose length is counted in bytes", async () => {
    const { um } = await scenario("chineseSymbols");
    expect(um.positions.map(({ symbol }) => symbol)).toEqual(["币安人生USDT", "我踏马来了USDT"]);
    expect(um.assets[0]?.crossUnPnl).toBe("-47.40000000");
  });

  test("noLiquidationPrice: 0 is none, and no price", async () => {
    const { risk } = await scenario("noLiquidationPrice");
    expect(risk.map(({ positionAmt, liquidationPrice }) => [positionAmt, liquidationPrice])).toEqual([
      ["12", "0"],
      ["-2", "0"],
    ]);
  });

  test("delivered: contracts that are over stay listed, with zeros", async () => {
    const { um, cm } = await scenario("delivered");
    const over = [...um.positions, ...cm.positions].filter(({ symbol }) => /_2\d{5}$/.test(symbol));
    expect(over).toHaveLength(3);
    for (const { positionAmt, initialMargin, unrealizedProfit, updateTime } of over)
      expect([units(positionAmt), units(initialMargin), units(unrealizedProfit), updateTime]).toEqual([
        ...[0n, 0n, 0n],
        0,
      ]);
  });

  test("neverUpdated: every time is 0, which is not 1970", async () => {
    const text = JSON.stringify(await scenario("neverUpdated"));
    expect(new Set(text.match(/"updateTime":\d+/g))).toEqual(new Set(['"updateTime":0']));
  });
});
