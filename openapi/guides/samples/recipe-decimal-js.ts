import { createClient } from "binance-accounts";
import { Decimal } from "decimal.js";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { accountEquity, accountMaintMargin } = await binance.getPortfolioAccount();
Decimal.set({ precision: 60 }); // digits in all; its default of 20 cuts large products
console.log(
  new Decimal(accountEquity).div(accountMaintMargin).toFixed(8),
  new Decimal("2.8E-4").times(3).toFixed(),
);
