import { createClient } from "binance-accounts";
import { add, cmp, div, mul, sub } from "binance-accounts/decimal";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { accountEquity, accountMaintMargin, totalMarginOpenLoss = "" } = await binance.getPortfolioAccount();
console.log(div(sub(accountEquity, totalMarginOpenLoss || "0"), accountMaintMargin, 8));
console.log(add("0.1", "0.2"), mul("2.8E-4", "3"), cmp("0.10", "0.1"));
console.log([add("1", ""), cmp("", "0")]); // "" is no value, and not zero
