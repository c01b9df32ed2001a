import { expect, test } from "vitest";
import { type BinanceError, type Client, type ClientEvent, createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";

/** What a call comes to: `ok`, or its code and how many requests it was. */
const outcome = (call: Promise<unknown>) =>
  call.then(
    () => "ok",
    ({ code, attempts }: BinanceError) => `${code}/${attempts}`,
  );
const ban = { fault: "error", example: "ipBanned", nth: 1 } as const;

test("accounts of a mock stay apart: a ban of one stops its own clients and nobody else's", async () => {
  await using mock = await startMock();
  const [one, other] = [mock.createAccount(), mock.createAccount()];
  one.faults.add(ban);
  expect(await outcome(one.client().getUmAccount())).toBe("BANNED/1");
  expect(await outcome(one.client().getUmAccount())).toBe("BANNED/0");
  expect(await outcome(createClient(one.credentials).getUmAccount())).toBe("BANNED/0");
  expect(await outcome(other.client().getUmAccount())).toBe("ok");
  one.reset();
  expect(await outcome(one.client().getUmAccount())).toBe("ok");
});

test("accounts that share their limits share pause and ban", async () => {
  await using mock = await startMock({ shareLimits: true });
  const other = mock.createAccount();
  mock.faults.add(ban);
  expect(await outcome(mock.client().getUmAccount())).toBe("BANNED/1");
  expect(await outcome(other.client().getUmAccount())).toBe("BANNED/0");
  expect(other.journal.entries).toEqual([]);
});

test("41 calls that wait out a Retry-After, into room for ten: no herd and no ban", async () => {
  await using mock = await startMock({ limits: { papi: 200 } });
  mock.clock.set(Date.UTC(2026, 10, 26, 10, 0, 57)); // 3 s before the minute ends
  const later: Promise<string>[] = [];
  const onEvent = ({ type }: ClientEvent) => {
    if (type !== "block" || later.length > 0) return;
    for (let i = 0; i < 40; i++) later.push(call(i));
  };
  const clients = [1, 2, 3].map(() => mock.client({ ...mock.time, timeout: 30_000, onEvent }));
  const call = (i: number) => outcome((clients[i % 3] as Client).getPortfolioAccount());
  for (let i = 0; i < 10; i++) expect(await call(i)).toBe("ok");
  await call(10); // answered 429
  await Promise.all(later);
  const statuses = mock.journal.entries.map(({ status }) => status);
  expect(statuses).not.toContain(418);
  expect(mock.journal.warnings).toEqual([]);
  const after = statuses.slice(statuses.lastIndexOf(429) + 1);
  expect(after.length).toBeGreaterThan(5);
  expect(after.length).toBeLessThanOrEqual(10);
});

test.each([0.1, 0.123456789, 0.37, 0.5001, 0.77777, 1 / 3, 0.9999])(
  "a pause that ends at a fraction of a millisecond ends in the mock's time, too: %d",
  async (share) => {
    await using mock = await startMock({ limits: { papi: 20 }, now: () => 1_767_268_815_000 });
    const binance = mock.client({ ...mock.time, timeout: 120_000, random: () => share });
    await binance.getPortfolioAccount();
    await binance.getPortfolioAccount();
    expect(mock.journal.entries.map(({ status }) => status)).toEqual([200, 429, 200]);
  },
);
