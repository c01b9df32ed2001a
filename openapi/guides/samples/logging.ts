import { startMock } from "binance-accounts/mock";

await using mock = await startMock({ faults: [{ fault: "error", example: "overloaded", nth: 1 }] });
const print = (line: string) => console.log(line.replace(/\d+ ms/g, "… ms")); // no two runs take equally long
const logger = { error: print, warn: print, info: print, debug: print };

const binance = mock.client({ logger, logLevel: "debug" });
await binance.getPortfolioAccount();
