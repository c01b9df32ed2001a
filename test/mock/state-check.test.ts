import { expect, test } from "vitest";
import { type MockState, startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";

test.each<[message: RegExp, changes: unknown]>([
  [/unknown field `positions` in the state\. Expected one of: markPrices,/, { positions: [] }],
  [
    /unknown field `position` in um\. Expected one of: assets, positions, newFields,/,
    { um: { position: [] } },
  ],
  [
    /unknown field `amount` in um\.positions\[0\]\. Expected one of: symbol,/,
    { um: { positions: [{ symbol: "BTCUSDT", amount: "1" }] } },
  ],
  [
    /`um\.positions\[0\]\.symbol` must be a text; received undefined\./,
    { um: { positions: [{ positionAmt: "1" }] } },
  ],
  [/`um\.positions` must be a list; received an object\./, { um: { positions: { symbol: "BTCUSDT" } } }],
  [
    /`um\.positions` must list each row once; received BTCUSDT LONG twice\./,
    { um: { positions: Array(2).fill({ symbol: "BTCUSDT", positionSide: "LONG" }) } },
  ],
  [
    /um\.positions\[0\]: `markPrices` must name XRPUSDT, which is held; received none\./,
    { um: { positions: [{ symbol: "XRPUSDT", positionAmt: "1", entryPrice: "1" }] } },
  ],
  [
    /um\.positions\[0\]: `entryPrice` must be more than 0 where something is held; received "0\.0"\./,
    { um: { positions: [{ symbol: "BTCUSDT", positionAmt: "1" }] } },
  ],
  [
    /`positionAmt` must be a decimal text such as "0\.05"; received 0\.5\./,
    { um: { positions: [{ symbol: "BTCUSDT", positionAmt: 0.5 }] } },
  ],
  [
    /`leverage` must be more than 0; received "0"\./,
    { um: { positions: [{ symbol: "BTCUSDT", leverage: "0" }] } },
  ],
  [
    /`markPrices\.BTCUSDT` must be a decimal text of at least 0, such as "0\.95"; received 50000\./,
    { markPrices: { BTCUSDT: 50_000 } },
  ],
  [
    /`markPrices` must name XAUUSDT, which values XAU in USD; received none\./,
    { um: { assets: [{ asset: "XAU", crossWalletBalance: "1" }] } },
  ],
  [
    /`account\.uniMMR` cannot be set: it is \(accountEquity − totalMarginOpenLoss\) ÷ accountMaintMargin/,
    { account: { uniMMR: "2" } },
  ],
  [
    /getPortfolioAccount would respond with a body whose updateTime must be an integer.*received "today"\./,
    { account: { updateTime: "today" } },
  ],
  [/`newFields` of account must be an object; received "x"\./, { account: { newFields: "x" } }],
  [/it must hold data only; received something else/, { account: { accountStatus: () => "NORMAL" } }],
  [
    /unknown field `getAccount` in answers\. Expected one of: getPortfolioAccount/,
    { answers: { getAccount: {} } },
  ],
  [
    /getUmAccount would respond with a body whose assets must be there; it is missing\./,
    { answers: { getUmAccount: {} } },
  ],
  [/Unknown scenario "crash"\. Expected one of: oneWay, hedge,/, { scenario: "crash" }],
  [/A state must be an object; received an array\./, []],
])("refuses, says %s, and changes nothing", async (message, changes) => {
  await using mock = await startMock({ scenario: "hedge" });
  const before = mock.state;
  const error = await errorOf(() => mock.set(changes as MockState));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringMatching(message)]);
  expect(mock.state).toEqual(before);
});

test("a state of __proto__ changes no prototype", async () => {
  await using mock = await startMock();
  await errorOf(() => mock.set(JSON.parse('{ "__proto__": { "polluted": "1" } }')));
  await errorOf(() => mock.set(JSON.parse('{ "um": { "__proto__": { "polluted": "1" } } }')));
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
