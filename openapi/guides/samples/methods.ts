import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { assets } = await binance.getUmAccount({ recvWindow: 3000 }, { timeout: 8000 });
console.log("method:", assets.length, "asset");

const account = await binance.getUmAccount().withResponse();
console.log("withResponse:", account.response.status, "weight used", account.weight.used);

const { data, error, response } = await binance.GET("/papi/v1/um/account", {
  params: { query: { recvWindow: 3000 } },
});
if (error) console.log("refused:", error.code, error.msg);
else
  console.log("GET:", data.assets.length, "asset, weight used", response.headers.get("x-mbx-used-weight-1m"));
