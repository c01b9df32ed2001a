import { type Decimal, readDecimal } from "../fixed-point.js";
import { ownProperties } from "../input.js";
import type { OperationId } from "../types.js";
import { shown } from "./messages.js";

/** Fields by their names in the API. Amounts and prices are decimal texts; times are ms since 1970. */
export type Fields = Record<string, unknown>;

/** One part of an account. Fields that a row leaves out are derived from the rest. */
export interface Part {
  /** Rows such as `{ asset: "USDT", crossWalletBalance: "5000" }`, on COIN-M with `walletBalance`. */
  assets?: Fields[];
  /**
   * Rows such as `{ symbol: "BTCUSDT", positionSide: "LONG", positionAmt: "0.05", entryPrice: "11707.7", leverage: "20" }`.
   * Not fields of the API, but understood: `maintMarginRate` (default 0.004), `contractSize` (USD; coin-margined contracts),
   * `marginAsset`, and `newFields`, which any object of the state may have and which is added to the response unchanged.
   */
  positions?: Fields[];
}

/** The account that all responses are derived from. */
export interface MockState {
  /** By symbol. `<asset>USDT` or `<asset>USD_PERP` also values an asset in USD. */
  markPrices?: Record<string, string>;
  /** Share of an asset's value that counts as equity, 0 to 1, by asset. @default 1 */
  collateralRates?: Record<string, string>;
  /** Fields of the Portfolio Margin account that shall not follow from the rest, such as `accountEquity`. */
  account?: Fields;
  /** USDⓈ-M futures of the Portfolio Margin account. */
  um?: Part;
  /** COIN-M futures of the Portfolio Margin account. */
  cm?: Part;
  /** The classic COIN-M account; beside rows also `canTrade`, `feeTier` and the like. */
  coinM?: Part & Fields;
  /** Whole response bodies, by operation. */
  answers?: { [Id in OperationId]?: unknown };
}

/** A mistake in a state; the message is a sentence without its full stop. */
export class StateError extends Error {}

/** Applies changes: objects are merged, `null` removes, anything else replaces, lists as a whole (RFC 7396). */
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

/** Reads a field as a number. The empty text that Binance sends for some fields counts as 0. */
export function readField(row: Fields, field: string, fallback?: string): Decimal {
  const text = (Object.hasOwn(row, field) ? row[field] : undefined) ?? fallback;
  const value = readDecimal(text === "" ? "0" : text);
  if (value === undefined)
    throw new StateError(`\`${field}\` must be a decimal text such as "0.05"; received ${shown(text)}`);
  return value;
}
