import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { data, absent, complete, at } = await binance.snapshot();
console.log(complete, Object.keys(absent).length, at.received >= at.sent);
console.log(data.getPortfolioAccount?.uniMMR, data.getUmAccount?.positions.length);
