import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const end = new AbortController();
process.once("SIGTERM", () => end.abort());

// wss://fstream.binance.com/pm/ws/<listenKey>. Its messages only say "look now": what is true is asked for.
const wake = new WebSocket(process.env.STREAM_URL ?? "");
await new Promise((resolve) => wake.addEventListener("open", resolve));

const options = { every: 60_000, wake, signal: end.signal, skipUnchanged: true };
for await (const { data } of binance.watch("getPortfolioAccount", options))
  console.log(data.accountStatus, data.uniMMR);
wake.close();
