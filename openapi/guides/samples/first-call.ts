import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { accountStatus, uniMMR, accountEquity } = await binance.getPortfolioAccount();
console.log(`${accountStatus}, uniMMR ${uniMMR}, equity ${accountEquity} USD`);
