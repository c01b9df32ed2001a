import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readDecimal, toText } from "../src/fixed-point.js";

describe("readDecimal", () => {
  test.each([
    ["2.8E-4", "0.00028000"],
    ["2.80056E-4", "0.00028006"],
    ["0E-8", "0.00000000"],
    ["0.0", "0.00000000"],
    ["-1.5e+3", "-1500.00000000"],
    ["1e2", "100.00000000"],
    ["65.00166666667", "65.00166667"],
    ["-0.05", "-0.05000000"],
  ])("reads %s", (text, shown) => {
    expect(toText(readDecimal(text) ?? -1n)).toBe(shown);
  });

  test.each([
    "",
    "1.",
    ".5",
    "1e",
    "e5",
    "1e1.5",
    "+1",
    " 1",
    "1 ",
    "0x1",
    "NaN",
    "Infinity",
    "1e-30",
    "1e30",
    "1e999",
    5,
    null,
  ])("does not read %j", (text) => {
    expect(readDecimal(text)).toBeUndefined();
  });

  test("reads the same number however it is written", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 8 }),
        (value, places, power) => {
          const plain = readDecimal(String(value)) ?? 0n;
          expect(readDecimal(`${value}E${places}`)).toBe(plain * 10n ** BigInt(places));
          expect(readDecimal(`${value}e-${power}`)).toBe(plain / 10n ** BigInt(power));
          const [sign, digits] = value < 0 ? ["-", String(-value)] : ["", String(value)];
          const padded = digits.padStart(power + 1, "0");
          const written = `${sign}${padded.slice(0, padded.length - power)}${power ? `.${padded.slice(-power)}` : ""}`;
          expect(readDecimal(written)).toBe(plain / 10n ** BigInt(power));
        },
      ),
    );
  });
});
