import { createClient, type Decimal } from "binance-accounts";
import { cmp, sub } from "binance-accounts/decimal";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const end = new AbortController();
process.once("SIGTERM", () => end.abort());

let before: Map<string, Decimal> | undefined;
const options = { every: 5000, signal: end.signal, skipUnchanged: true };
for await (const { data } of binance.watch("getUmAccount", options)) {
  const now = new Map(
    data.positions.map(({ symbol, positionSide, positionAmt }) => [`${symbol} ${positionSide}`, positionAmt]),
  );
  if (!before) console.log(`${now.size} positions`);
  for (const name of before ? new Set([...before.keys(), ...now.keys()]) : []) {
    const change = sub(now.get(name) ?? "0", before?.get(name) ?? "0");
    if (cmp(change, "0") !== 0) console.log(`${name} changed by ${change} to ${now.get(name) ?? "0"}`);
  }
  before = now;
}
