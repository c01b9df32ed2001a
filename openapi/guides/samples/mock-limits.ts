import { type BinanceError, createClient } from "binance-accounts";
import { startMock } from "binance-accounts/mock";

const noon = Date.UTC(2026, 0, 1, 12, 0, 15);
await using mock = await startMock({ limits: { papi: 50 }, patience: 1, now: () => noon });

for (const step of ["first", "second", "third", "fourth", "a minute later"]) {
  if (step === "a minute later") mock.clock.advance(60_000);
  // A new client each time, as if it were another process: one client alone would keep quiet until `retryAt`.
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    now: mock.clock.now,
  });
  await binance.getPortfolioAccount().then(
    () => console.log(`${step}: answered`),
    ({ code, retryAt = 0 }: BinanceError) =>
      console.log(`${step}: ${code} for ${(retryAt - mock.clock.now()) / 1000} s`),
  );
}
