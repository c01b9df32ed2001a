import { createClient, type DataOf } from "../../src/index.js";
import type { startMock } from "../../src/mock/index.js";

/** What each operation responds with. */
export interface Answers {
  account: DataOf<"getPortfolioAccount">;
  um: DataOf<"getUmAccount">;
  cm: DataOf<"getCmAccount">;
  risk: DataOf<"getCmPositionRisk">;
  coinM: DataOf<"getCoinMAccount">;
}

/** What all operations answer, each validated against the document by the client. */
export async function answersOf(mock: Awaited<ReturnType<typeof startMock>>): Promise<Answers> {
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    now: mock.clock.now,
  });
  const [account, um, cm, risk, coinM] = await Promise.all([
    binance.getPortfolioAccount(),
    binance.getUmAccount(),
    binance.getCmAccount(),
    binance.getCmPositionRisk(),
    binance.getCoinMAccount(),
  ]);
  return { account, um, cm, risk, coinM };
}
