// Jest without options, without --experimental-vm-modules: every `require` has to find CommonJS.
const { BinanceError, createClient } = require("binance-accounts");
const { startMock } = require("binance-accounts/mock");

let mock;
beforeAll(async () => {
  mock = await startMock({ scenario: "hedge" });
});
afterAll(() => mock.close());

test("the mock answers a client of its own and one of the package", async () => {
  const { url: baseUrl, apiKey, secret } = mock;
  const own = await mock.client().getUmAccount();
  expect(own.positions).toHaveLength(4);
  expect(await createClient({ baseUrl, apiKey, secret }).getUmAccount()).toEqual(own);
});

test("errors are instances of the exported class", async () => {
  const call = mock.client({ secret: "another" }).getUmAccount();
  await expect(call).rejects.toBeInstanceOf(BinanceError);
  expect(mock.journal.entries.at(-1).mistake.because).toMatch(/secret/);
});
