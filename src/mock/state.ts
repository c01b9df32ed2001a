import { ownProperties } from "../input.js";
import type { OperationId } from "../types.js";

/** Fields by their names in the API; amounts and prices are decimal text, times are ms since 1970. */
export type Fields = Record<string, unknown>;

/** One part of an account: what is held. Whatever a row leaves out follows from the rest. */
export interface Part {
  /** Rows such as `{ asset: "USDT", crossWalletBalance: "5000" }`, on COIN-M with `walletBalance`. */
  assets?: Fields[];
  /**
   * Rows such as `{ symbol: "BTCUSDT", positionSide: "LONG", positionAmt: "0.05", entryPrice: "11707.7", leverage: "20" }`.
   * Not fields of the API, but understood: `maintMarginRate` (default 0.004), `contractSize` (USD; coin-margined contracts),
   * `marginAsset`, and `newFields`, which stands in any object of the state and is added to the answer as it is.
   */
  positions?: Fields[];
}

/** The one account that all answers are derived from. */
export interface MockState {
  /** By symbol. `<asset>USDT` or `<asset>USD_PERP` also values an asset in USD. */
  markPrices?: Record<string, string>;
  /** How much of an asset's value counts as equity: 0 to 1, by asset; 1 when it is not named. */
  collateralRates?: Record<string, string>;
  /** Fields of the Portfolio Margin account that do not follow from the rest, such as `accountStatus`. */
  account?: Fields;
  /** USDⓈ-M futures of the Portfolio Margin account. */
  um?: Part;
  /** COIN-M futures of the Portfolio Margin account. */
  cm?: Part;
  /** The classic COIN-M account; beside rows also `canTrade`, `feeTier` and the like. */
  coinM?: Part & Fields;
  /** Whole answers, given as they are, by operation. */
  answers?: { [Id in OperationId]?: unknown };
}

/** What is wrong with a state, as a sentence without its end. */
export class StateError extends Error {}

/** A state with changes: objects are merged, `null` removes, anything else replaces, lists as a whole (RFC 7396). */
export function patch<T>(target: T, changes: unknown): T {
  const own = ownProperties(changes);
  if (!own) return changes as T;
  const merged = new Map(Object.entries(ownProperties(target) ?? {}));
  for (const [name, value] of Object.entries(own)) {
    if (value === null) merged.delete(name);
    else merged.set(name, patch(merged.get(name), value));
  }
  return Object.fromEntries(merged) as T;
}
