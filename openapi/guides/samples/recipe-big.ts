import Big from "big.js";
import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { accountEquity, accountMaintMargin } = await binance.getPortfolioAccount();
Big.DP = 8; // places of a quotient
console.log(new Big(accountEquity).div(accountMaintMargin).toFixed(), new Big("2.8E-4").times(3).toFixed());
