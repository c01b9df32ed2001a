import { createServer } from "node:http";
import { createClient, type Look, type PortfolioAccount } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

let look: Look<PortfolioAccount> | undefined;
const server = createServer((_request, response) => {
  const lines = [`binance_weight_used ${binance.weight.papi.used}`];
  if (look) {
    lines.push(`binance_uni_mmr ${look.data.uniMMR}`, `binance_equity_usd ${look.data.accountEquity}`);
    lines.push(`binance_data_age_seconds ${look.age / 1000}`);
  }
  response.setHeader("content-type", "text/plain; version=0.0.4").end(`${lines.join("\n")}\n`);
});
server.listen(Number(process.env.PORT ?? 9464), "127.0.0.1", () => console.log(server.address()));

for await (const latest of binance.watch("getPortfolioAccount", { every: 5000 })) look = latest;
