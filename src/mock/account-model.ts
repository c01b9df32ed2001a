import { abs, type Decimal, max, min, over, sum, times, toText, zero } from "../fixed-point.js";
import { health } from "./account-health.js";
import { shown } from "./messages.js";
import { type Fields, type MockState, type Part, readField as read, StateError } from "./state.js";

/** Everything that an account shows, in the API's field names. Each operation responds with a part of it. */
export interface AccountModel {
  account: Fields;
  um: Required<Part>;
  cm: Required<Part>;
  coinM: Required<Part> & Fields;
}

/**
 * Derives an account from what is held and from prices. Fields that the state gives are shown as given, except `uniMMR`.
 * The formulas of positions are the usual ones for such contracts, and assumed.
 */
export function deriveAccount(state: MockState): AccountModel {
  const { um = {}, cm = {}, coinM = {} } = state;
  const positions = (name: "um" | "cm" | "coinM", show: (row: Fields) => Fields) =>
    rows(state[name]?.positions, `${name}.positions`, (row) => show({ ...unheld, ...row }));
  const umPositions = positions("um", (row) => umPosition(row, priceOf(row, state)));
  const cmPositions = positions("cm", (row) => cmPosition(row, priceOf(row, state)));
  const coinMPositions = positions("coinM", (row) => coinMPosition(row, priceOf(row, state)));
  const umOf = byAsset(umPositions, assetAmong(um.assets));
  const cmOf = byAsset(cmPositions, assetOfCoin);
  const coinMOf = byAsset(coinMPositions, assetOfCoin);
  const umAssets = rows(um.assets, "um.assets", (row) => marginAsset(row, umOf(row)));
  const cmAssets = rows(cm.assets, "cm.assets", (row) => marginAsset(row, cmOf(row)));
  const coinMAssets = rows(coinM.assets, "coinM.assets", (row) => coinMAsset(row, coinMOf(row)));
  return {
    account: health(state, [...umAssets, ...cmAssets]),
    um: { assets: umAssets, positions: umPositions },
    cm: { assets: cmAssets, positions: cmPositions },
    coinM: {
      canDeposit: true,
      canTrade: true,
      canWithdraw: true,
      feeTier: 0,
      updateTime: 0,
      ...coinM,
      assets: coinMAssets,
      positions: coinMPositions,
    },
  };
}

/** Returns the pair and margin asset of a coin-margined contract: BTCUSD and BTC for BTCUSD_PERP. */
export function contractOf(symbol: unknown): { pair: string; marginAsset: string } {
  const [pair = ""] = String(symbol).split("_");
  return { pair, marginAsset: pair.replace(/USD$/, "") };
}

/** Fields of CM positions that Binance prints where they are required, and leaves out where they are optional. */
export const whereRequired: ReadonlySet<string> = new Set(["notionalValue"]);

const unheld = { positionSide: "BOTH", positionAmt: "0", entryPrice: "0.0", leverage: "20", updateTime: 0 };

function umPosition(row: Fields, price: Decimal): Fields {
  const amount = read(row, "positionAmt");
  return {
    ...margins(row, times(abs(amount), price)),
    unrealizedProfit: toText(times(amount, price - read(row, "entryPrice"))),
    maxNotional: "10000000",
    bidNotional: "0",
    askNotional: "0",
    ...row,
  };
}

function cmPosition(row: Fields, price: Decimal): Fields {
  const value = coins(row, price);
  const unrealizedProfit = row.unrealizedProfit ?? toText(coins(row, read(row, "entryPrice")) - value);
  return {
    ...margins(row, abs(value)),
    unrealizedProfit,
    unRealizedProfit: unrealizedProfit,
    markPrice: toText(price),
    liquidationPrice: toText(liquidation(row)),
    notionalValue: value === zero ? "0" : toText(value),
    maxQty: "50",
    ...contractOf(row.symbol),
    ...row,
  };
}

function coinMPosition(row: Fields, price: Decimal): Fields {
  const value = coins(row, price);
  const shared = margins(row, abs(value));
  return {
    ...shared,
    unrealizedProfit: toText(coins(row, read(row, "entryPrice")) - value),
    isolated: false,
    ...(row.isolated === true && { isolatedWallet: shared.positionInitialMargin }),
    breakEvenPrice: row.entryPrice,
    maxQty: "50",
    ...row,
  };
}

/** An isolated position has a wallet of its own, which the others cannot use. */
function coinMAsset(row: Fields, positions: Fields[]): Fields {
  const total = (rows: Fields[], field: string) => sum(rows.map((position) => read(position, field, "0")));
  const cross = positions.filter(({ isolated }) => isolated !== true);
  const wallet = read(row, "walletBalance", "0");
  const crossWalletBalance = toText(wallet - total(positions, "isolatedWallet"));
  const crossUnPnl = toText(total(cross, "unrealizedProfit"));
  const shared = marginAsset({ crossWalletBalance, crossUnPnl, ...row }, positions);
  const crossBalance = read(shared, "crossWalletBalance") + read(shared, "crossUnPnl");
  const inOrders = total(positions, "openOrderInitialMargin");
  const free = max(zero, crossBalance - total(cross, "positionInitialMargin") - inOrders);
  const profit = total(positions, "unrealizedProfit");
  return {
    walletBalance: toText(wallet),
    unrealizedProfit: toText(profit),
    marginBalance: toText(wallet + profit),
    availableBalance: toText(free),
    maxWithdrawAmount: toText(max(zero, min(free, read(shared, "crossWalletBalance")))),
    ...shared,
  };
}

/** Adds the sums of its positions to a margin asset. */
function marginAsset(row: Fields, positions: Fields[]): Fields {
  const total = (field: string) => toText(sum(positions.map((position) => read(position, field))));
  return {
    crossWalletBalance: toText(zero),
    crossUnPnl: total("unrealizedProfit"),
    maintMargin: total("maintMargin"),
    initialMargin: total("initialMargin"),
    positionInitialMargin: total("positionInitialMargin"),
    openOrderInitialMargin: total("openOrderInitialMargin"),
    updateTime: 0,
    ...row,
  };
}

function margins(row: Fields, notional: Decimal): Fields {
  const leverage = read(row, "leverage");
  if (leverage <= zero)
    throw new StateError(`\`leverage\` must be more than 0; received ${shown(row.leverage)}`);
  const text = (value: Decimal) => (value === zero ? "0" : toText(value));
  const position = row.positionInitialMargin ?? text(over(notional, leverage));
  const orders = row.openOrderInitialMargin ?? "0";
  return {
    positionInitialMargin: position,
    openOrderInitialMargin: orders,
    initialMargin: text(read({ position }, "position") + read({ orders }, "orders")),
    maintMargin: text(times(notional, read(row, "maintMarginRate", "0.004"))),
  };
}

/** Returns the mark price of a row's symbol. A row that holds nothing needs none. */
function priceOf(row: Fields, { markPrices = {} }: MockState): Decimal {
  const symbol = String(row.symbol);
  const held = read(row, "positionAmt") !== zero;
  if (held && row.markPrice === undefined && !Object.hasOwn(markPrices, symbol))
    throw new StateError(`\`markPrices\` must name ${symbol}, which is held; received none`);
  if (held && read(row, "entryPrice") <= zero)
    throw new StateError(
      `\`entryPrice\` must be more than 0 where something is held; received ${shown(row.entryPrice)}`,
    );
  return read(row, "markPrice", held ? markPrices[symbol] : "0");
}

/** Converts contracts to coins. A contract is worth 100 USD for BTC and 10 USD for any other coin. */
function coins(row: Fields, price: Decimal): Decimal {
  const size = read(row, "contractSize", contractOf(row.symbol).pair === "BTCUSD" ? "100" : "10");
  return over(times(read(row, "positionAmt"), size), price);
}

/** Computes the liquidation price of a position alone with its initial margin. */
function liquidation(row: Fields): Decimal {
  const [unit, amount, leverage] = [read({}, "unit", "1"), read(row, "positionAmt"), read(row, "leverage")];
  const side = amount < zero ? -unit : unit;
  const rate = read(row, "maintMarginRate", "0.004");
  return amount === zero
    ? zero
    : over(times(times(read(row, "entryPrice"), leverage), unit + times(side, rate)), leverage + side);
}

/** Groups positions by the asset that margins them. */
function byAsset(positions: Fields[], assetOf: (symbol: unknown) => unknown): (row: Fields) => Fields[] {
  const groups = new Map<unknown, Fields[]>();
  for (const position of positions) {
    const asset = position.marginAsset ?? assetOf(position.symbol);
    const group = groups.get(asset);
    if (group) group.push(position);
    else groups.set(asset, [position]);
  }
  return ({ asset }) => groups.get(asset) ?? [];
}

const assetOfCoin = (symbol: unknown) => contractOf(symbol).marginAsset;

/** The longest listed asset that the symbol ends with: USDT of BTCUSDT. */
function assetAmong(assets: Fields[] = []) {
  const names = assets.map(({ asset }) => String(asset)).sort((a, b) => b.length - a.length);
  return (symbol: unknown) => names.find((name) => contractOf(symbol).pair.endsWith(name));
}

function rows(list: Fields[] | undefined, name: string, show: (row: Fields) => Fields): Fields[] {
  return (list ?? []).map((row, index) => {
    try {
      return show(row);
    } catch (error) {
      throw error instanceof StateError ? new StateError(`${name}[${index}]: ${error.message}`) : error;
    }
  });
}
