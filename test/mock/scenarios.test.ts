import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { scenarios } from "../../src/mock/account.js";
import { startMock } from "../../src/mock/index.js";
import { answersOf } from "../support/answers.js";
import { document, examples, requiredParameters } from "../support/document.js";

/** Operations that show a part of the account. */
const ids = Object.values(document.paths).flatMap(({ get }) => ("x-state" in get ? [get.operationId] : []));
const units = (text: string) =>
  BigInt(text.replace(/^(-?\d+)(?:\.(\d*))?$/, (_, whole, part = "") => whole + part.padEnd(8, "0")));
const total = (rows: readonly object[], field: string) =>
  rows.reduce((sum, row) => sum + units((row as Record<string, string>)[field] ?? ""), 0n);

describe.each(scenarios)("the scenario %s", (scenario) => {
  test("gives responses that are documented and agree with each other", async () => {
    await using mock = await startMock({ scenario });
    const { account, um, cm, risk, coinM } = await answersOf(mock);

    if (units(account.accountMaintMargin) === 0n) expect(account.uniMMR).toBe("99999999");
    else {
      // Half a unit of the last place, either way.
      const difference =
        units(account.accountEquity) * 10n ** 8n - units(account.uniMMR) * units(account.accountMaintMargin);
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
      expect(total(assets, "crossUnPnl")).toBe(total(positions, "unrealizedProfit"));
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
  const stages = (["marginCall", "forceLiquidation", "bankrupted"] as const).map(async (scenario) => {
    await using stage = await startMock({ scenario });
    const { account } = await answersOf(stage);
    return [account.accountStatus, account.uniMMR, account.accountEquity];
  });
  expect(await Promise.all(stages)).toEqual([
    ["MARGIN_CALL", "1.35000000", "13500.00000000"],
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
