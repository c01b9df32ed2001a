import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClient, type DataOf } from "../../src/index.js";
import { scenarios } from "../../src/mock/account.js";
import { type MockState, startMock } from "../../src/mock/index.js";
import { document, examples, requiredParameters } from "../support/document.js";
import { errorOf } from "../support/errors.js";
import { control } from "../support/raw.js";

/** Operations that show a part of the account. */
const ids = Object.values(document.paths).flatMap(({ get }) => ("x-state" in get ? [get.operationId] : []));
interface Answers {
  account: DataOf<"getPortfolioAccount">;
  um: DataOf<"getUmAccount">;
  cm: DataOf<"getCmAccount">;
  risk: DataOf<"getCmPositionRisk">;
  coinM: DataOf<"getCoinMAccount">;
}

/** What all operations answer, each validated against the document by the client. */
async function answersOf(mock: Awaited<ReturnType<typeof startMock>>): Promise<Answers> {
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    now: mock.clock.now,
  });
  const [account, um, cm, risk, coinM] = await Promise.all([
    binance.getPortfolioAccount(),
    binance.getUmAccount(),
    binance.getCmAccount(),
    binance.getCmPositionRisk(),
    binance.getCoinMAccount(),
  ]);
  return { account, um, cm, risk, coinM };
}

const units = (text: string) =>
  BigInt(text.replace(/^(-?\d+)(?:\.(\d*))?$/, (_, whole, part = "") => whole + part.padEnd(8, "0")));
const total = (rows: readonly object[], field: string) =>
  rows.reduce((sum, row) => sum + units((row as Record<string, string>)[field] ?? ""), 0n);

describe.each(scenarios)("the scenario %s", (scenario) => {
  test("gives five answers that are documented and agree with each other", async () => {
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

describe("set", () => {
  test("moves a price, and everything that follows from it", async () => {
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

  test("takes whole answers, also for pairs", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const rows = (await answersOf(mock)).risk.map((row, index) => ({
      ...row,
      symbol: index ? "ETHUSD_PERP" : "BTCUSD_PERP",
    }));
    mock.set({ answers: { getCmPositionRisk: rows } });
    const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
    expect((await binance.getCmPositionRisk({ pair: "BTCUSD" })).map(({ symbol }) => symbol)).toEqual([
      "BTCUSD_PERP",
    ]);
    mock.set({ answers: null });
    expect(await binance.getCmPositionRisk()).toHaveLength(2);
  });

  test.each<[message: RegExp, changes: unknown]>([
    [/unknown field `positions` in the state\. Expected one of: markPrices,/, { positions: [] }],
    [
      /unknown field `position` in um\. Expected one of: assets, positions, newFields\.$/,
      { um: { position: [] } },
    ],
    [
      /unknown field `amount` in um\.positions\[0\]\. Expected one of: symbol,/,
      { um: { positions: [{ symbol: "BTCUSDT", amount: "1" }] } },
    ],
    [
      /`um\.positions\[0\]\.symbol` must be a text; received undefined\./,
      { um: { positions: [{ positionAmt: "1" }] } },
    ],
    [/`um\.positions` must be a list; received an object\./, { um: { positions: { symbol: "BTCUSDT" } } }],
    [
      /`um\.positions` must list each row once; received BTCUSDT LONG twice\./,
      { um: { positions: Array(2).fill({ symbol: "BTCUSDT", positionSide: "LONG" }) } },
    ],
    [
      /um\.positions\[0\]: `markPrices` must name XRPUSDT, which is held; received none\./,
      { um: { positions: [{ symbol: "XRPUSDT", positionAmt: "1", entryPrice: "1" }] } },
    ],
    [
      /um\.positions\[0\]: `entryPrice` must be more than 0 where something is held; received "0\.0"\./,
      { um: { positions: [{ symbol: "BTCUSDT", positionAmt: "1" }] } },
    ],
    [
      /`positionAmt` must be a decimal text such as "0\.05"; received 0\.5\./,
      { um: { positions: [{ symbol: "BTCUSDT", positionAmt: 0.5 }] } },
    ],
    [
      /`leverage` must be more than 0; received "0"\./,
      { um: { positions: [{ symbol: "BTCUSDT", leverage: "0" }] } },
    ],
    [
      /`markPrices\.BTCUSDT` must be a decimal text of at least 0, such as "0\.95"; received 50000\./,
      { markPrices: { BTCUSDT: 50_000 } },
    ],
    [
      /`markPrices` must name XAUUSDT, which values XAU in USD; received none\./,
      { um: { assets: [{ asset: "XAU", crossWalletBalance: "1" }] } },
    ],
    [
      /`account\.uniMMR` cannot be set: it is accountEquity ÷ accountMaintMargin/,
      { account: { uniMMR: "2" } },
    ],
    [
      /getPortfolioAccount would respond with a body whose \/updateTime must/,
      { account: { updateTime: "today" } },
    ],
    [/`newFields` of account must be an object; received "x"\./, { account: { newFields: "x" } }],
    [/it must hold data only; received something else/, { account: { accountStatus: () => "NORMAL" } }],
    [
      /unknown field `getAccount` in answers\. Expected one of: getPortfolioAccount/,
      { answers: { getAccount: {} } },
    ],
    [
      /getUmAccount would respond with a body whose root must have required property/,
      { answers: { getUmAccount: {} } },
    ],
    [/Unknown scenario "crash"\. Expected one of: oneWay, hedge,/, { scenario: "crash" }],
    [/A state must be an object; received an array\./, []],
  ])("refuses, says %s, and changes nothing", async (message, changes) => {
    await using mock = await startMock({ scenario: "hedge" });
    const before = mock.state;
    const error = await errorOf(() => mock.set(changes as MockState));
    expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringMatching(message)]);
    expect(mock.state).toEqual(before);
  });

  test("of __proto__ changes no prototype", async () => {
    await using mock = await startMock();
    await errorOf(() => mock.set(JSON.parse('{ "__proto__": { "polluted": "1" } }')));
    await errorOf(() => mock.set(JSON.parse('{ "um": { "__proto__": { "polluted": "1" } } }')));
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });
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

describe("over HTTP", () => {
  test("GET shows, PATCH changes, PUT replaces the state", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    expect((await control(mock.url, "GET", "/state")).body).toEqual(mock.state);
    const changed = await control(mock.url, "PATCH", "/state", { account: { accountStatus: "REDUCE_ONLY" } });
    expect([changed.status, changed.body]).toEqual([200, mock.state]);
    expect((await answersOf(mock)).account.accountStatus).toBe("REDUCE_ONLY");
    expect((await answersOf(mock)).um.positions).toHaveLength(4);
    await control(mock.url, "PUT", "/state", { account: { accountStatus: "SUPPLY_MARGIN" } });
    expect((await answersOf(mock)).account.accountStatus).toBe("SUPPLY_MARGIN");
    expect((await answersOf(mock)).um.positions).toHaveLength(1);
    await control(mock.url, "PUT", "/state", { scenario: "marginCall" });
    expect((await answersOf(mock)).account.accountStatus).toBe("MARGIN_CALL");
  });

  test("a wrong state is refused with the place, and nothing changes", async () => {
    await using mock = await startMock();
    const before = mock.state;
    for (const method of ["PUT", "PATCH"]) {
      const { status, body } = await control(mock.url, method, "/state", {
        um: { positions: [{ symbl: "BTCUSDT" }] },
      });
      expect([status, body.title]).toEqual([
        400,
        expect.stringContaining("unknown field `symbl` in um.positions[0]"),
      ]);
    }
    expect((await control(mock.url, "PUT", "/state", "{")).body.title).toMatch(/^The body must be JSON/);
    expect(mock.state).toEqual(before);
  });
});
