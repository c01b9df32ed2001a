// Becomes a test of the grown copy, where these operations exist: see grown-operations.test.ts.
import { afterAll, describe, expect, expectTypeOf, test } from "vitest";
import { operationPage } from "../scripts/docs/operations.js";
import { calls, type OpenApiDocument } from "../scripts/steps/document.js";
import { samplesOf } from "../scripts/steps/samples.js";
import { createClient, type Decimal, servers } from "../src/index.js";
import { startMock } from "../src/mock/index.js";
import { callWithRequired, document } from "./support/document.js";
import { errorOf } from "./support/errors.js";
import { everyKindOfKey } from "./support/keys.js";
import { call } from "./support/raw.js";
import { environmentOf, runCommand } from "./support/terminal.js";

const mock = await startMock();
const env = environmentOf(mock);
const binance = createClient({
  baseUrl: mock.url,
  apiKey: mock.apiKey,
  secret: mock.secret,
  retry: { attempts: 1 },
});
afterAll(() => mock.close());

/** The query of the last request, as it came, without what every request has. */
const lastQuery = () => mock.journal.entries.at(-1)?.query.replace(/&?timestamp=.*$/, "");
const all = {
  symbols: ["BTCUSDT", "ETHUSDT"],
  ids: [7, 8],
  incomeType: "COMMISSION",
  onlySettled: false,
  limit: 5,
} as const;
const allSent = "symbols=BTCUSDT%2CETHUSDT&ids=7&ids=8&incomeType=COMMISSION&onlySettled=false&limit=5";

test("watch and snapshot know them", async () => {
  for await (const { data } of binance.watch("getUmLimits", { parameters: { symbol: "BTCUSDT" } })) {
    expect(data.symbol).toBe("BTCUSDT");
    break;
  }
  expect(() => binance.watch("getUmLimits" as never)).toThrow("symbol");
  const { data } = await binance.snapshot();
  expect(Object.keys(data)).toContain("getUsdMIncome");
  expect(Object.keys(data)).not.toContain("getUmLimits");
  const { code, stdout } = await runCommand(["watch", "--count", "1", "--json"], env);
  expect(code).toBe(0);
  expect(stdout).toContain('"operation":"getPortfolioBalance"');
});

describe("types", () => {
  test("know every kind of parameter, and which must be sent", () => {
    const typed = (check: () => unknown) => expectTypeOf(check).toBeFunction();
    typed(() => binance.getUsdMIncome({ symbols: [...all.symbols], onlySettled: true }));
    typed(() => binance.getUmLimits({ symbol: "BTCUSDT", mode: "ADDED_LATER" }));
    // @ts-expect-error: required
    typed(() => binance.getUmLimits());
    // @ts-expect-error: required
    typed(() => binance.getUmLimits({ mode: "CROSS" }));
    typed(() => binance.watch("getUmLimits", { parameters: { symbol: "BTCUSDT" } }));
    // @ts-expect-error: required
    typed(() => binance.watch("getUmLimits"));
    // @ts-expect-error: a closed enumeration
    typed(() => binance.getUsdMIncome({ incomeType: "OTHER" }));
    // @ts-expect-error: a list
    typed(() => binance.getUsdMIncome({ ids: 7 }));
    // @ts-expect-error: true or false
    typed(() => binance.getUsdMIncome({ onlySettled: "true" }));
  });

  test("know every kind of field", async () => {
    const [income] = await binance.getUsdMIncome();
    expectTypeOf(income?.tradeId).toEqualTypeOf<number | null | undefined>();
    expectTypeOf(income?.note).toEqualTypeOf<string | undefined>();
    if (income?.info.kind === "TRADE") expectTypeOf(income.info.maker).toEqualTypeOf<boolean>();
    if (income?.info.kind === "FUNDING") expectTypeOf(income.info.rate).toEqualTypeOf<Decimal>();
    const limits = await binance.getUmLimits({ symbol: "BTCUSDT" });
    expectTypeOf(limits.byTier).toEqualTypeOf<{ [tier: string]: Decimal }>();
    expectTypeOf(limits.bracket.ranges).toEqualTypeOf<Decimal[][]>();
    expectTypeOf(limits.parent).toEqualTypeOf<{ name: string } | null>();
  });
});

describe.each(everyKindOfKey())("with a key of kind $kind", (key) => {
  test("every parameter is sent as the document says, signed, and filters the response", async () => {
    await using own = await startMock({ keys: [key.mock] });
    const client = createClient({ ...key.client, baseUrl: own.url });
    const rows = await client.getUsdMIncome({ symbols: ["ETHUSDT"], incomeType: "COMMISSION" });
    expect(rows.map(({ symbol, tradeId, info }) => ({ symbol, tradeId, info }))).toEqual([
      { symbol: "ETHUSDT", tradeId: 7, info: { kind: "TRADE", maker: false } },
    ]);
    await client.getUsdMIncome({ ...all, symbols: [...all.symbols], ids: [...all.ids] });
    expect((await client.getUmLimits({ symbol: "BTCUSDT", mode: "ADDED_LATER" })).symbol).toBe("BTCUSDT");
    expect((await client.getPortfolioBalance({ asset: "USDT" })).map(({ asset }) => asset)).toEqual(["USDT"]);
    expect(own.journal.entries.map(({ operation, status }) => [operation, status])).toEqual([
      ["getUsdMIncome", 200],
      ["getUsdMIncome", 200],
      ["getUmLimits", 200],
      ["getPortfolioBalance", 200],
    ]);
    expect(own.journal.entries[1]?.query).toContain(allSent);
  });
});

describe("what does not fit is refused before it is sent", () => {
  test.each<[parameters: object, message: string]>([
    [{ symbols: "BTCUSDT" }, "`symbols` must be a list, each item text of 1 to 20 characters; received "],
    [{ symbols: ["A,B"] }, "`symbols` must have items without a comma, which separates them."],
    [{ symbols: Array(11).fill("A") }, "`symbols` must have 1 to 10 items; received 11."],
    [{ symbols: ["A".repeat(21)] }, "`symbols[0]` must be text of 1 to 20 characters; received a string."],
    [{ ids: [0] }, "`ids[0]` must be an integer from 1"],
    [{ incomeType: "OTHER" }, "`incomeType` must be one of FUNDING_FEE, COMMISSION; received "],
    [{ onlySettled: "true" }, "`onlySettled` must be a boolean; received "],
    [{ limit: 1001 }, "`limit` must be an integer from 1 to 1000; received 1001."],
  ])("%o", async (parameters, message) => {
    const before = mock.journal.entries.length;
    const error = await errorOf(() => binance.getUsdMIncome(parameters as never));
    expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringContaining(message)]);
    expect(mock.journal.entries).toHaveLength(before);
  });

  test("a required parameter that is missing", async () => {
    const error = await errorOf(() => binance.getUmLimits({} as never));
    expect(error.message).toBe("`symbol` is required by /papi/v1/um/leverageBracket.");
  });
});

describe("the mock", () => {
  test("has the new host, with a weight of its own", async () => {
    await using own = await startMock({ limits: { fapi: 59 } });
    const client = createClient({
      baseUrl: own.url,
      apiKey: own.apiKey,
      secret: own.secret,
      retry: { attempts: 1 },
    });
    expect(servers.fapi).toEqual({ url: "https://fapi.binance.com", weightLimit: 2400 });
    await client.getUsdMIncome();
    expect((await errorOf(() => client.getUsdMIncome())).code).toBe("RATE_LIMITED");
    await client.getPortfolioBalance();
    expect(own.journal.weights).toEqual({ fapi: 60, papi: 20 });
  });

  test.each([
    ["symbols=A&symbols=B", -1101],
    [`symbols=${Array(11).fill("A")}`, -1130],
    [`symbols=A,${"A".repeat(21)}`, -1130],
    ["ids=7&ids=0", -1130],
    ["ids=x", -1130],
    ["incomeType=OTHER", -1130],
    ["onlySettled=1", -1130],
    ["limit=1001", -1130],
    ["symbol=A", -1104],
  ])("refuses %s with %i", async (query, code) => {
    const { body } = await call(mock, "/fapi/v1/income", query);
    expect(body.code).toBe(code);
  });

  test("refuses a call without the required parameter", async () => {
    expect((await call(mock, "/papi/v1/um/leverageBracket")).body.code).toBe(-1102);
  });

  test("says that the response is an example", async () => {
    await binance.getUsdMIncome();
    expect(mock.journal.entries.at(-1)?.example).toBe("twoKinds");
  });

  test("breaks the new operations as it does any other", async () => {
    const faults = [
      ["html", "BLOCKED"],
      ["reset", "CONNECTION"],
      ["wrongShape", "INVALID_RESPONSE"],
    ] as const;
    for (const operation of ["getUsdMIncome", "getUmLimits", "getPortfolioBalance"] as const)
      for (const [fault, code] of faults) {
        await using own = await startMock({ faults: [{ fault, operation }] });
        const client = createClient({
          baseUrl: own.url,
          apiKey: own.apiKey,
          secret: own.secret,
          retry: { attempts: 1 },
        });
        const error = await errorOf(() => callWithRequired(client, operation));
        expect([operation, fault, error.code]).toEqual([operation, fault, code]);
      }
  });
});

describe("the command", () => {
  const callIt = (...args: string[]) => runCommand(["call", ...args, "--json"], env);

  test.each([
    ["joined by commas", ["--symbols", "BTCUSDT,ETHUSDT", "--ids", "7,8"]],
    ["repeated", ["--symbols", "BTCUSDT", "--symbols", "ETHUSDT", "--ids", "7", "--ids", "8"]],
  ])("takes lists %s, and every other kind of parameter", async (_how, lists) => {
    const others = ["--incomeType", "COMMISSION", "--onlySettled", "false", "--limit", "5"];
    const { code, stdout } = await callIt("getUsdMIncome", ...lists, ...others);
    expect([code, lastQuery()]).toEqual([0, allSent]);
    expect(JSON.parse(stdout)).toEqual(
      await binance.getUsdMIncome({ ...all, symbols: [...all.symbols], ids: [...all.ids] }),
    );
  });

  test.each([
    [["getUsdMIncome", "--onlySettled", "yes"], '--onlySettled must be true or false; received "yes".'],
    [["getUsdMIncome", "--ids", "7,x"], '--ids must be a whole number; received "x".'],
    [["getUmLimits"], "`symbol` is required by /papi/v1/um/leverageBracket."],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await callIt(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test("shows each response as tables", async () => {
    const income = await runCommand(["call", "getUsdMIncome"], env);
    expect([income.code, income.stdout]).toEqual([0, expect.stringMatching(/BTCUSDT +FUNDING_FEE/)]);
    const limits = await runCommand(["call", "getUmLimits", "--symbol", "BTCUSDT"], env);
    expect([limits.code, limits.stdout]).toEqual([0, expect.stringContaining("BTCUSDT")]);
    const overview = await runCommand(["overview"], env);
    expect(overview.stdout).toMatch(/Balances {2}getPortfolioBalance\n +asset +totalWalletBalance/);
  });

  test("names the parameters in its help, with what they take", async () => {
    const { stdout } = await runCommand(["call", "getUsdMIncome", "--help"]);
    for (const flag of [
      "--symbols <text,...>",
      "--ids <integer,...>",
      "--incomeType FUNDING_FEE|COMMISSION",
      "--onlySettled true|false",
      "--limit <number>",
    ])
      expect(stdout).toMatch(new RegExp(`^ {2}${flag.replace(/[|.]/g, "\\$&")}`, "m"));
  });
});

test("the docs show parameters, fields and examples of each, and a sample in every language", () => {
  const spec = document as unknown as OpenApiDocument;
  const samples = samplesOf(spec);
  const markdownOf = (id: string) => {
    const call = calls(spec).find(({ operation }) => operation.operationId === id);
    if (!call) throw new Error(`${id} is not in the document.`);
    return operationPage(spec, "en", call);
  };
  const income = markdownOf("getUsdMIncome");
  for (const text of [
    "### `symbols` {#parameter-symbols}\n\nstring[] · optional\n",
    "### `ids` {#parameter-ids}\n\ninteger[] · optional\n",
    "### `onlySettled` {#parameter-onlySettled}\n\nboolean · optional\n",
    "- `FUNDING_FEE`\n- `COMMISSION`",
    "### `tradeId` {#tradeId}\n\ninteger | null",
    "### `info.kind` {#info-kind}\n\nstring\n\nSays that this is a funding fee.\n\n- `FUNDING`\n- `TRADE`",
    "### `info.maker` {#info-maker}\n\nboolean",
    "A funding fee and a commission",
  ])
    expect(income).toContain(text);
  const limits = markdownOf("getUmLimits");
  for (const text of [
    "### `symbol` {#parameter-symbol}\n\nstring · **required**\n",
    "string · optional\n\nMargin mode. Both when it is not sent. Values added later may be sent.\n\n- `CROSS`\n- `ISOLATED`",
    "### `byTier` {#byTier}\n\nRecord&lt;string, [Decimal](../types.md#decimal)>",
    "### `bracket.ranges` {#bracket-ranges}\n\n[Decimal](../types.md#decimal)[][]",
    "### `parent` {#parent}\n\n[UmParentLimits](../types.md#umparentlimits) | null",
    "### `parent.name` {#parent-name}\n\nstring",
  ])
    expect(limits).toContain(text);
  for (const { label, source } of samples.filter(({ operationId }) => operationId === "getUmLimits"))
    expect([label, source]).toEqual([label, expect.stringContaining("BTCUSDT")]);
  expect(markdownOf("getPortfolioBalance")).toContain(
    "### `totalWalletBalance` {#totalWalletBalance}\n\n[Decimal](../types.md#decimal)",
  );
});
