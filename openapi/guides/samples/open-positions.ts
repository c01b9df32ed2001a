import { createClient } from "binance-accounts";

const {
  BINANCE_API_KEY: apiKey = "",
  BINANCE_API_SECRET: secret = "",
  BINANCE_BASE_URL: baseUrl,
} = process.env;
const binance = createClient({ apiKey, secret, baseUrl });

const { positions } = await binance.getUmAccount();
const isZero = (decimal: string) => /^-?0*(\.0*)?$/.test(decimal); // no detour through a float
for (const { symbol, positionSide, positionAmt } of positions.filter(
  ({ positionAmt }) => !isZero(positionAmt),
)) {
  console.log(symbol, positionSide, positionAmt);
}
