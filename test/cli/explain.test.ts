import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { explanations } from "../../generated/explanations.js";
import { root } from "../support/process.js";
import { runCommand } from "../support/terminal.js";

const codes = Object.keys(explanations.en) as (keyof typeof explanations.en)[];
const flat = (text: string) => text.replace(/\s+/g, "");
/** Chinese characters and their punctuation take two columns. */
const columnsOf = (line: string) => [...line].reduce((sum, char) => sum + (char > "\u2e80" ? 2 : 1), 0);
const explain = (...args: string[]) => runCommand(["explain", ...args]);

describe("explain", () => {
  test.each(codes)("prints the page of %s in either language", async (code) => {
    const english = await explain(code);
    expect([english.code, english.stderr]).toEqual([0, ""]);
    expect(flat(english.stdout)).toBe(flat(code + explanations.en[code]));
    const chinese = await explain(code, "--lang", "zh-CN");
    expect(flat(chinese.stdout)).toBe(flat(code + explanations["zh-CN"][code]));
    expect(chinese.stdout).toMatch(/\p{Script=Han}/u);
  });

  test("its words are those of the guides", () => {
    for (const language of ["en", "zh-CN"] as const) {
      const guide = readFileSync(join(root, `openapi/guides/errors.${language}.md`), "utf8");
      expect([...guide.matchAll(/^## `?([A-Z_]+)\b/gm)].map(([, code]) => code)).toEqual(codes);
      for (const code of codes)
        expect(guide).toContain(explanations[language][code].split(/[`[(.（，：]/)[0]);
    }
  });

  test.each([
    ["-1021", "CLOCK_SKEW"],
    ["-2015", "UNAUTHORIZED"],
    ["-21001", "UNAUTHORIZED"],
    ["-1121", "INVALID_PARAMETER"],
    ["239999", "UNAVAILABLE"],
    ["-5000", "NOT_FOUND"],
    ["-99999", "REFUSED"],
    ["418", "BANNED"],
    ["503", "UNAVAILABLE"],
    ["307", "REDIRECT_REFUSED"],
    ["clock_skew", "CLOCK_SKEW"],
    ["rate-limited", "RATE_LIMITED"],
  ])("%s is explained by %s", async (asked, code) => {
    const { stdout } = await explain(asked);
    expect(stdout).toContain(`${code}`);
    expect(flat(stdout)).toContain(flat(explanations.en[code as keyof typeof explanations.en]));
  });

  test.each<[env: Record<string, string>, language: keyof typeof explanations]>([
    [{ LANG: "zh_CN.UTF-8" }, "zh-CN"],
    [{ LANG: "zh" }, "zh-CN"],
    [{ LC_ALL: "zh_TW.UTF-8", LANG: "en_US.UTF-8" }, "zh-CN"],
    [{ LC_MESSAGES: "en_GB", LANG: "zh_CN" }, "en"],
    [{ LC_ALL: "C.UTF-8" }, "en"],
    [{ LANG: "de_DE" }, "en"],
    [{}, "en"],
  ])("%j is read as %s", async (env, language) => {
    const { stdout } = await runCommand(["explain", "BANNED"], env);
    expect(flat(stdout)).toBe(flat(`BANNED${explanations[language].BANNED}`));
  });

  test("--lang outweighs the environment", async () => {
    const { stdout } = await runCommand(["explain", "BANNED", "--lang=en"], { LANG: "zh_CN.UTF-8" });
    expect(flat(stdout)).toContain(flat(explanations.en.BANNED));
  });

  test.each([
    [[], "explain must be followed by one code, such as CLOCK_SKEW or -1021; received none."],
    [
      ["BANNED", "-1021"],
      'explain must be followed by one code, such as CLOCK_SKEW or -1021; received "-1021" and "BANNED".',
    ],
    [["CLOCKSKEW"], 'There is no code "CLOCKSKEW". Did you mean CLOCK_SKEW? Expected one of: '],
    [["7"], "The code must be a number of Binance such as -1021, or an HTTP status from 300; received 7."],
    [["BANNED", "--lang", "fr"], '--lang must be en or zh-CN; received "fr".'],
  ])("%j is refused", async (args, message) => {
    const { code, stdout, stderr } = await explain(...args);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`error: ${message}`)]);
    expect(stderr).toContain("See binance-accounts explain --help.");
  });

  test.each([
    [50, 50],
    [80, 80],
    [120, 100],
  ])("on a terminal of %i columns, fills lines of up to %i", async (columns, most) => {
    for (const language of ["en", "zh-CN"]) {
      const args = ["explain", "UNAUTHORIZED", "--lang", language];
      const { stdout } = await runCommand(args, {}, { columns });
      const widths = stripVTControlCharacters(stdout).split("\n").map(columnsOf);
      expect(Math.max(...widths)).toBeLessThanOrEqual(most);
      expect(Math.max(...widths)).toBeGreaterThan(most - 12);
    }
  });
});

test("its pages are no part of the client for browsers", async () => {
  const { metafile } = await build({
    ...{ entryPoints: ["src/index.ts"], bundle: true, write: false, metafile: true, packages: "external" },
    ...{
      format: "esm",
      alias: { "#platform": "./src/platform/web.ts" },
      absWorkingDir: root,
      logLevel: "silent",
    },
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs).toContain("src/errors.ts");
  expect(inputs.filter((file) => /explanations|src\/(cli|mock)\//.test(file))).toEqual([]);
});
