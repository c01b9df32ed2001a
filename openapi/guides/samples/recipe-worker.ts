import { type Client, createClient } from "binance-accounts";
import { risk } from "binance-accounts/risk";

/** Secrets of the Secrets Store, and variables, by the names of wrangler.jsonc. */
interface Env {
  BINANCE_API_KEY: { get(): Promise<string> };
  BINANCE_API_SECRET: { get(): Promise<string> };
  BINANCE_BASE_URL?: string;
  ALERT_URL: string;
}
let binance: Client | undefined; // kept while the isolate lives

export default {
  async scheduled(_event: unknown, env: Env): Promise<void> {
    const [key, secret] = [env.BINANCE_API_KEY, env.BINANCE_API_SECRET];
    const credentials = async () => ({ apiKey: await key.get(), secret: await secret.get() });
    binance ??= createClient({ credentials, baseUrl: env.BINANCE_BASE_URL });
    const { isAlarm, level, ratio } = risk(await binance.getPortfolioAccount());
    if (isAlarm) await fetch(env.ALERT_URL, { method: "POST", body: `${level} at uniMMR ${ratio}` });
  },
};
