import { createClient } from "binance-accounts";
import { type Risk, risk } from "binance-accounts/risk";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const end = new AbortController();
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => end.abort());

const tell = (text: string) => console.log(text); // your pager
let last: Risk | undefined;
const options = { every: 5000, signal: end.signal, yieldErrors: true } as const;
for await (const { data, error, age } of binance.watch("getPortfolioAccount", options)) {
  if (error && age > 60_000) tell(`no data for ${Math.round(age / 1000)} s: ${error.code}`);
  if (!data) continue;
  const now = risk(data, { last });
  if (now.level !== last?.level) tell(`${now.level} at uniMMR ${now.ratio}`);
  last = now;
}
tell("stopped");
