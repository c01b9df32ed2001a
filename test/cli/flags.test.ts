import { describe, expect, test } from "vitest";
import { type Flags, readFlags, readTimeout } from "../../src/cli/flags.js";

const flags: Flags = {
  pair: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

describe("readFlags", () => {
  test("gives values in order, and the last one as the value", () => {
    const given = readFlags(["--pair", "A", "--pair=B", "-h"], flags);
    expect([given.values("pair"), given.value("pair")]).toEqual([["A", "B"], "B"]);
    expect([given.has("help"), given.has("json"), given.value("json")]).toEqual([true, false, undefined]);
  });

  test("takes words where a command does", () =>
    expect(readFlags(["one", "--json", "two"], flags, { words: 2 }).words).toEqual(["one", "two"]));

  test.each(["-5", "-0.5", "-"])("takes %s as a value", (text) =>
    expect(readFlags(["--pair", text], flags).value("pair")).toBe(text),
  );

  test("takes what looks like a flag when it is written with =", () =>
    expect(readFlags(["--pair=--json"], flags).value("pair")).toBe("--json"));

  test.each([
    [
      ["--jsno"],
      "There is no flag --jsno here. Did you mean --json? Expected one of: --pair, --json, --help.",
    ],
    [["--zzzzzz"], "There is no flag --zzzzzz here. Expected one of: --pair, --json, --help."],
    [["-x"], "There is no flag -x here. Expected one of: --pair, --json, --help."],
    [["--toString"], "There is no flag --toString here. Expected one of: --pair, --json, --help."],
    [["--pair"], "--pair must be followed by a value; received none."],
    [
      ["--pair", "--json"],
      "--pair must be followed by a value; received the flag --json. Write --pair=--json if that is the value.",
    ],
    [
      ["--pair", "-h"],
      "--pair must be followed by a value; received the flag -h. Write --pair=-h if that is the value.",
    ],
    [["--json=yes"], '--json must stand without a value; received "yes".'],
    [["--json", "extra"], 'Expected no argument after the flags; received "extra".'],
  ])("%j is refused in one line", (args, message) => expect(() => readFlags(args, flags)).toThrow(message));
});

describe("readTimeout", () => {
  test.each([
    ["500", 500],
    ["500ms", 500],
    ["2s", 2000],
    ["1.5s", 1500],
    [undefined, undefined],
  ])("%s is %s ms", (text, ms) => expect(readTimeout(text)).toBe(ms));

  test.each(["0", "0s", "-1", "2m", "", "1e3", "Infinity"])("%j is refused", (text) =>
    expect(() => readTimeout(text)).toThrow(
      `--timeout must be a time above 0, such as 500 (ms) or 2s; received "${text}".`,
    ),
  );
});
