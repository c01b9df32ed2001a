import { startMock } from "binance-accounts/mock";

await using mock = await startMock({ scenario: "marginCall" });
const binance = mock.client();

for (const price of ["50000", "49800", "52000"]) {
  mock.set({ markPrices: { BTCUSDT: price } });
  const { uniMMR, accountEquity } = await binance.getPortfolioAccount();
  console.log(`BTC at ${price}: equity ${accountEquity}, uniMMR ${uniMMR}`);
}
