import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { answersOf } from "../support/answers.js";

test("a state takes whole answers, also for pairs", async () => {
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
