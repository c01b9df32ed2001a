import { BinanceError, createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

async function poll(): Promise<string> {
  try {
    const { accountStatus, uniMMR } = await binance.getPortfolioAccount();
    return `${accountStatus} ${uniMMR}`;
  } catch (error) {
    if (!(error instanceof BinanceError)) throw error;
    switch (error.code) {
      case "RATE_LIMITED":
      case "BANNED":
        return `wait until ${new Date(error.retryAt ?? Date.now() + 60_000).toISOString()}`;
      case "UNAVAILABLE":
      case "TIMEOUT":
      case "CONNECTION":
        return "try again at the next poll";
      default:
        throw error; // key, parameters or set-up are wrong: a person has to look
    }
  }
}

console.log(await poll());
