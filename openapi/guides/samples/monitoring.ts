import { BinanceError, createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

/** One look at the account; returns the ms until the next. */
async function look(): Promise<number> {
  try {
    const { accountStatus, uniMMR } = await binance.getPortfolioAccount();
    console.log(accountStatus === "NORMAL" ? "ok" : "ALERT", accountStatus, uniMMR);
    return 10_000;
  } catch (error) {
    if (!(error instanceof BinanceError)) throw error;
    console.log("not read:", error.code);
    return error.retryAt === undefined ? 30_000 : error.retryAt - Date.now();
  }
}

console.log(`next look in ${(await look()) / 1000} s`);
