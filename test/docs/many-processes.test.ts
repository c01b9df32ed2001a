import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { drawingOf, limiterTable, pageOf, type Runs, readRuns, runTable, withTable } from "../sim/page.js";
import { plot } from "../sim/plot.js";
import { simulate, usual } from "../sim/simulate.js";
import { strategies } from "../sim/strategies.js";
import { languages, words } from "../sim/words.js";

const results = strategies(usual).map((strategy) => simulate(strategy, usual));
const runs = await readRuns();

describe.each(languages)("the page in %s", (language) => {
  test("shows what `npm run sim` prints, and its drawing", async () => {
    const page = await readFile(pageOf(language), "utf8");
    expect(page).toBe(withTable(page, "limiters", limiterTable(results, language)));
    expect(await readFile(drawingOf(language), "utf8")).toBe(plot(results, language));
  });

  test("shows what `npm run sim:processes` has printed", async () => {
    const page = await readFile(pageOf(language), "utf8");
    expect(page).toBe(withTable(page, "runs", runTable(runs, language)));
  });
});

test("only this client is never refused, and hardly less than the limit is used", () => {
  const [ours, ...others] = results.toReversed();
  expect([ours?.refused, ours?.bans]).toEqual([0, 0]);
  expect(ours?.share).toBeGreaterThan(0.92);
  for (const { bans } of others) expect(bans).toBeGreaterThan(0);
});

test("no real process was answered 429 or hung, and none was banned by what it had sent", () => {
  expect(Object.keys(runs).sort()).toEqual(Object.keys(words.en.happens).sort());
  for (const [name, { refused, banned, hung }] of Object.entries(runs as Required<Runs>)) {
    expect([name, refused, hung]).toEqual([name, 0, 0]);
    if (name !== "banned") expect([name, banned]).toEqual([name, 0]);
  }
  expect([runs.nothing?.processes, runs.nothing?.minutes]).toEqual([32, 10]);
  expect(runs.nothing?.share).toBeGreaterThan(0.92);
});
