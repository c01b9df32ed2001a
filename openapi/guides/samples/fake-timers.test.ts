import { startMock } from "binance-accounts/mock";
import { afterEach, expect, test, vi } from "vitest";

const server = await startMock();
afterEach(() => vi.useRealTimers());

test("a program that looks every 30 s gets over an overload", async () => {
  vi.useFakeTimers();
  const account = server.createAccount({ faults: [{ fault: "error", example: "overloaded", times: 3 }] });
  const binance = account.client(account.time);
  const looks: Promise<unknown>[] = [];
  setInterval(() => looks.push(binance.getPortfolioAccount()), 30_000);
  vi.advanceTimersByTime(30_000);
  await Promise.all(looks);
  expect(account.journal.entries.map(({ status }) => status)).toEqual([503, 503, 503, 200]);
});
