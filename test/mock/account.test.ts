import { expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { hmacKey } from "../support/keys.js";
import { call, control } from "../support/raw.js";

test("64 accounts of one mock, used at once, share nothing", async () => {
  await using mock = await startMock({ keys: [hmacKey().mock], limits: { papi: 60 } });
  const accounts = Array.from({ length: 64 }, (_, index) => {
    const account = mock.createAccount({ scenario: index % 2 ? "hedge" : "marginCall" });
    account.set({ um: { assets: [{ asset: "USDT", crossWalletBalance: `${1_000_000 + index}` }] } });
    if (index % 4 === 0) account.faults.add({ fault: "error", example: "overloaded", nth: 1 });
    account.clock.advance(index * 1000);
    return account;
  });
  await Promise.all(
    accounts.map(async (account, index) => {
      const { apiKey, secret, clock } = account;
      const binance = createClient({
        baseUrl: mock.url,
        apiKey,
        secret,
        now: clock.now,
        retry: { baseDelay: 5, maxDelay: 10 },
      });
      for (let round = 0; round < 3; round++) {
        const { assets } = await binance.getUmAccount();
        expect(assets[0]?.crossWalletBalance).toBe(String(1_000_000 + index));
      }
      const { accountMaintMargin } = await binance.getPortfolioAccount();
      expect(accountMaintMargin).toBe(index % 2 ? "4.50079489" : "10000.00000000");
      const attempts = index % 4 === 0 ? 5 : 4;
      expect([account.journal.entries.length, account.journal.weights]).toEqual([
        attempts,
        { papi: 20 + (attempts - 1) * 5 },
      ]);
      expect(account.journal.warnings).toEqual([]);
    }),
  );
  expect(mock.journal.entries).toEqual([]);
});

test("two mocks in one process share nothing", async () => {
  await using first = await startMock({ scenario: "hedge" });
  await using second = await startMock({ scenario: "hedge" });
  first.set({ account: { accountStatus: "REDUCE_ONLY" } });
  first.faults.add({ fault: "html" });
  const { status, body } = await call(second, "/papi/v1/account");
  expect([status, body.accountStatus, second.journal.entries.length, first.journal.entries.length]).toEqual([
    200,
    "NORMAL",
    1,
    0,
  ]);
  expect(
    (
      await call({
        ...first,
        url: second.url,
        apiKey: first.apiKey,
        secret: first.secret,
        clock: first.clock,
      })
    ).body.code,
  ).toBe(-2015);
});

test("a key of its own can be had over HTTP, with an account of its own", async () => {
  await using mock = await startMock();
  const { body } = await control(mock.url, "POST", "/keys", { scenario: "bankrupted" });
  const { apiKey, secret } = body as unknown as { apiKey: string; secret: string };
  const reply = await call({ url: mock.url, apiKey, secret, clock: mock.clock }, "/papi/v1/account");
  expect(reply.body.accountStatus).toBe("BANKRUPTED");
  await control(mock.url, "PATCH", "/state", { account: { accountStatus: "NORMAL" } }, apiKey);
  expect(
    (await call({ url: mock.url, apiKey, secret, clock: mock.clock }, "/papi/v1/account")).body.accountStatus,
  ).toBe("NORMAL");
  expect([mock.scenario, mock.journal.entries.length]).toEqual(["oneWay", 0]);
  const wrong = await control(mock.url, "POST", "/keys", { scenari: "hedge" });
  expect([wrong.status, wrong.body.title]).toEqual([400, expect.stringContaining("`scenari`")]);
});

test("a reset brings back state, faults, clock and limits, and empties the journal", async () => {
  const now = 1_657_707_212_154;
  await using mock = await startMock({
    scenario: "hedge",
    now: () => now,
    limits: { papi: 100 },
    faults: [{ fault: "html", nth: 2 }],
  });
  const before = mock.state;
  await call(mock);
  mock.set({ scenario: "bankrupted" });
  mock.faults.clear();
  mock.clock.advance(1e9);
  mock.setLimits({ papi: 1 });
  await control(mock.url, "POST", "/reset");
  expect([
    mock.state,
    mock.scenario,
    mock.clock.now(),
    mock.limits.papi,
    mock.journal.entries.length,
  ]).toEqual([before, "hedge", now, 100, 0]);
  expect([(await call(mock)).status, (await call(mock)).status]).toEqual([200, 403]);
});
