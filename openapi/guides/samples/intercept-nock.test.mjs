import assert from "node:assert/strict";
import { before, test } from "node:test";
import { createClient } from "binance-accounts";
import document from "binance-accounts/openapi.json" with { type: "json" };
import nock from "nock";

const { value: account } = document.components.examples["getUmAccount.hedge"];
before(() => nock.disableNetConnect());

test("an overload is followed by the account, on one call", async () => {
  const binance = nock("https://papi.binance.com", { reqheaders: { "x-mbx-apikey": "key" } });
  const path = /^\/papi\/v1\/um\/account\?timestamp=\d+&signature=[0-9a-f]{64}$/;
  binance.get(path).reply(503, { code: -1008, msg: "Server is currently overloaded." });
  binance.get(path).reply(200, account);
  const client = createClient({ apiKey: "key", secret: "secret" });
  assert.deepEqual(await client.getUmAccount(), account);
  assert.deepEqual(nock.pendingMocks(), []);
});
