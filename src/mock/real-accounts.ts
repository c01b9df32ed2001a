import type { Fields, MockState } from "./state.js";

// What answers of real accounts hold and the published examples do not. Symbols and amounts are ours.

const at = 1764115200000;
const markPrices = { BTCUSDT: "87250.10000000", BTCUSD_PERP: "87240.00000000", ETHUSDC: "2930.45000000" };
const usdt = { asset: "USDT", crossWalletBalance: "25000.00000000", updateTime: at };
const bitcoin = { asset: "BTC", updateTime: at };
const held: Fields = { leverage: "20", updateTime: at };
const long: Fields = { ...held, symbol: "BTCUSD_PERP", positionAmt: "12", entryPrice: "86000.0" };

/** Positions of one coin-margined account, in Portfolio Margin and classic alike. */
const coinMargined = (positions: Fields[], balance = "1.50000000"): MockState => ({
  cm: { assets: [{ ...bitcoin, crossWalletBalance: balance }], positions },
  coinM: { assets: [{ ...bitcoin, walletBalance: balance }], positions },
});

const multiAsset: MockState = {
  markPrices: { ...markPrices, BNFCRUSDT: "1.00000000", ETHUSD_PERP: "2929.90000000" },
  collateralRates: { BTC: "0.95", ETH: "0.95", BNFCR: "1" },
  account: { updateTime: at },
  um: {
    assets: [
      usdt,
      { asset: "USDC", crossWalletBalance: "8000.00000000", updateTime: at },
      { asset: "BNFCR", crossWalletBalance: "-120.50000000", updateTime: at },
    ],
    positions: [
      { ...held, symbol: "BTCUSDT", positionAmt: "0.150", entryPrice: "86100.0" },
      { ...held, symbol: "ETHUSDC", positionAmt: "-1.200", entryPrice: "3010.5" },
    ],
  },
  cm: {
    assets: [
      { ...bitcoin, crossWalletBalance: "1.50000000" },
      { asset: "ETH", crossWalletBalance: "10.00000000", updateTime: at },
    ],
    positions: [long, { ...long, symbol: "ETHUSD_PERP", positionAmt: "-30", entryPrice: "2955.1" }],
  },
  coinM: {
    assets: [
      { ...bitcoin, walletBalance: "1.50000000" },
      { asset: "ETH", walletBalance: "10.00000000", updateTime: at },
    ],
    positions: [long],
  },
};

const isolated: MockState = {
  markPrices: { ...markPrices, BTCUSD_260327: "88410.00000000" },
  account: { updateTime: at },
  um: { assets: [usdt], positions: [] },
  cm: { assets: [{ ...bitcoin, crossWalletBalance: "1.50000000" }], positions: [] },
  coinM: {
    assets: [{ ...bitcoin, walletBalance: "1.50000000" }],
    positions: [
      long,
      {
        ...long,
        symbol: "BTCUSD_260327",
        positionAmt: "-4",
        entryPrice: "88000.0",
        isolated: true,
        isolatedWallet: "0.00051215",
      },
    ],
  },
};

/** Small values as Java writes them, and more than 8 decimals. */
const exponents: MockState = {
  markPrices: { ...markPrices, "1000SATSUSDT": "3.1E-4", PEPEUSDT: "0.0000084210375" },
  account: { updateTime: at, totalMarginOpenLoss: "0E-8" },
  um: {
    assets: [{ ...usdt, crossWalletBalance: "65.00166666667" }],
    positions: [
      {
        ...{ ...held, symbol: "1000SATSUSDT", positionAmt: "20000", entryPrice: "2.8E-4" },
        ...{ breakEvenPrice: "2.80056E-4", unrealizedProfit: "0.6000000000001" },
      },
      { ...held, symbol: "PEPEUSDT", positionAmt: "-1000000", entryPrice: "0.0000084300125" },
    ],
  },
  ...coinMargined([{ ...long, entryPrice: "86000.00166666667" }], "0.3371784679089"),
};

const chineseSymbols: MockState = {
  markPrices: { ...markPrices, 币安人生USDT: "0.14520000", 我踏马来了USDT: "0.03910000" },
  account: { updateTime: at },
  um: {
    assets: [usdt],
    positions: [
      { ...held, symbol: "币安人生USDT", positionAmt: "3000", entryPrice: "0.1610" },
      { symbol: "我踏马来了USDT" },
    ],
  },
  ...coinMargined([long]),
};

/** Positions that nothing can liquidate: Binance shows "0". */
const noLiquidationPrice: MockState = {
  markPrices,
  account: { updateTime: at },
  um: { assets: [usdt], positions: [] },
  ...coinMargined([long]),
  cm: {
    assets: [{ ...bitcoin, crossWalletBalance: "1.50000000" }],
    positions: [
      { ...long, positionSide: "LONG", liquidationPrice: "0" },
      { ...long, positionSide: "SHORT", positionAmt: "-2", liquidationPrice: "0" },
    ],
  },
};

const gone = { entryPrice: "0.0", breakEvenPrice: "0.0" };
/** Contracts that have been delivered stay in the lists, with zeros. */
const delivered: MockState = {
  markPrices,
  account: { updateTime: at },
  um: {
    assets: [usdt],
    positions: [
      { ...gone, symbol: "BTCUSDT_250926", maxNotional: "0" },
      { ...held, symbol: "BTCUSDT", positionAmt: "0.150", entryPrice: "86100.0" },
    ],
  },
  ...coinMargined([{ ...gone, symbol: "BTCUSD_250926" }, { ...gone, symbol: "BTCUSD_240329" }, long]),
};

/** An account that was just made: no time of an update anywhere. */
const neverUpdated: MockState = {
  markPrices,
  account: { updateTime: 0 },
  um: { assets: [{ ...usdt, updateTime: 0 }], positions: [{ symbol: "BTCUSDT" }] },
  cm: { assets: [{ asset: "BTC" }], positions: [{ symbol: "BTCUSD_PERP" }] },
  coinM: { assets: [{ asset: "BTC", walletBalance: "0" }], positions: [{ symbol: "BTCUSD_PERP" }] },
};

/** Accounts of these kinds, by the name of their scenario. */
export const realAccounts = {
  multiAsset: () => multiAsset,
  isolated: () => isolated,
  exponents: () => exponents,
  chineseSymbols: () => chineseSymbols,
  noLiquidationPrice: () => noLiquidationPrice,
  delivered: () => delivered,
  neverUpdated: () => neverUpdated,
};
