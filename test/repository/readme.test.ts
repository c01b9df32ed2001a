import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BinanceError } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { codeBlocks, root, runModule, runProgram } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";

const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = await codeBlocks("README.md");
const samples = blocks
  .filter(({ language }) => language === "ts")
  .map(({ text }, index) => ({ name: `block ${index + 1}`, text }));
const commands = blocks
  .filter(({ language }) => language === "sh")
  .flatMap(({ text }) =>
    text
      .trim()
      .split("\n")
      .map((line) => line.replace(/ *#.*/, "")),
  );

test("has no block that no test runs", () => {
  expect(blocks.length).toBe(samples.length + blocks.filter(({ language }) => language === "sh").length);
  expect(samples.length).toBeGreaterThan(0);
});

test("every sample compiles", async () => {
  await using folder = await sampleFolder();
  await Promise.all(samples.map(({ name, text }) => writeFile(join(folder.path, `${name}.ts`), text)));
  expect(await runModule("typescript-7/bin/tsc", ["-p", folder.path])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

/** What each sample prints, in the order of the README. */
const outputs = [
  /^NORMAL: margin ratio 1118\.18394839, equity 5032\.71660099 USD\nBTCUSD_201225 LONG 1, liquidated at 6170\.20509059\nBTCUSD_201225 SHORT -2/,
];

test.each(samples)("$name runs and prints what it promises", async ({ text }) => {
  await using mock = await startMock({ scenario: "hedge" });
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, "sample.ts"), text);
  const env = {
    BINANCE_BASE_URL: mock.url,
    BINANCE_API_KEY: mock.apiKey,
    BINANCE_API_SECRET: String(mock.secret),
  };
  const { code, stdout, stderr } = await runModule("tsx/dist/cli.mjs", ["sample.ts"], {
    cwd: folder.path,
    env,
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(outputs[samples.findIndex((sample) => sample.text === text)] ?? /^$/);
});

/** What each command line of the README is tested by. */
const runners: Record<string, () => Promise<unknown>> = {
  "npm ci && npm start": async () => {
    const { code, stdout } = await runProgram("npm", ["start", "--silent"], {});
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Answers of a mock on this machine[\s\S]*getPortfolioAccount[\s\S]*getCoinMAccount/,
      ),
    ]);
  },
  "npm cit": async () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(scripts.test).toBe("npm run types && vitest run --project node --project web");
  },
};

test.each(commands)("%s", async (line) => {
  expect(Object.keys(runners)).toContain(line);
  await runners[line]?.();
});

test("links to pages and sections that are there", () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)];
  expect(links.length).toBeGreaterThan(10);
  for (const [, file = "", section] of links) {
    const headings = [...readFileSync(join(root, file), "utf8").matchAll(/^#+ (.*)$/gm)];
    const slugs = headings.map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    if (section) expect(slugs, `${file}#${section}`).toContain(section);
  }
});

test("counts no operations by hand", () => {
  expect(readme).not.toMatch(/\b(five|four|all 5|5 (accounts|endpoints))\b/i);
});

test("an error leads to the section of its code, and every code has one", () => {
  const declared = readFileSync(join(root, "src/errors.ts"), "utf8").match(/^ {2}\| "[A-Z_]+"/gm) ?? [];
  const guide = readFileSync(join(root, "openapi/guides/errors.en.md"), "utf8");
  expect([...guide.matchAll(/^## `([A-Z_]+)`$/gm)].map(([, code]) => code).sort()).toEqual(
    declared.map((line) => line.slice(5, -1)).sort(),
  );
  expect(new BinanceError("RATE_LIMITED", "").help).toMatch(
    /npx binance-accounts explain RATE_LIMITED|\/errors\/#rate_limited$/,
  );
});
