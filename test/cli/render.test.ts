import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { createRenderer } from "../../src/cli/render.js";
import { runCommand } from "../support/terminal.js";

describe("on a terminal", () => {
  test("there is colour, and none where there is no terminal", async () => {
    const { stdout } = await runCommand(["overview", "--or-mock"], {}, { columns: 200 });
    expect(stripVTControlCharacters(stdout)).not.toBe(stdout);
    const piped = await runCommand(["overview", "--or-mock"]);
    expect(stripVTControlCharacters(piped.stdout)).toBe(piped.stdout);
  });

  test("no line is wider than the terminal where fields fit", async () => {
    const { stdout } = await runCommand(["overview", "--or-mock"], {}, { columns: 80 });
    const [, ...lines] = stripVTControlCharacters(stdout).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stripVTControlCharacters(stdout)).toMatch(/symbol +BTCUSDT\n +positionSide +SHORT/);
  });
});

test.each(["0", "0.000", "-0.0", "0E-8", "0.00e+3"])("a position of %s is not held", (positionAmt) => {
  const renderer = createRenderer(process.stdout, false);
  const text = renderer.answer("getUmAccount", {
    assets: [],
    positions: [{ symbol: "ETHUSDT", positionAmt }],
  });
  expect(stripVTControlCharacters(text)).toContain("1 with positionAmt 0 left out");
});

test("a position of 1E-8 is held", () => {
  const renderer = createRenderer(process.stdout, false);
  const position = { symbol: "ETHUSDT", positionAmt: "1E-8" };
  expect(renderer.answer("getUmAccount", { assets: [], positions: [position] })).toContain("1E-8");
});
