import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { selectRows } from "../../src/mock/responses.js";
import { answersOf } from "../support/answers.js";
import { call } from "../support/raw.js";

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

describe("rows are selected by parameters that name a field of them", () => {
  const rows = [
    { symbol: "BTCUSD_PERP", incomeType: "FUNDING_FEE", count: 1 },
    { symbol: "ETHUSD_PERP", incomeType: "TRANSFER", count: 2 },
    { symbol: "ETHUSD_240628", incomeType: "FUNDING_FEE", count: 3 },
  ];
  test.each<[parameters: Record<string, string>, counts: number[]]>([
    [{}, [1, 2, 3]],
    [{ incomeType: "FUNDING_FEE" }, [1, 3]],
    [{ symbol: "ETHUSD_PERP" }, [2]],
    [{ symbol: "BTCUSD_PERP,ETHUSD_240628" }, [1, 3]],
    [{ count: "2" }, [2]],
    [{ pair: "ETHUSD" }, [2, 3]],
    [{ marginAsset: "ETH", incomeType: "FUNDING_FEE" }, [3]],
    [{ limit: "1", startTime: "5" }, [1, 2, 3]],
    [{ timestamp: "5", signature: "x", recvWindow: "1" }, [1, 2, 3]],
    [{ symbol: "XRPUSD_PERP" }, []],
  ])("%o", (parameters, counts) => {
    expect((selectRows(rows, parameters) as typeof rows).map(({ count }) => count)).toEqual(counts);
  });

  test("and anything but a list stays as it is", () => {
    expect(selectRows({ symbol: "A" }, { symbol: "B" })).toEqual({ symbol: "A" });
    expect(selectRows([["a"], null, "b"], { symbol: "B" })).toEqual([["a"], null, "b"]);
  });
});

test("a response from an example is filtered too, and the journal names the example", async () => {
  await using mock = await startMock();
  const ask = (query: string, prefer?: string) =>
    call(mock, "/papi/v1/cm/positionRisk", query, {
      headers: { "X-MBX-APIKEY": mock.apiKey, ...(prefer !== undefined && { Prefer: prefer }) },
    });
  expect((await ask("", "example=hedge")).body).toHaveLength(2);
  expect((await ask("marginAsset=BTC", "example=hedge")).body).toHaveLength(2);
  expect((await ask("marginAsset=ETH", "example=hedge")).body).toEqual([]);
  await ask("", "code=200");
  await ask("");
  await ask("", "code=429, example=overWeight");
  mock.faults.add({ fault: "error", example: "overloaded" });
  await ask("");
  expect(mock.journal.entries.map(({ example }) => example)).toEqual([
    ...["hedge", "hedge", "hedge", "oneWay", undefined, "overWeight", "overloaded"],
  ]);
});

test("a pair is known by the part of the account that the operation shows", async () => {
  await using mock = await startMock();
  const { pairs } = mock.responses;
  expect([...(pairs("getCmPositionRisk") ?? [])]).toEqual(["BTCUSD"]);
  expect([...(pairs("getUmAccount") ?? [])]).toEqual(["BTCUSDT"]);
  expect(pairs("getPortfolioAccount")).toBeUndefined();
});
