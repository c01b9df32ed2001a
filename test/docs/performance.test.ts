import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { figures, type Result, withFigures } from "../bench/report.js";
import { ratios } from "../bench/rounds.js";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const result = JSON.parse(read("test/bench/result.json")) as Result;

test.each(["en", "zh-CN"] as const)(
  "the figures on the page in %s are those that the bench has printed",
  (language) => {
    const page = read(`openapi/guides/performance.${language}.md`);
    expect(page).toBe(withFigures(page, result, language));
  },
);

test("a share is taken within its round, and its spread from the rounds", () => {
  const round = (own: number, base: number) => {
    const measured = { p50: 0, rate: 0, cpu: 0, connections: 1 };
    return { own: { ...measured, p50: own }, "node agent, signed by hand": { ...measured, p50: base } };
  };
  expect(ratios([round(1, 1), round(30, 10), round(200, 100)], "own", "p50")).toEqual({
    q1: 1.5,
    median: 2,
    q3: 2.5,
  });
});

test("the fastest stands first", () => {
  const rows = figures(result, "en")
    .split("\n")
    .filter((line) => line.startsWith("| ") && / \(\d/.test(line));
  const rates = rows.map((row) => Number.parseFloat(row.split(" | ")[2] ?? ""));
  expect(rates).toEqual([...rates].sort((a, b) => b - a));
});
