import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { add, cmp, type DecimalText, div, mul, sub } from "../src/decimal.js";
import { BinanceError } from "../src/index.js";
import { examples } from "./support/document.js";
import { runs } from "./support/world.js";

const invalid = (message: string) => expect.objectContaining({ code: "INVALID_ARGUMENT", message });
const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe("the published account", () => {
  test.each(examples.filter(({ operationId }) => operationId === "getPortfolioAccount"))(
    "$name: uniMMR is equity less open loss, divided by maintenance margin",
    ({ value }) => {
      const account = value as Record<string, DecimalText>;
      const { uniMMR, accountEquity, accountMaintMargin, totalMarginOpenLoss } = account as never;
      if (cmp(accountMaintMargin, "0") === 0) return expect(uniMMR).toBe("99999999");
      const equity = sub(accountEquity, totalMarginOpenLoss || "0");
      expect(div(equity, accountMaintMargin, 8)).toBe(uniMMR);
    },
  );
});

describe("operations", () => {
  test.each([
    [add("0.1", "0.2"), "0.3"],
    [add("2.8E-4", "0.00002"), "0.0003"],
    [add("0E-8", "-0.0"), "0"],
    [sub("1", "1.0000000001"), "-0.0000000001"],
    [mul("65.00166666667", "-0.1"), "-6.500166666667"],
    [mul("1e2", "1.50"), "150"],
    [div("1", "3", 8), "0.33333333"],
    [div("2", "3", 0), "1"],
    [div("-1", "8", 2), "-0.13"],
    [div("-1", "1000", 2), "0.00"],
    [div("1", "2", 8), "0.50000000"],
  ])("give exact text: %s", (result, expected) => expect(result).toBe(expected));

  test.each([
    ["0.10", "1e-1", 0],
    ["-0", "0", 0],
    ["1.4999999999999999999999999", "1.5", -1],
    ["2.8E-4", "2.7E-4", 1],
    ["-3", "2", -1],
  ] as const)("compare %s with %s", (a, b, order) => {
    expect(cmp(a, b)).toBe(order);
    expect(cmp(b, a)).toBe(order === 0 ? 0 : -order);
  });
});

describe("where Binance states no value", () => {
  test("there is no result", () => {
    expect([add("", "1"), sub("1", ""), mul("", ""), div("", "1", 2), div("1", "", 2)]).toEqual(
      Array(5).fill(""),
    );
    expect([cmp("", "0"), cmp("0", "")]).toEqual([undefined, undefined]);
  });

  test("the types say so", () => {
    const maybe = "" as DecimalText | "";
    expectTypeOf(add("1", "2")).toEqualTypeOf<DecimalText>();
    expectTypeOf(add(maybe, "2")).toEqualTypeOf<DecimalText | "">();
    expectTypeOf(cmp("1", "2")).toEqualTypeOf<-1 | 0 | 1>();
    // @ts-expect-error: undefined has to be met
    expect(cmp(maybe, "0") < 0).toBe(false);
  });
});

describe("what is refused", () => {
  const text = 'must be decimal text such as "-0.05" or "2.8E-4", or ""';
  test.each([".5", "1.", "+1", " 1", "1,5", "NaN", "Infinity", "0x1", "1e9999"])("%j", (wrong) => {
    expect(thrown(() => add(wrong as DecimalText, "1"))).toEqual(
      invalid(`\`a\` ${text}; received a value of type string.`),
    );
    expect(thrown(() => cmp("1", wrong as DecimalText))).toEqual(
      invalid(`\`b\` ${text}; received a value of type string.`),
    );
  });

  test("a number, whose digits are lost already", () => {
    expect(thrown(() => mul(0.1 as never, "1"))).toEqual(
      invalid(`\`a\` ${text}; received a value of type number.`),
    );
  });

  test("0 as divisor, and places that are none", () => {
    expect(thrown(() => div("1", "0.00", 2))).toEqual(
      invalid("`b` must not be 0: nothing can be divided by it."),
    );
    for (const places of [-1, 1.5, 101])
      expect(thrown(() => div("1", "2", places))).toEqual(
        invalid(`\`places\` must be an integer from 0 to 100; received ${places}.`),
      );
    expect(thrown(() => div("1", "0", 2))).toBeInstanceOf(BinanceError);
  });
});

/** A decimal, and its value as a fraction: the same numbers by another way. */
const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 30 }), fc.boolean())
  .map(([top, places, isScientific]) => {
    const bottom = 10n ** BigInt(places);
    const digits = String(top < 0n ? -top : top).padStart(places + 1, "0");
    const plain = `${digits.slice(0, digits.length - places)}${places ? `.${digits.slice(-places)}` : ""}`;
    const text = isScientific ? `${top}E-${places}` : `${top < 0n ? "-" : ""}${plain}`;
    return { text: text as DecimalText, top, bottom };
  });
/** Reads the text of a result as a fraction, without the code under test. */
function fraction(text: string): { top: bigint; bottom: bigint } {
  expect(text).toMatch(/^-?\d+(\.\d+)?$/);
  const [whole = "", part = ""] = text.split(".");
  return { top: BigInt(whole + part), bottom: 10n ** BigInt(part.length) };
}

describe("for any decimals", () => {
  const check = (property: (a: { text: DecimalText; top: bigint; bottom: bigint }, b: typeof a) => void) =>
    fc.assert(fc.property(decimals, decimals, property), { numRuns: runs(300) });

  test("sum, difference, product and order are those of the fractions", () =>
    check((a, b) => {
      const equals = (text: string, top: bigint, bottom: bigint) => {
        const result = fraction(text);
        expect(result.top * bottom).toBe(top * result.bottom);
        expect(text).not.toMatch(/\.\d*0$/);
      };
      const [left, right] = [a.top * b.bottom, b.top * a.bottom];
      equals(add(a.text, b.text), left + right, a.bottom * b.bottom);
      equals(sub(a.text, b.text), left - right, a.bottom * b.bottom);
      equals(mul(a.text, b.text), a.top * b.top, a.bottom * b.bottom);
      expect(cmp(a.text, b.text)).toBe(left === right ? 0 : left < right ? -1 : 1);
    }));

  test("a quotient is off by half a unit of its last place at most", () =>
    fc.assert(
      fc.property(
        decimals,
        decimals.filter(({ top }) => top !== 0n),
        fc.integer({ min: 0, max: 40 }),
        (a, b, places) => {
          const text = div(a.text, b.text, places);
          const { top, bottom } = fraction(text);
          expect(bottom).toBe(10n ** BigInt(places));
          // |result − a/b| ≤ 1/(2·bottom), over a common denominator
          const [exactTop, exactBottom] = [a.top * b.bottom, a.bottom * b.top];
          const error = 2n * (top * exactBottom - exactTop * bottom);
          const [size, most] = [error < 0n ? -error : error, exactBottom < 0n ? -exactBottom : exactBottom];
          expect(size <= most).toBe(true);
          if (size === most) expect(text.startsWith("-")).toBe(exactTop < 0n !== exactBottom < 0n);
        },
      ),
      { numRuns: runs(300) },
    ));
});
