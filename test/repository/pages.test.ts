import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runModule, scratchRepository } from "../support/process.js";

let repository: Awaited<ReturnType<typeof scratchRepository>>;
beforeAll(async () => {
  repository = await scratchRepository();
});
afterAll(() => repository[Symbol.asyncDispose]());

const tsx = (...args: string[]) => runModule("tsx/dist/cli.mjs", args, { cwd: repository.path });

async function change(file: string, edit: (text: string) => string): Promise<void> {
  const path = join(repository.path, file);
  const text = await readFile(path, "utf8");
  expect(edit(text)).not.toBe(text);
  await writeFile(path, edit(text));
}

test.each([
  ["https://docs.example.test/accounts", "https://docs.example.test/accounts/errors/#clock_skew"],
  ["https://other.example.test/", "https://other.example.test/errors/#clock_skew"],
])(
  "with the homepage %s in package.json, the help of an error is the address of its page",
  async (homepage, help) => {
    await change("package.json", (text) => JSON.stringify({ ...JSON.parse(text), homepage }));
    expect((await tsx("scripts/generate.ts", "--check")).code).toBe(1);
    expect((await tsx("scripts/generate.ts", "homepage.ts")).code).toBe(0);
    const script = `import { BinanceError } from "./src/index.ts"; console.log(new BinanceError("CLOCK_SKEW", "").help);`;
    const { stdout } = await tsx("--eval", script);
    expect(stdout).toBe(`${help}\n`);
  },
);

test("a page of errors that lacks one stops the generator, which says so", async () => {
  await change("openapi/guides/errors.zh-CN.md", (text) => text.replace("## BANNED\n", ""));
  const { code, stderr } = await tsx("scripts/generate.ts", "explanations.ts");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(
      "openapi/guides/errors.zh-CN.md must have the sections of openapi/guides/errors.en.md; it has no BANNED.",
    ),
  ]);
});
