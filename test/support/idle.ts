/** A program that makes calls one by one and at once, and then says what still runs. */
import { createClient } from "../../src/index.js";

const {
  BINANCE_BASE_URL: baseUrl,
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const begins = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
for (let call = 0; call < 20; call++) await binance.getUmAccount();
await Promise.all(Array.from({ length: 20 }, () => binance.getUmAccount()));
const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length - begins;
console.log(JSON.stringify({ timers, calls: 40 }));
