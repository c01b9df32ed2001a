import type { Client } from "binance-accounts";
import { type MockAccount, startMock } from "binance-accounts/mock";
import { test as base, expect } from "vitest";

// One server for the file, an account with a key of its own for each test.
const server = await startMock();
const test = base.extend<{ account: MockAccount; binance: Client }>({
  // biome-ignore lint/correctness/noEmptyPattern: Vitest reads which fixtures are wanted from the pattern
  account: async ({}, use) => use(server.createAccount()),
  binance: async ({ account }, use) => use(account.client()),
});

test.concurrent("an alarm at a margin call", async ({ account, binance }) => {
  account.set({ scenario: "marginCall" });
  expect((await binance.getPortfolioAccount()).accountStatus).toBe("MARGIN_CALL");
});

test.concurrent("an overload is waited out", async ({ account, binance }) => {
  account.faults.add({ fault: "error", example: "overloaded", times: 2 });
  await binance.getUmAccount();
  expect(account.journal.calls("getUmAccount")[0]?.attempts).toHaveLength(3);
  expect(account.journal.warnings).toEqual([]);
});
