import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({
  apiKey,
  secret,
  baseUrl,
  timeout: { total: 15_000, connect: 3000 },
  retry: { attempts: 3 },
  onDifference: ({ operationId, kind, path }) => console.log("new at Binance:", operationId, kind, path),
});
console.log((await binance.getPortfolioAccount()).accountStatus);
