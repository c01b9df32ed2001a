/** An exact decimal: an integer counted in units of 10⁻²⁴. Doubles would not give the digits that Binance prints. */
export type Decimal = bigint;

const digits = 24;
const one = 10n ** BigInt(digits);

/** One with 30 zeros: larger amounts are a mistake. */
const largest = one * 10n ** 30n;

export const zero: Decimal = 0n;

/**
 * Reads decimal text such as `-0.05` or `2.8E-4`. Undefined if it is no such text, has more than 30 digits before the point,
 * or cannot be held exactly.
 */
export function readDecimal(text: unknown): Decimal | undefined {
  const [, sign, whole = "", part = "", power = "0"] =
    (typeof text === "string" && /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)) || [];
  if (sign === undefined) return undefined;
  const counted = BigInt(whole + part);
  const shift = digits - part.length + Number(power);
  if (counted === 0n) return zero;
  if (shift > 2 * digits) return undefined;
  const unit = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && counted % unit !== 0n) return undefined;
  const value = shift < 0 ? counted / unit : counted * unit;
  return value >= largest ? undefined : sign ? -value : value;
}

export const times = (a: Decimal, b: Decimal): Decimal => (a * b) / one;

/** Dividing by zero gives zero: what is not held has no price. */
export const over = (a: Decimal, b: Decimal): Decimal => (b === zero ? zero : (a * one) / b);

export const sum = (values: readonly Decimal[]): Decimal =>
  values.reduce((total, value) => total + value, zero);

export const abs = (a: Decimal): Decimal => (a < zero ? -a : a);

export const max = (a: Decimal, b: Decimal): Decimal => (a > b ? a : b);

export const min = (a: Decimal, b: Decimal): Decimal => (a < b ? a : b);

/** With so many places, halves away from zero. */
export function toText(value: Decimal, places = 8): string {
  const unit = 10n ** BigInt(digits - places);
  const rounded = (abs(value) + unit / 2n) / unit;
  const text = rounded.toString().padStart(places + 1, "0");
  const sign = value < zero && rounded > 0n ? "-" : "";
  return `${sign}${text.slice(0, text.length - places)}${places ? `.${text.slice(-places)}` : ""}`;
}
