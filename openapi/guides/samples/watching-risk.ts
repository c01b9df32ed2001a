import { createClient } from "binance-accounts";
import { liquidationDistance, risk } from "binance-accounts/risk";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { level, isAlarm, next } = risk(await binance.getPortfolioAccount());
console.log(level, isAlarm, next);
for (const position of await binance.getCmPositionRisk())
  console.log(position.symbol, position.positionSide, liquidationDistance(position)?.share);
