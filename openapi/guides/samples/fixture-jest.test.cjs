const { startMock } = require("binance-accounts/mock");

let server;
let account;
beforeAll(async () => {
  server = await startMock();
});
beforeEach(() => {
  account = server.createAccount();
});
afterAll(() => server.close());

test("an alarm at a margin call", async () => {
  account.set({ scenario: "marginCall" });
  expect((await account.client().getPortfolioAccount()).accountStatus).toBe("MARGIN_CALL");
  expect(account.journal.warnings).toEqual([]);
});
