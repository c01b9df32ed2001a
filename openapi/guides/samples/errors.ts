import { BinanceError, createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret: `${secret}x`, baseUrl });

try {
  await binance.getPortfolioAccount();
} catch (error) {
  if (!(error instanceof BinanceError)) throw error;
  console.log(error.code, error.binanceCode, error.status, error.attempts);
}
