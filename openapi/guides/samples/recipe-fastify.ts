import { BinanceError, createClient } from "binance-accounts";
import Fastify from "fastify";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });
const app = Fastify();

app.get("/margin", async (_request, reply) => {
  const gone = new AbortController();
  reply.raw.on("close", () => gone.abort()); // nobody waits any more
  const account = await binance.getPortfolioAccount({}, { signal: gone.signal, timeout: 3000 });
  return { uniMMR: account.uniMMR, status: account.accountStatus };
});
app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof BinanceError)) return reply.status(500).send({ code: "INTERNAL" });
  return reply.status(error.retryable ? 503 : 502).send({ code: error.code });
});
await app.listen({ port: Number(process.env.PORT ?? 3000), host: "127.0.0.1" });
console.log(app.server.address());
