import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { runModule, scratchRepository } from "../support/process.js";

// Each runs the generator, as a process of its own.
vi.setConfig({ testTimeout: 120_000 });

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
    expect((await tsx("scripts/generate.ts", "package.ts")).code).toBe(0);
    expect((await tsx("scripts/generate.ts", "README.md")).code).toBe(0);
    const readme = await readFile(join(repository.path, "README.md"), "utf8");
    expect(readme).toContain(`](${homepage.replace(/\/*$/, "/")}guides/errors.html)`);
    expect(readme).not.toContain("](openapi/guides/");
    const script = `import { BinanceError } from "./src/index.ts"; console.log(new BinanceError("CLOCK_SKEW", "").help);`;
    const { stdout } = await tsx("--eval", script);
    expect(stdout).toBe(`${help}\n`);
  },
);

test("a page of errors that lacks one stops the generator, which says so", async () => {
  await change("openapi/guides/errors.zh-CN.md", (text) => text.replace(/## `?BANNED`?\n/, ""));
  const { code, stderr } = await tsx("scripts/generate.ts", "explanations.ts");
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(
      "openapi/guides/errors.zh-CN.md must have the sections of openapi/guides/errors.en.md; it has no BANNED.",
    ),
  ]);
});

test.each([
  [
    "links, marks and comments",
    "See [**limits**](limits.md#x), _assumed_. <!-- why -->",
    "See limits, assumed.",
  ],
  ["a container", "::: tip\nWait.\n:::", "Wait."],
  ["a list and code", "- `ERR_PROXY_A_B`\n- two", "- `ERR_PROXY_A_B`\n- two"],
  ["a heading of its own", "### On papi\n\nText.", "On papi\n\nText."],
])("a page with %s is text that a terminal can show", async (_what, markdown, text) => {
  const file = "openapi/guides/errors.zh-CN.md";
  const before = await readFile(join(repository.path, file), "utf8");
  const blank = before.includes("BANNED") ? before : `${before}\n## BANNED\n`;
  await writeFile(
    join(repository.path, file),
    blank.replace(/(## `?BANNED`?\n)[\s\S]*?(?=\n## |$(?![\s\S]))/, `$1\n${markdown}\n`),
  );
  expect(await tsx("scripts/generate.ts", "explanations.ts")).toMatchObject({ code: 0 });
  const script = `import { explanations } from "./generated/explanations.ts"; console.log(explanations["zh-CN"].BANNED);`;
  expect((await tsx("--eval", script)).stdout).toBe(`${text}\n`);
});
