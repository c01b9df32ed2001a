import { type Credentials, createClient } from "binance-accounts";

const { BINANCE_ACCOUNTS = "{}", BINANCE_BASE_URL: baseUrl } = process.env;
const keys: Record<string, Credentials> = JSON.parse(BINANCE_ACCOUNTS);
const end = new AbortController();
process.once("SIGTERM", () => end.abort());

/** All clients of a process share weight, pauses and bans, because Binance counts them by address. */
async function follow(name: string, key: Credentials): Promise<void> {
  const binance = createClient({ ...key, baseUrl, onEvent: ({ type }) => console.error(name, type) });
  const options = { every: 5000, signal: end.signal, skipUnchanged: true };
  for await (const { data } of binance.watch("getPortfolioAccount", options))
    console.log(`${name}: ${data.accountStatus} ${data.uniMMR}`);
}

await Promise.all(Object.entries(keys).map(([name, key]) => follow(name, key)));
