import { BinanceError, createClient } from "binance-accounts";
import express from "express";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const app = express();

app.get("/margin", async (_request, response) => {
  const gone = new AbortController();
  response.on("close", () => gone.abort()); // nobody waits any more
  try {
    const account = await binance.getPortfolioAccount({}, { signal: gone.signal, timeout: 3000 });
    response.json({ uniMMR: account.uniMMR, status: account.accountStatus });
  } catch (error) {
    if (!(error instanceof BinanceError)) throw error;
    response.status(error.retryable ? 503 : 502).json({ code: error.code });
  }
});
const server = app.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => console.log(server.address()));
