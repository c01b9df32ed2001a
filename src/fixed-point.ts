/** A decimal as an integer in units of 10⁻²⁴, for long sums. Doubles would not give the digits that Binance prints. */
export type Decimal = bigint;

/** A number of any size: so many units of 10⁻ᵖˡᵃᶜᵉˢ. */
export interface Exact {
  units: bigint;
  places: number;
}

export const ten = (power: number) => 10n ** BigInt(power);

const digits = 24;
const one = ten(digits);

/** 10³⁰: larger amounts are a mistake. */
const largest = one * 10n ** 30n;

export const zero: Decimal = 0n;

/** Reads decimal text as it is; undefined for other text. */
export function readExact(text: unknown): Exact | undefined {
  const [, sign, whole = "", part = "", power = "0"] =
    (typeof text === "string" && /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)) || [];
  if (sign === undefined) return undefined;
  const units = BigInt(sign + whole + part);
  const places = part.length - Number(power);
  return places < 0 ? { units: units * ten(-places), places: 0 } : { units, places };
}

/**
 * Reads decimal text such as `-0.05` or `2.8E-4`. Undefined for other text, for more than 30 digits before the point, and for a
 * value that cannot be held exactly.
 */
export function readDecimal(text: unknown): Decimal | undefined {
  const exact = readExact(text);
  if (!exact || exact.units === 0n) return exact?.units;
  const shift = digits - exact.places;
  const unit = ten(Math.abs(shift));
  if (shift < 0 && exact.units % unit !== 0n) return undefined;
  const value = shift < 0 ? exact.units / unit : exact.units * unit;
  return abs(value) >= largest ? undefined : value;
}

export const times = (a: Decimal, b: Decimal): Decimal => (a * b) / one;

/** Divides; by zero gives zero, because what is not held has no price. */
export const over = (a: Decimal, b: Decimal): Decimal => (b === zero ? zero : (a * one) / b);

export const sum = (values: readonly Decimal[]): Decimal =>
  values.reduce((total, value) => total + value, zero);

export const abs = (a: Decimal): Decimal => (a < zero ? -a : a);

export const max = (a: Decimal, b: Decimal): Decimal => (a > b ? a : b);

export const min = (a: Decimal, b: Decimal): Decimal => (a < b ? a : b);

/** Writes a decimal with so many places; halves are rounded away from zero. */
export function toText(value: Decimal, places = 8): string {
  const unit = ten(digits - places);
  const rounded = (abs(value) + unit / 2n) / unit;
  const text = rounded.toString().padStart(places + 1, "0");
  const sign = value < zero && rounded > 0n ? "-" : "";
  return `${sign}${text.slice(0, text.length - places)}${places ? `.${text.slice(-places)}` : ""}`;
}
