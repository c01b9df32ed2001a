import { startMock } from "binance-accounts/mock";

await using mock = await startMock({
  faults: [
    { fault: "error", example: "overloaded", operation: "getUmAccount", nth: 1 },
    { fault: "reset", operation: "getUmAccount", nth: 2 },
    { fault: "delay", ms: { median: 20, sigma: 0.3 }, probability: 0.5 },
  ],
  seed: 7,
});
const binance = mock.client();
await binance.getUmAccount();

for (const { attempts, distinctTimestamps, weight } of mock.journal.calls("getUmAccount")) {
  console.log(attempts.map(({ status }) => status || "no answer").join(", "));
  console.log(`signed anew each time: ${distinctTimestamps}, weight ${weight}`);
}
console.log("warnings:", mock.journal.warnings.length);
