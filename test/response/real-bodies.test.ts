import { expect, test } from "vitest";
import { createClient, type Difference, type OperationId, type ValidateOption } from "../../src/index.js";
import { examples } from "../support/document.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

// What servers have been recorded to send, beyond what the documentation pages show.

type Row = Record<string, unknown>;
interface Account extends Row {
  assets: Row[];
  positions: Row[];
}

const example = (id: OperationId) =>
  structuredClone(examples.find(({ operationId }) => operationId === id)?.value) as Account;

/** What a call makes of a body, and what is told beside it. */
async function meet(id: OperationId, body: unknown, validate: ValidateOption = "throw") {
  const told: Difference[] = [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const binance = createClient({
    ...hmacKey().client,
    validate,
    retry: { attempts: 1 },
    fetch: async () => new Response(text),
    onDifference: (difference) => told.push(difference),
  });
  return { told, call: () => binance[id]() as Promise<unknown> };
}

const without = (row: Row, ...names: string[]) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

test.each(["2.8E-4", "2.80056E-4", "0E-8", "-1.5e+3", "1E5", "65.00166666667"])(
  "%s is a decimal, kept as it came, and costs no other row",
  async (value) => {
    const account = example("getUmAccount");
    const rows = Array.from({ length: 400 }, (_, i) => ({
      ...account.positions[0],
      symbol: `COIN${i}USDT`,
      ...(i === 17 && { entryPrice: value, breakEvenPrice: value }),
    }));
    const { told, call } = await meet("getUmAccount", { ...account, positions: rows });
    expect([((await call()) as Account).positions[17]?.entryPrice, told]).toEqual([value, []]);
  },
);

test("what may be absent is absent without a word, and what is added in real answers is known", async () => {
  const um = example("getUmAccount");
  const [asset = {}] = um.assets;
  const [position = {}] = um.positions;
  const bodies: [OperationId, unknown][] = [
    [
      "getPortfolioAccount",
      without(example("getPortfolioAccount"), "totalMarginOpenLoss", "totalAvailableBalance"),
    ],
    ["getPortfolioAccount", { ...example("getPortfolioAccount"), totalAvailableBalance: "0" }],
    [
      "getUmAccount",
      {
        tradeGroupId: -1,
        assets: [without(asset, "updateTime"), { ...asset, asset: "BNFCR" }],
        positions: [
          without(position, "maxNotional", "bidNotional", "askNotional", "breakEvenPrice", "updateTime"),
          { ...position, notional: "0", symbol: "币安人生USDT", maxNotional: "9223372036854775807" },
        ],
      },
    ],
    ...(["getCmAccount", "getCoinMAccount"] as const).map((id): [OperationId, unknown] => {
      const account = example(id);
      const lean = { ...without(account.positions[0] ?? {}, "maxQty", "breakEvenPrice", "updateTime") };
      const added = id === "getCmAccount" ? { notionalValue: "0" } : { isolatedWallet: "0" };
      return [id, { ...account, positions: [{ ...lean, ...added }] }];
    }),
    [
      "getCmPositionRisk",
      (example("getCmPositionRisk") as unknown as Row[]).map((row) =>
        without(row, "maxQty", "breakEvenPrice", "updateTime"),
      ),
    ],
  ];
  for (const [id, body] of bodies) {
    const { told, call } = await meet(id, body);
    expect(await call()).toEqual(body);
    expect(told).toEqual([]);
  }
});

test.each<ValidateOption>(["throw", "report", "off"])(
  "a number that a double rounds, in a field nobody knows, costs nothing but a word: validate %s",
  async (validate) => {
    const text = JSON.stringify(example("getUmAccount")).replace("{", '{"newId":8389765000000000001,');
    const rows = text.replace('"positions":[{', '"positions":[{"newRate":0.12345678901234567,');
    const { told, call } = await meet("getUmAccount", rows, validate);
    expect(await call()).toHaveProperty("newId");
    const rounded = told.filter(({ kind }) => kind === "value").map(({ path }) => path);
    expect(rounded).toEqual(validate === "off" ? [] : ["newId", "positions[].newRate"]);
  },
);

test("a time that is not in ms is told, once for all rows", async () => {
  const account = example("getUmAccount");
  const positions = [1625474304, 1625474304765123, 1625474304765124, 1625474304765, 0].map((updateTime) => ({
    ...account.positions[0],
    updateTime,
  }));
  const { told, call } = await meet("getUmAccount", { ...account, positions });
  await call();
  expect(told.map(({ path, detail }) => [path, detail])).toEqual([
    ["positions[].updateTime", "a time of 10 digits; in ms it has 13"],
    ["positions[].updateTime", "a time of 16 digits; in ms it has 13"],
  ]);
});

test.each<[string, (account: Account) => unknown, message: string]>([
  ["a required field missing", ({ positions: _, ...rest }) => rest, "positions must be there; it is missing"],
  [
    "a number for a decimal",
    (account) => ({ ...account, positions: [{ ...account.positions[0], leverage: 20 }] }),
    "positions[].leverage must be a decimal as text; received a number",
  ],
  [
    "null for a text",
    (account) => ({ ...account, assets: [{ ...account.assets[0], asset: null }] }),
    "assets[].asset must be text; received null",
  ],
  [
    "a decimal that is none",
    (account) => ({ ...account, positions: [{ ...account.positions[0], entryPrice: "NaN" }] }),
    'positions[].entryPrice must be a decimal as text; received "NaN"',
  ],
  [
    "a list for an object, many times",
    (account) => ({ ...account, positions: account.positions.concat([[] as never, [] as never]) }),
    "positions[] must be an object; received a list",
  ],
])("%s is refused by name", async (_what, change, message) => {
  const { call } = await meet("getUmAccount", change(example("getUmAccount")));
  const error = await errorOf(call);
  expect([error.code, error.message]).toEqual([
    "INVALID_RESPONSE",
    `The response does not match the document: ${message}.`,
  ]);
});

test.each<ValidateOption>(["throw", "report", "off"])(
  "what has none of the operation's fields is never an account: validate %s",
  async (validate) => {
    for (const body of [
      '{"239999":"System maintenance"}',
      "{}",
      '{"status":"ok"}',
      "[]",
      "null",
      '"ok"',
      "[{}]",
    ]) {
      for (const id of ["getPortfolioAccount", "getUmAccount", "getCmPositionRisk"] as const) {
        if (id === "getCmPositionRisk" && body === "[]") continue; // no position is held
        const { call } = await meet(id, body, validate);
        expect((await errorOf(call)).code).toBe(/239999/.test(body) ? "UNAVAILABLE" : "INVALID_RESPONSE");
      }
    }
  },
);
