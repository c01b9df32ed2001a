import { describe, expect, test } from "vitest";
import { layoutTerms, wrapText } from "../../src/cli/table.js";

describe("wrapText", () => {
  test.each<[text: string, width: number, lines: string[]]>([
    ["one two three", 8, ["one two", "three"]],
    ["one two three", 7, ["one two", "three"]],
    ["one two three", 80, ["one two three"]],
    ["unbreakable word", 5, ["unbreakable", "word"]],
    ["one\n\ntwo", 10, ["one", "", "two"]],
    ["- one two three", 9, ["- one two", "  three"]],
    ["1. one two", 7, ["1. one", "   two"]],
    ["  code stays in", 12, ["  code stays", "  in"]],
    ["时间戳比服务器快", 8, ["时间戳比", "服务器快"]],
    ["时间戳，比服务器", 7, ["时间", "戳，比", "服务器"]],
    ["用 `Date`，请校准", 10, ["用", "`Date`，请", "校准"]],
  ])("%j in %i columns", (text, width, lines) => expect(wrapText(text, width)).toBe(`${lines.join("\n")}\n`));

  test("indents every line", () => expect(wrapText("one two", 6, "  ")).toBe("  one\n  two\n"));
});

test("explanations stand beside their terms, or below a long one", () =>
  expect(
    layoutTerms(
      [
        ["--a", "first of all"],
        ["--a-very-long-flag-with-a <long value>", "second"],
      ],
      48,
    ),
  ).toBe(
    "  --a                             first of all\n  --a-very-long-flag-with-a <long value>\n                                  second\n",
  ));
