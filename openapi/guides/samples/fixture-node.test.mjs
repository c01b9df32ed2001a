import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { startMock } from "binance-accounts/mock";

const server = await startMock();
let account;
beforeEach(() => {
  account = server.createAccount();
});
after(() => server.close());

test("an alarm at a margin call", async () => {
  account.set({ scenario: "marginCall" });
  assert.equal((await account.client().getPortfolioAccount()).accountStatus, "MARGIN_CALL");
  assert.deepEqual(account.journal.warnings, []);
});
