import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "binance-accounts";
import document from "binance-accounts/openapi.json" with { type: "json" };
import { fetch, MockAgent } from "undici";

const { value: account } = document.components.examples["getUmAccount.hedge"];

test("the agent answers, and nothing else is reached", async () => {
  const agent = new MockAgent();
  agent.disableNetConnect();
  agent
    .get("https://papi.binance.com")
    .intercept({ path: (path) => path.startsWith("/papi/v1/um/account?") })
    .reply(200, account);
  const binance = createClient({
    apiKey: "key",
    secret: "secret",
    retry: { attempts: 1 },
    fetch: (url, init) => fetch(url, { ...init, dispatcher: agent }),
  });
  assert.deepEqual(await binance.getUmAccount(), account);
  await assert.rejects(binance.getCmAccount(), { name: "BinanceError", code: "CONNECTION" });
  agent.assertNoPendingInterceptors();
});
