import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { codeBlocks, runModule, scratchRepository } from "../support/process.js";
import { canTestSite } from "../support/site.js";

/** A repository with the operation of CONTRIBUTING, changed perhaps, and generated. */
async function withSixth(change = (text: string) => text) {
  const repository = await scratchRepository();
  const files = (await codeBlocks("CONTRIBUTING.md")).filter(({ path }) => path?.startsWith("openapi/"));
  expect(files).toHaveLength(3);
  for (const { path = "", text } of files)
    await (path.includes("overlays/") ? appendFile : writeFile)(join(repository.path, path), change(text));
  const generated = await runModule("tsx/dist/cli.mjs", ["scripts/generate.ts"], { cwd: repository.path });
  expect([generated.code, generated.stderr]).toEqual([0, ""]);
  return repository;
}

test("an operation is added as CONTRIBUTING says, and everything follows from npm run generate", {
  timeout: 240_000,
}, async () => {
  await using repository = await withSixth();
  const at = (name: string) => join(repository.path, name);
  expect(await readFile(at("generated/operations.ts"), "utf8")).toMatch(
    /getPortfolioBalance: \{[\s\S]*?weight: 20/,
  );

  expect(
    JSON.parse(await readFile(at("generated/openapi.zh-CN.json"), "utf8")).paths["/papi/v1/balance"].get
      .summary,
  ).toBe("账户余额");

  await writeFile(
    at("test/sixth.ts"),
    `import { createClient, type PortfolioBalance } from "../src/index.js";
const rows: PortfolioBalance[] = await createClient({ apiKey: "", secret: "" }).getPortfolioBalance({ asset: "USDT" });
const balance: \`\${number}\` | undefined = rows[0]?.totalWalletBalance;
console.log(balance);
`,
  );
  expect(await runModule("typescript/bin/tsc", ["-p", "."], { cwd: repository.path })).toMatchObject({
    code: 0,
    stdout: "",
  });

  const tests = await runModule(
    "vitest/vitest.mjs",
    [
      "run",
      "--project",
      "node",
      "--reporter",
      "verbose",
      "test/contract/contract.test.ts",
      "test/mock/state.test.ts",
    ],
    {
      cwd: repository.path,
    },
  );
  expect(tests.code, tests.stdout).toBe(0);
  for (const kind of ["HMAC", "RSA", "Ed25519"]) {
    expect(tests.stdout).toMatch(
      new RegExp(`✓.*${kind}.*getPortfolioBalance.* answers with the example .*oneAsset`),
    );
  }

  const samples = await runModule(
    "vitest/vitest.mjs",
    ["run", "--project", "repository", "test/docs/samples.test.ts", "-t", "getPortfolioBalance"],
    {
      cwd: repository.path,
    },
  );
  expect(samples.code, samples.stdout).toBe(0);
  expect(samples.stdout).toMatch(/Tests +[1-9]\d* passed/);

  if (canTestSite) {
    const docs = await runModule("tsx/dist/cli.mjs", ["scripts/docs.ts"], { cwd: repository.path });
    expect([docs.code, docs.stderr]).toEqual([0, ""]);
    expect(await readFile(at("site/zh-CN/operations/getPortfolioBalance.html"), "utf8")).toContain(
      "账户各部分的钱包余额合计",
    );
  }

  const command = await runModule("tsx/dist/cli.mjs", ["src/cli/main.ts", "overview", "--or-mock"], {
    cwd: repository.path,
  });
  expect(command.stdout).toMatch(/Balances {2}getPortfolioBalance\n +asset +totalWalletBalance/);
});

test("an operation that needs a parameter is not called by overview and record, which say so", {
  timeout: 120_000,
}, async () => {
  await using repository = await withSixth((text) =>
    text.replace(
      "required: false",
      "required: true\n      examples: { usual: { summary: USDT, value: USDT } }",
    ),
  );
  await using mock = await startMock();
  const env = { BINANCE_BASE_URL: mock.url, BINANCE_API_KEY: mock.apiKey, BINANCE_API_SECRET: mock.secret };
  const command = (...args: string[]) =>
    runModule("tsx/dist/cli.mjs", ["src/cli/main.ts", ...args], { cwd: repository.path, env });
  expect(await command("overview")).toMatchObject({
    code: 0,
    stderr: "getPortfolioBalance needs parameters: see binance-accounts call getPortfolioBalance --help.\n",
  });
  const recorded = await command("record");
  expect([recorded.code, recorded.stderr]).toEqual([
    0,
    expect.stringMatching(/^getPortfolioBalance needs parameters and is left out\.\n/),
  ]);
  expect(mock.journal.entries).toHaveLength(10);
});
