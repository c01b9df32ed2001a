import { createClient } from "binance-accounts";
import { openTelemetry } from "binance-accounts/otel";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl, observer: openTelemetry() });

const { accountStatus } = await binance.getPortfolioAccount();
console.log(accountStatus);
