/** One of many processes behind an address: `node process.js <redis socket> <server> <calls per minute>`. Prints what its calls come to. */
import { type BinanceError, createBudget, createClient } from "../../src/index.js";
import { redisStore } from "../../src/redis.js";
import { rawClient } from "../support/resp.js";

const [path = "", baseUrl = "", perMinute = "60", margin = "0.05"] = process.argv.slice(2);
let connection = rawClient(path);
const send = (...args: string[]) => {
  if (connection.isClosed()) connection = rawClient(path);
  return connection.send(...args);
};
const store = redisStore({
  send,
  onDegraded: ({ isDegraded }) => console.log(isDegraded ? "degraded" : "restored"),
});
const budget = createBudget({ store, margin: Number(margin) });
const binance = createClient({ apiKey: "key", secret: "secret", baseUrl, budget });

/** Longer than a call may take, in ms. */
const tooLong = 12_000;

function call(): void {
  const late = setTimeout(() => console.log("hung"), tooLong);
  binance
    .getUmAccount()
    .then(
      () => console.log("ok"),
      ({ code, attempts, phase }: BinanceError) =>
        console.log(`${code}/${attempts}${phase ? `/${phase}` : ""}`),
    )
    .finally(() => clearTimeout(late));
}
setTimeout(
  () => {
    call();
    setInterval(call, 60_000 / Number(perMinute));
  },
  (Math.random() * 60_000) / Number(perMinute),
);
