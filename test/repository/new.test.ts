import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { codeBlocks, runModule, scratchRepository } from "../support/process.js";

const page = `# Account Balance(USER_DATA)

## HTTP Request

GET \`/papi/v1/balance\`

## Request Weight

**20**

## Request Parameters

Name| Type| Mandatory| Description
---|---|---|---
asset| STRING| NO| whatever the page says
recvWindow| LONG| NO|
timestamp| LONG| YES|

## Response Example

    [
        {
            "asset": "USDT",    // asset name
            "totalWalletBalance": "122607.35137903"  // wallet balance
            "updateTime": 1617939110373
        }
    ]
`;

async function begin(...args: string[]) {
  const repository = await scratchRepository();
  await writeFile(join(repository.path, "page.md"), page);
  const run = (script: string, ...rest: string[]) =>
    runModule("tsx/dist/cli.mjs", [script, ...rest], { cwd: repository.path });
  return { ...repository, run, outcome: await run("scripts/new.ts", ...args) };
}

test("an operation begins with a saved page: the linter says what is left, and nothing of the page's sentences is taken", {
  timeout: 120_000,
}, async () => {
  await using begun = await begin("--page", "page.md", "--name", "getPortfolioBalance");
  expect(begun.outcome).toMatchObject({ code: 0, stderr: "" });
  expect(begun.outcome.stdout).toContain("created   openapi/paths/papi_v1_balance.yaml");
  const file = await readFile(join(begun.path, "openapi/paths/papi_v1_balance.yaml"), "utf8");
  expect(file).toContain("x-request-weight: 20");
  expect(file).not.toMatch(/whatever the page says|wallet balance/);

  const lint = await runModule("@redocly/cli/bin/cli.js", ["lint", "--format=stylish"], { cwd: begun.path });
  expect(lint.code).toBe(1);
  const left = [...lint.stdout.matchAll(/house\/[\w-]+ +(.*)/g)].map(([, message]) => message?.trim());
  expect(left).toContain("Fill in `description`: it is empty.");
  expect(left).toContain("Say in `summary` which situation the example shows.");
});

test("filled in, with the words of CONTRIBUTING, it is an operation", { timeout: 120_000 }, async () => {
  await using begun = await begin("--page", "page.md", "--name", "getPortfolioBalance");
  // The shape that was begun is the one that CONTRIBUTING shows: its files may stand in for somebody who fills in.
  const at = (name: string) => join(begun.path, name);
  for (const { path = "", text } of await codeBlocks("CONTRIBUTING.md")) {
    if (path.endsWith("zh-CN.yaml")) {
      const overlay = await readFile(at(path), "utf8");
      await writeFile(at(path), overlay.slice(0, overlay.indexOf("\n  # ── getPortfolioBalance")) + text);
    } else if (path.startsWith("openapi/")) await writeFile(at(path), text);
  }
  const generated = await begun.run("scripts/generate.ts");
  expect([generated.code, generated.stderr]).toEqual([0, ""]);
});

test("an empty Chinese text stops generating, by its place", { timeout: 120_000 }, async () => {
  await using repository = await scratchRepository();
  const overlay = join(repository.path, "openapi/overlays/zh-CN.yaml");
  const text = await readFile(overlay, "utf8");
  await writeFile(overlay, text.replace("summary: 统一账户信息", 'summary: ""'));
  const { code, stderr } = await runModule("tsx/dist/cli.mjs", ["scripts/generate.ts"], {
    cwd: repository.path,
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/leaves these empty:\n {2}\/paths\/.*account\/get\/summary/),
  ]);
});

test.each([
  [
    ["--path", "papi/v1/x", "--name", "getX", "--weight", "1"],
    'The path must look like /papi/v1/balance; received "papi/v1/x".',
  ],
  [
    ["--path", "/papi/v1/x", "--name", "Get X", "--weight", "1"],
    'The name must be in camel case, such as getPortfolioBalance; received "Get X".',
  ],
  [
    ["--path", "/papi/v1/x", "--name", "getX", "--weight", "0"],
    'The weight must be an integer above 0; received "0".',
  ],
  [
    ["--path", "/papi/v1/x", "--name", "getX"],
    "--weight is missing. `npm run new -- --help` explains the flags.",
  ],
  [
    ["--path", "/papi/v1/account", "--name", "getX", "--weight", "1"],
    "openapi/paths/papi_v1_account.yaml is there already; nothing was written.",
  ],
])("%j: %s", async (args, message) => {
  const { code, stderr } = await runModule("tsx/dist/cli.mjs", ["scripts/new.ts", ...args]);
  expect([code, stderr.trim()]).toEqual([2, message]);
});
