import { startMock } from "binance-accounts/mock";

await using mock = await startMock({
  scenario: "noPositions",
  state: {
    markPrices: { ETHUSDT: "2500", ETHUSD_PERP: "2500" },
    collateralRates: { ETH: "0.9" },
    um: {
      assets: [{ asset: "USDT", crossWalletBalance: "1000" }],
      positions: [{ symbol: "ETHUSDT", positionAmt: "-2", entryPrice: "2600", leverage: "10" }],
    },
    cm: {
      assets: [{ asset: "ETH", crossWalletBalance: "4" }],
      positions: [{ symbol: "ETHUSD_PERP", positionAmt: "50", entryPrice: "2450", leverage: "5" }],
    },
  },
});
const binance = mock.client();

const { uniMMR, accountEquity, accountMaintMargin } = await binance.getPortfolioAccount();
console.log(`${accountEquity} ÷ ${accountMaintMargin} = ${uniMMR}`);
for (const { symbol, positionAmt, unRealizedProfit } of await binance.getCmPositionRisk({ pair: "ETHUSD" })) {
  console.log(symbol, positionAmt, unRealizedProfit);
}
