import { getHttpOperationsFromSpec } from "@stoplight/prism-http";
import { afterAll, describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { startPrism } from "../../src/mock/prism.js";
import type { Path } from "../../src/types.js";
import { document, examples, requiredParameters } from "../support/document.js";
import { everyKindOfKey, type TestKey } from "../support/keys.js";

const keys = everyKindOfKey();
const mock = await startMock({ keys: keys.map((key) => key.mock) });
afterAll(() => mock.close());

/** Asks the mock for one example by name. A violation that Prism finds would be an answer of 500. */
function clientFor({ url }: Mock, { client }: TestKey, example: string) {
  const binance = createClient({ ...client, baseUrl: url });
  binance.use({ onRequest: ({ request }) => request.headers.set("Prefer", `example=${example}`) });
  return binance;
}

describe.each(keys)("with a key of kind $kind", (key) => {
  test.each(examples)(
    "$operationId answers with the example $name",
    async ({ operationId, path, name, value }) => {
      const binance = clientFor(mock, key, name);
      const parameters = requiredParameters(path);
      expect(await (binance[operationId] as (parameters: object) => Promise<unknown>)(parameters)).toEqual(
        value,
      );
      const { data, error, response } = await binance.GET(path as Path, { params: { query: parameters } });
      expect({ data, error, status: response.status }).toEqual({
        data: value,
        error: undefined,
        status: 200,
      });
    },
  );
});

test("Prism reports an example that breaks its schema", async () => {
  const broken = structuredClone<unknown>(document) as typeof document & {
    components: { examples: { [name: string]: { value: { uniMMR: unknown } } } };
  };
  const example = broken.components.examples["getPortfolioAccount.normal"];
  if (example) example.value.uniMMR = 5167.9;
  const prism = await startPrism(await getHttpOperationsFromSpec(broken));
  const request = {
    path: "/papi/v1/account",
    query: { timestamp: "1", signature: "x" },
    headers: { "x-mbx-apikey": "x" },
  };
  await expect(prism("getPortfolioAccount", request, {})).rejects.toThrow(/violations.*uniMMR/);
});
