import { realAccounts } from "./real-accounts.js";
import { type Fields, type MockState, type Part, patch } from "./state.js";

// One contract of the published examples. Binance prints it with a liquidation price although nothing is held.
const published: Fields = {
  symbol: "BTCUSD_201225",
  leverage: "125",
  markPrice: "0.00000000",
  liquidationPrice: "6170.20509059",
  notionalValue: "0.00084827",
};
const coin = { asset: "BTC", updateTime: 1625474304765 };
const idleCoinM = { symbol: "BTCUSD_201225", leverage: "125" };

/** The account of Binance's pages. It holds no futures; its equity and margin come from cross margin, so they are given. */
const oneWay: MockState = {
  markPrices: { BTCUSDT: "11788.66626667", BTCUSD_PERP: "11788.66626667", BTCUSD_201225: "11788.66626667" },
  collateralRates: { BTC: "0.95" },
  account: {
    accountEquity: "122607.35137903",
    actualEquity: "73.47428058",
    accountInitialMargin: "23.72469206",
    accountMaintMargin: "23.72469206",
    virtualMaxWithdrawAmount: "1627523.32459208",
    totalAvailableBalance: "",
    totalMarginOpenLoss: "",
    updateTime: 1657707212154,
  },
  um: {
    assets: [{ asset: "USDT", crossWalletBalance: "23.72469206", updateTime: 1625474304765 }],
    positions: [{ symbol: "BTCUSDT", leverage: "100", entryPrice: "0.00000", maxNotional: "250000" }],
  },
  cm: { assets: [{ ...coin, crossWalletBalance: "0.00241969" }], positions: [published] },
  coinM: { feeTier: 2, assets: [{ ...coin, walletBalance: "0.00241969" }], positions: [idleCoinM] },
};

const at = 1627026881327;
const hedgeContract: Fields = {
  symbol: "BTCUSD_201225",
  leverage: "125",
  entryPrice: "11707.70000003",
  updateTime: at,
};
const hedgePair = { symbol: "BTCUSDT", updateTime: at };
const idlePair = { symbol: "ETHUSDT", entryPrice: "0.00000" };

const hedge: MockState = {
  ...oneWay,
  account: { updateTime: at },
  um: {
    assets: [{ asset: "USDT", crossWalletBalance: "5000.00000000", updateTime: at }],
    positions: [
      { ...hedgePair, positionSide: "LONG", positionAmt: "0.050", entryPrice: "11707.70000" },
      { ...hedgePair, positionSide: "SHORT", positionAmt: "-0.020", entryPrice: "11900.00000" },
      { ...idlePair, positionSide: "LONG" },
      { ...idlePair, positionSide: "SHORT" },
    ],
  },
  cm: {
    assets: [{ ...coin, crossWalletBalance: "0.00241969", updateTime: at }],
    positions: [
      {
        ...hedgeContract,
        positionSide: "LONG",
        positionAmt: "1",
        liquidationPrice: "6170.20509059",
        notionalValue: "0.00084827",
      },
      { ...hedgeContract, positionSide: "SHORT", positionAmt: "-2", liquidationPrice: "20941.70551002" },
    ],
  },
  coinM: {
    feeTier: 2,
    assets: [{ ...coin, walletBalance: "0.00241969" }],
    positions: [
      { ...idleCoinM, positionSide: "BOTH" },
      { ...idleCoinM, positionSide: "LONG" },
      { ...idleCoinM, positionSide: "SHORT", notionalValue: "0", updateTime: at },
    ],
  },
};

/** A long position of 50 BTC whose mark price falls; the stages differ in price only. */
const falling = (price: string): MockState => ({
  ...oneWay,
  markPrices: { BTCUSDT: price, BTCUSD_PERP: price, BTCUSD_201225: price },
  account: { updateTime: at },
  um: {
    assets: [{ asset: "USDT", crossWalletBalance: "35000.00000000", updateTime: at }],
    positions: [
      {
        symbol: "BTCUSDT",
        positionAmt: "50.000",
        entryPrice: "50430.00000",
        leverage: "125",
        maxNotional: "3000000",
        updateTime: at,
      },
    ],
  },
  cm: { assets: [{ ...coin, crossWalletBalance: "0.00000000" }], positions: [] },
});

const noPositions: MockState = {
  ...oneWay,
  account: { updateTime: 1657707212154 },
  um: { assets: oneWay.um?.assets ?? [], positions: [{ ...idlePair, symbol: "BTCUSDT" }, idlePair] },
  cm: { assets: oneWay.cm?.assets ?? [], positions: [] },
  coinM: { ...oneWay.coinM, positions: [] },
};

const newFields = { newFields: { addedByBinance: "a field that no document knows" } };
const withNewFields = (row: Fields): Fields => ({ ...row, ...newFields });
const extend = ({ assets = [], positions = [], ...rest }: Part): Part & Fields => ({
  ...rest,
  ...newFields,
  assets: assets.map(withNewFields),
  positions: positions.map(withNewFields),
});

function manyPositions(): MockState {
  const names = Array.from({ length: 500 }, (_, index) => `COIN${String(index + 1).padStart(3, "0")}`);
  const prices = names.flatMap((name, index) =>
    [`${name}USDT`, `${name}USD_PERP`].map((symbol) => [symbol, `${index + 1}.00`]),
  );
  const held = (symbol: string, index: number) => {
    const positionAmt = index % 2 ? `-${index + 1}` : `${index + 1}`;
    return { symbol, positionAmt, entryPrice: `${index + 1}.01`, leverage: "20", updateTime: at };
  };
  return {
    markPrices: Object.fromEntries(prices),
    account: { updateTime: at },
    um: {
      assets: [{ asset: "USDT", crossWalletBalance: "10000000.00000000", updateTime: at }],
      positions: names.map((name, index) => held(`${name}USDT`, index)),
    },
    cm: {
      assets: names.map((asset) => ({ asset, crossWalletBalance: "1000.00000000", updateTime: at })),
      positions: names.map((name, index) => held(`${name}USD_PERP`, index)),
    },
    coinM: {
      assets: names.map((asset) => ({ asset, walletBalance: "1000.00000000", updateTime: at })),
      positions: names.map((name, index) => held(`${name}USD_PERP`, index)),
    },
  };
}

/** Accounts to begin with, by name. */
export const accounts = {
  oneWay: () => oneWay,
  hedge: () => hedge,
  marginCall: () => falling("50000.00000000"),
  reduceOnly: () => falling("49965.00000000"),
  forceLiquidation: () => falling("49935.00000000"),
  bankrupted: () => falling("49600.00000000"),
  noPositions: () => noPositions,
  newFields: () => ({
    ...hedge,
    account: withNewFields(hedge.account ?? {}),
    um: extend(hedge.um ?? {}),
    cm: extend(hedge.cm ?? {}),
    coinM: extend(hedge.coinM ?? {}),
  }),
  emptyDecimals: () => patch(hedge, { account: { totalAvailableBalance: "", totalMarginOpenLoss: "" } }),
  manyPositions,
  ...realAccounts,
} satisfies Record<string, () => MockState>;

/** Name of an account to begin with. */
export type Scenario = keyof typeof accounts;
