/** A program that asks for an account, with what its environment and its argument say of proxies: `through-proxy.ts '{"proxy": …}'`. */
import { createClient } from "../../src/index.js";

const {
  BINANCE_BASE_URL: baseUrl,
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
} = process.env;
const binance = createClient({
  apiKey,
  secret,
  baseUrl,
  retry: { attempts: 1 },
  ...JSON.parse(process.argv[2] ?? "{}"),
});
try {
  for (let call = 0; call < 3; call++) await binance.getUmAccount();
  console.log("data");
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
