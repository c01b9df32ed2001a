import fc from "fast-check";
import { expect, test } from "vitest";
import { assertExact, InvalidJson, parseJson } from "../../src/response/json.js";
import { runs } from "../support/world.js";

function parse(text: string) {
  const value = parseJson(text);
  assertExact(text, value, () => true);
  return value;
}

test("any JSON value whose numbers are exact comes back as it was", () => {
  const value = fc
    .jsonValue({ depthSize: "medium", noUnicodeString: false })
    .filter((value) => !/\d[\d.]{14}|e[+-]|__proto__/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(value, (value) => {
      const text = JSON.stringify(value);
      expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(parse(text)).toEqual(JSON.parse(text));
      expect(parse(JSON.stringify(value, null, 2))).toEqual(JSON.parse(text));
    }),
    { numRuns: runs(500) },
  );
});

test.each([
  ['{"a":1,"a":1}', 'it gives "a" twice'],
  ['{"a":1,"\\u0061":2}', 'it gives "a" twice'],
  ['{"a" :1,"b":{"c":1},"a"\n:2}', 'it gives "a" twice'],
  ['[{"b":1},{"a":{"x":1,"y":[],"x":{}}}]', 'it gives "x" twice'],
  ["[9007199254740993]", "a number that a double cannot hold exactly"],
  ["[-9007199254740993]", "a number that a double cannot hold exactly"],
  ['{"a": 12345678901234567890}', "a number that a double cannot hold exactly"],
  [" 9007199254740993", "a number that a double cannot hold exactly"],
  ["9007199254740993", "a number that a double cannot hold exactly"],
  ["[0.1234567890123456789]", "a number that a double cannot hold exactly"],
  ["[1e-400]", "a number that a double cannot hold exactly"],
  ["[1e400]", "a number that a double cannot hold exactly"],
  ["[1,12345678901234567e2]", "a number that a double cannot hold exactly"],
  ['{"__proto__":1}', "it holds a __proto__"],
  ['[[{"x":{"__proto__":{}}}]]', "it holds a __proto__"],
  ["{", "it is not JSON"],
  ["", "it is not JSON"],
  ["[1]x", "it is not JSON"],
  ["'a'", "it is not JSON"],
])("%s is refused: %s", (text, why) => {
  expect(() => parse(text)).toThrow(InvalidJson);
  expect(() => parse(text)).toThrow(why);
});

test.each([
  ['{"a":1,"b":{"a":1},"c":[{"a":1},{"a":1}]}'],
  ['{"a":"\\"a\\":1"}'],
  ['{"a":"x\\\\","b":"{[:,"}'],
  ['{"a":"12345678901234567890","b":", 12345678901234567890"}'],
  ["[9007199254740991,-9007199254740991,0.5,1e3,-1.5E-2,123456789012.345,0.000000000000123]"],
  ["[0.00000000000000123,1.50000000000000000000,123456789012345e-300]"],
  ["0"],
  ["null"],
])("%s is accepted", (text) => expect(parse(text)).toEqual(JSON.parse(text)));

test("nesting is accepted to a depth of 64 and no further", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(parse(nested(65))).toEqual(JSON.parse(nested(65))); // the outermost list is at depth 0
  expect(() => parse(nested(66))).toThrow("it is nested deeper than 64");
  expect(() => parse(`{"x":${nested(66)}}`)).toThrow("it is nested deeper than 64");
});

test("a number that a double rounds costs only what knows it; elsewhere its path is told", () => {
  const text = '{"id":8389765000000000001,"rows":[{"a":1},{"rate":0.12345678901234567}],"b":{"id":"1"}}';
  const value = parseJson(text);
  const knows =
    (...known: string[]) =>
    (path: readonly string[]) =>
      known.includes(path.join("."));
  expect(assertExact(text, value, knows("b.id"))).toEqual([["id"], ["rows", "[]", "rate"]]);
  expect(() => assertExact(text, value, knows("rows.[].rate"))).toThrow(InvalidJson);
});
