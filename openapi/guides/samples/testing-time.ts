import { startMock } from "binance-accounts/mock";

await using mock = await startMock({ limits: { papi: 20 }, now: () => 1_767_268_815_000 });
const binance = mock.client({ ...mock.time, timeout: 120_000 });

await binance.getPortfolioAccount();
await binance.getPortfolioAccount(); // the minute is used up: waits for the next one, in no time
console.log(mock.journal.entries.map(({ status }) => status).join(" "));
console.log("warnings:", mock.journal.warnings.length);
