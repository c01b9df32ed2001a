import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mockHelp } from "../../src/cli/help.js";
import { createClient } from "../../src/index.js";
import { scenarios } from "../../src/mock/account.js";
import { startMock } from "../../src/mock/index.js";
import { document, resolve } from "../support/document.js";
import { errorOf } from "../support/errors.js";
import { root } from "../support/process.js";

test("makes a throw-away key and hands it back", async () => {
  await using first = await startMock();
  await using second = await startMock();
  expect(first.apiKey).not.toBe(second.apiKey);
  const binance = createClient({ baseUrl: first.url, apiKey: first.apiKey, secret: first.secret });
  expect((await binance.getPortfolioAccount()).accountStatus).toBe("NORMAL");
});

test("answers with the example that the scenario names, and with the first where there is none of that name", async () => {
  await using mock = await startMock({ scenario: "marginCall" });
  const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
  expect((await binance.getPortfolioAccount()).accountStatus).toBe("MARGIN_CALL");
  expect((await binance.getUmAccount()).positions).toHaveLength(1);
});

test("counts the weight of each server in clock-aligned minutes", async () => {
  let now = 1_657_707_180_000;
  await using mock = await startMock({ now: () => now });
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    now: () => now,
  });
  const used = async (path: "/papi/v1/account" | "/papi/v1/um/account" | "/dapi/v1/account") =>
    (await binance.GET(path)).response.headers.get("x-mbx-used-weight-1m");
  expect([
    await used("/papi/v1/account"),
    await used("/papi/v1/um/account"),
    await used("/dapi/v1/account"),
  ]).toEqual(["20", "25", "5"]);
  now += 59_999;
  expect(await used("/papi/v1/account")).toBe("45");
  now += 1;
  expect(await used("/papi/v1/account")).toBe("20");
});

const errors = Object.entries(document.paths["/papi/v1/account"]?.get.responses ?? {}).flatMap(
  ([status, { $ref = "" }]) => {
    const response =
      $ref &&
      resolve<{ content: { "application/json"?: { examples: Record<string, { value: object }> } } }>($ref);
    const examples = (response || { content: {} }).content["application/json"]?.examples ?? {};
    return Object.entries(examples).map(([name, { value }]) => ({
      status: Number(status.replace("5XX", "503")),
      name,
      value,
    }));
  },
);

test.each(errors)("can be asked for the documented error $status $name", async ({ status, name, value }) => {
  // The moment at which the example's ban has 30 s to go.
  const now = () => 1_657_707_302_154;
  await using mock = await startMock({ now });
  const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret, now });
  let responded: [status: number, body: unknown] | undefined;
  binance.use({
    onRequest: ({ request }) => request.headers.set("Prefer", `code=${status}, example=${name}`),
    async onResponse({ response }) {
      responded = [response.status, await response.clone().json()];
    },
  });
  await errorOf(() => binance.getPortfolioAccount());
  // The client hides addresses that a message names.
  const hidden = JSON.parse(JSON.stringify(value).replace("203.0.113.7", "[redacted]"));
  expect(responded).toEqual([status, hidden]);
});

test("answers 404 as a page where there is no operation, and says that it is a mock", async () => {
  await using mock = await startMock();
  const response = await fetch(`${mock.url}/papi/v1/order`, { method: "POST" });
  expect([response.status, response.headers.get("content-type"), response.headers.get("x-mock")]).toEqual([
    404,
    "text/html",
    "1",
  ]);
});

test("a scenario is one of the names in the type, in the help and at run time, and no name of an example", async () => {
  const names = ["oneWay", "hedge", "marginCall", "reduceOnly", "forceLiquidation", "bankrupted"];
  const odd = ["noPositions", "newFields", "emptyDecimals", "manyPositions"];
  const real = ["multiAsset", "isolated", "exponents", "chineseSymbols", "noLiquidationPrice", "delivered"];
  expect(scenarios).toEqual([...names, ...odd, ...real, "neverUpdated"]);
  const guides = ["en", "zh-CN"].map((language) =>
    readFileSync(join(root, `openapi/guides/mock.${language}.md`), "utf8"),
  );
  for (const name of scenarios) {
    expect(mockHelp(scenarios)).toContain(name);
    for (const guide of guides) expect(guide).toMatch(new RegExp(`^\\| .*\`${name}\`.* \\|`, "m"));
  }
  // @ts-expect-error: `normal` is an example of one operation, which `Prefer` asks for
  const error = await errorOf(() => startMock({ scenario: "normal" }));
  expect(error.message).toBe(`Unknown scenario "normal". Expected one of: ${scenarios.join(", ")}.`);
});

test("frees its port and ends its connections when it closes", async () => {
  const mock = await startMock();
  const { port } = new URL(mock.url);
  const socket = connect(Number(port), "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await mock.close();
  await ended;
  await using again = await startMock({ port: Number(port) });
  expect(again.url).toBe(mock.url);
  await expect(startMock({ port: Number(port) })).rejects.toThrow(
    /must be free on 127\.0\.0\.1; received \d+ \(EADDRINUSE\)/,
  );
});

test.each([
  [{ porr: 1 }, /startMock .*`porr`/],
  [{ port: 70_000 }, /`port` must be an integer from 0 to 65535; received 70000\./],
  [{ scenario: "crash" }, /Unknown scenario "crash"\. Expected one of: oneWay, hedge,/],
  [{ keys: [] }, /`keys` must name at least one key; received an empty list\./],
  [{ keys: "abc" }, /`keys` must be a list; received "abc"\./],
  [{ keys: [null] }, /`apiKey` .*undefined/],
  [
    {
      keys: [
        { apiKey: "a", secret: "b" },
        { apiKey: "a", secret: "c" },
      ],
    },
    /`apiKey` must name each key once; received one that the mock has\./,
  ],
  [{ now: 5 }, /`now` .* a function.* 5\./],
  [
    { keys: [{ apiKey: "a", publicKey: "b" }] },
    /`publicKey` must be the PEM of an RSA or Ed25519 public key; received something else\./,
  ],
  [{ keys: [{ apiKey: "a b", secret: "c" }] }, /`apiKey` .* character/],
])("refuses %j", async (options, message) => {
  expect((await errorOf(() => startMock(options as never))).message).toMatch(message);
});

test("lives on when its clock fails", async () => {
  let broken = true;
  const now = () => (broken ? (undefined as never) : Date.now());
  await using mock = await startMock({ now });
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    retry: { attempts: 1 },
  });
  await errorOf(() => binance.getUmAccount());
  broken = false;
  expect((await binance.getUmAccount()).positions).toHaveLength(1);
});
