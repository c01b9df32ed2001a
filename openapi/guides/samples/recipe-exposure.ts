import { createClient, type Decimal } from "binance-accounts";
import { add, cmp, mul } from "binance-accounts/decimal";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { data, complete } = await binance.snapshot();
const exposure = new Map<string, Decimal>();
const count = (symbol: string, usd: Decimal) => {
  const base = symbol.replace(/USD.*$/, "");
  exposure.set(base, add(exposure.get(base) ?? "0", usd));
};
// At the mark price, this is amount × price: the entry price and the profit since then.
for (const { symbol, positionAmt, entryPrice, unrealizedProfit } of data.getUmAccount?.positions ?? [])
  count(symbol, add(mul(positionAmt, entryPrice), unrealizedProfit));
// A contract is worth 100 USD for BTC and 10 USD for any other coin.
for (const part of [data.getCmAccount, data.getCoinMAccount])
  for (const { symbol, positionAmt } of part?.positions ?? [])
    count(symbol, mul(positionAmt, symbol.startsWith("BTCUSD") ? "100" : "10"));
for (const [base, usd] of exposure) if (cmp(usd, "0") !== 0) console.log(base, usd, complete);
