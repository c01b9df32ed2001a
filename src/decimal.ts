import { invalidArgument } from "./errors.js";
import { type Exact, readExact, ten } from "./fixed-point.js";
import { mustBe } from "./input.js";

/** A decimal as Binance writes it: text such as `-0.05` or `2.8E-4`. */
export type DecimalText = `${number}`;

/** The sum, exact. Where Binance states no value (`""`), there is no sum: the result is `""`. */
export function add(a: DecimalText, b: DecimalText): DecimalText;
export function add(a: DecimalText | "", b: DecimalText | ""): DecimalText | "";
export function add(a: string, b: string): string {
  return combine(a, b, (x, y) => ({
    units: align(x, y) + align(y, x),
    places: Math.max(x.places, y.places),
  }));
}

/** The difference `a − b`, exact; `""` where one of the two is `""`. */
export function sub(a: DecimalText, b: DecimalText): DecimalText;
export function sub(a: DecimalText | "", b: DecimalText | ""): DecimalText | "";
export function sub(a: string, b: string): string {
  return combine(a, b, (x, y) => ({
    units: align(x, y) - align(y, x),
    places: Math.max(x.places, y.places),
  }));
}

/** The product, exact; `""` where one of the two is `""`. */
export function mul(a: DecimalText, b: DecimalText): DecimalText;
export function mul(a: DecimalText | "", b: DecimalText | ""): DecimalText | "";
export function mul(a: string, b: string): string {
  return combine(a, b, (x, y) => ({ units: x.units * y.units, places: x.places + y.places }));
}

/**
 * The quotient, with exactly so many decimal places, halves rounded away from zero; `""` where one of the two is `""`.
 *
 * @throws {BinanceError} INVALID_ARGUMENT if `b` is 0.
 * @example
 * div(account.accountEquity, account.accountMaintMargin, 8); // "5167.92171923", its uniMMR
 */
export function div(a: DecimalText, b: DecimalText, places: number): DecimalText;
export function div(a: DecimalText | "", b: DecimalText | "", places: number): DecimalText | "";
export function div(a: string, b: string, places: number): string {
  if (!Number.isInteger(places) || places < 0 || places > 100)
    throw mustBe("`places`", "an integer from 0 to 100", places);
  const [x, y] = [read("a", a), read("b", b)];
  if (!x || !y) return "";
  if (y.units === 0n) throw invalidArgument("`b` must not be 0: nothing can be divided by it.");
  const top = magnitude(align(x, y)) * ten(places);
  const bottom = magnitude(align(y, x));
  const isNegative = x.units < 0n !== y.units < 0n;
  const rounded = (2n * top + bottom) / (2n * bottom);
  return write({ units: isNegative ? -rounded : rounded, places });
}

/** Negative, 0 or positive as `a` is below, equal to or above `b`. Undefined where one of the two is `""`: it is neither. */
export function cmp(a: DecimalText, b: DecimalText): -1 | 0 | 1;
export function cmp(a: DecimalText | "", b: DecimalText | ""): -1 | 0 | 1 | undefined;
export function cmp(a: string, b: string): number | undefined {
  const [x, y] = [read("a", a), read("b", b)];
  if (!x || !y) return undefined;
  const [left, right] = [align(x, y), align(y, x)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function combine(a: string, b: string, operation: (x: Exact, y: Exact) => Exact): string {
  const [x, y] = [read("a", a), read("b", b)];
  return x && y ? write(shortest(operation(x, y))) : "";
}

/** Undefined for the empty text, which states no value. */
function read(name: string, text: string): Exact | undefined {
  const exact = text === "" ? undefined : readExact(text);
  if (!exact && text !== "")
    throw mustBe(`\`${name}\``, 'decimal text such as "-0.05" or "2.8E-4", or ""', text, kindOf);
  return exact;
}

/** An amount is not told, not even one that came as a number. */
const kindOf = (value: unknown) => (value === null ? "null" : `a value of type ${typeof value}`);

const magnitude = (units: bigint) => (units < 0n ? -units : units);

/** The units of `x`, counted as finely as those of the two that are finer. */
const align = (x: Exact, y: Exact) => x.units * ten(Math.max(0, y.places - x.places));

/** Without the zeros at its end. */
function shortest({ units, places }: Exact): Exact {
  const [zeros = ""] = /0*$/.exec(units === 0n ? "0".repeat(places) : String(units)) ?? [];
  const dropped = Math.min(places, zeros.length);
  return { units: units / ten(dropped), places: places - dropped };
}

function write({ units, places }: Exact): string {
  const digits = magnitude(units)
    .toString()
    .padStart(places + 1, "0");
  const point = digits.length - places;
  return `${units < 0n ? "-" : ""}${digits.slice(0, point)}${places > 0 ? `.${digits.slice(point)}` : ""}`;
}
