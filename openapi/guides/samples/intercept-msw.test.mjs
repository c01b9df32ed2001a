import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createClient } from "binance-accounts";
import document from "binance-accounts/openapi.json" with { type: "json" };
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";

const { value: account } = document.components.examples["getUmAccount.hedge"];
const server = setupServer(
  http.get("https://papi.binance.com/papi/v1/um/account", () => HttpResponse.json(account)),
);
before(() => server.listen({ onUnhandledRequest: "error" }));
after(() => server.close());

test("the handler answers, and nothing else is reached", async () => {
  const binance = createClient({ apiKey: "key", secret: "secret", retry: { attempts: 1 } });
  assert.deepEqual(await binance.getUmAccount(), account);
  await assert.rejects(binance.getCmAccount(), { name: "BinanceError", code: "CONNECTION" });
});
