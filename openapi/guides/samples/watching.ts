import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

let looks = 0;
for await (const { data, age, changed } of binance.watch("getPortfolioAccount", { every: 1000 })) {
  console.log(changed ? "changed" : "same", data.accountStatus, data.uniMMR, age < 5000);
  if (++looks === 2) break;
}
