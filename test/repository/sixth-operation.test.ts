import { appendFile, cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { servers } from "../../generated/operations.js";
import { operationIds } from "../../src/operations.js";
import { codeBlocks, type Outcome, root, runModule, scratchRepository } from "../support/process.js";
import { canTestSite } from "../support/site.js";

// Three operations unlike the others, by files alone: that of CONTRIBUTING, and those in grown/, which have lists, booleans, enumerations,
// a required parameter, nullable fields, a map, `oneOf`, and a host of their own.
const added = ["getPortfolioBalance", "getUmLimits", "getUsdMIncome"];

const grown = join(root, "test/repository/grown");
let repository: Awaited<ReturnType<typeof scratchRepository>>;
const at = (name: string) => join(repository.path, name);
const run = (script: string, ...args: string[]) => runModule(script, args, { cwd: repository.path });
const vitest = (...args: string[]) => run("vitest/vitest.mjs", "run", "--reporter", "verbose", ...args);
const passed = ({ code, stdout, stderr }: Outcome) => expect([code, stderr], stdout).toEqual([0, ""]);

beforeAll(async () => {
  repository = await scratchRepository();
  const files = (await codeBlocks("CONTRIBUTING.md")).filter(({ path }) => path?.startsWith("openapi/"));
  expect(files.map(({ path }) => path?.split("/")[1])).toEqual(["paths", "components", "overlays"]);
  for (const { path = "", text } of files)
    await (path.includes("overlays/") ? appendFile : writeFile)(at(path), text);
  for (const folder of ["paths", "components"])
    await cp(join(grown, "openapi", folder), at(`openapi/${folder}`), { recursive: true });
  await appendFile(
    at("openapi/overlays/zh-CN.yaml"),
    await readFile(join(grown, "openapi/overlays/zh-CN.yaml"), "utf8"),
  );
  const document = await readFile(at("openapi/openapi.yaml"), "utf8");
  const tag = await readFile(join(grown, "openapi/openapi.yaml.tag"), "utf8");
  await writeFile(
    at("openapi/openapi.yaml"),
    document.replace("\nsecurity:\n", `\n${tag.trimEnd()}\nsecurity:\n`),
  );
  await cp(join(grown, "test/calls.ts"), at("test/grown.test.ts"));
  passed(await run("tsx/dist/cli.mjs", "scripts/generate.ts"));
}, 120_000);
afterAll(() => repository[Symbol.asyncDispose]());

describe("operations are added by files alone, as CONTRIBUTING says:", { timeout: 300_000 }, () => {
  test("the table and both documents have them, with their host", async () => {
    const table = await readFile(at("generated/operations.ts"), "utf8");
    for (const id of added) expect(table).toMatch(new RegExp(`^ {2}${id}: \\{$`, "m"));
    expect(Object.keys(servers)).not.toContain("fapi");
    expect(table).toMatch(/fapi: \{\s+url: "https:\/\/fapi\.binance\.com",\s+weightLimit: 2400/);
    const chinese = JSON.parse(await readFile(at("generated/openapi.zh-CN.json"), "utf8"));
    expect(chinese.paths["/papi/v1/balance"].get.summary).toBe("账户余额");
    expect(chinese.paths["/fapi/v1/income"].get.summary).toBe("U 本位合约资金流水");
  });

  test("the linter finds nothing to say, and types compile", async () => {
    const [lint, types] = await Promise.all([
      run("@redocly/cli/bin/cli.js", "lint"),
      run("typescript-7/bin/tsc", "-p", "."),
    ]);
    expect([lint.code, types.code], lint.stdout + lint.stderr + types.stdout).toEqual([0, 0]);
  });

  test("client, mock, command and docs know them, and the tests of all operations hold", async () => {
    const tests = await vitest(
      ...["--project", "node", "test/grown.test.ts", "test/document.test.ts", "test/types.test.ts"],
      ...[
        "test/contract/",
        "test/cli/",
        "test/mock/control",
        "test/mock/keys",
        "test/mock/ledger",
        "test/mock/state.test",
      ],
    );
    passed(tests);
    expect(tests.stdout).toMatch(/✓.*grown\.test\.ts/);
    for (const kind of ["HMAC", "RSA", "Ed25519"])
      for (const example of [
        "getPortfolioBalance.*oneAsset",
        "getUmLimits.*oneBracket",
        "getUsdMIncome.*twoKinds",
      ])
        expect(tests.stdout).toMatch(new RegExp(`✓.*${kind}.*${example}`));
  });

  test("the samples of each run, in every language, and print what the mock says", async () => {
    const samples = await vitest(
      "--project",
      "repository",
      "test/docs/samples.test.ts",
      "-t",
      added.join("|"),
    );
    passed(samples);
    for (const id of added)
      for (const language of ["TypeScript", "openapi-fetch", "Python"])
        expect(samples.stdout).toMatch(new RegExp(`[✓↓].*${id}.* in .*${language}`));
    expect(samples.stdout).toMatch(/Tests +[1-9]\d* passed/);
  });

  test.skipIf(!canTestSite)("the site has their pages, in both languages", async () => {
    passed(await run("tsx/dist/cli.mjs", "scripts/docs.ts"));
    for (const [page, text] of [
      ["zh-CN/operations/getPortfolioBalance", "账户各部分的钱包余额合计"],
      ["operations/getUsdMIncome", "Says that this is a funding fee."],
      ["operations/getUmLimits", "Leverage brackets of one symbol"],
    ])
      expect(await readFile(at(`site/${page}.html`), "utf8")).toContain(text);
  });

  test("overview and record call what needs no parameter, and name the others", async () => {
    await writeFile(
      at("record.ts"),
      `import { startMock } from "./src/mock/index.js";
import { run } from "./src/cli/run.js";
await using mock = await startMock();
const env = { BINANCE_BASE_URL: mock.url, BINANCE_API_KEY: mock.apiKey, BINANCE_API_SECRET: mock.secret };
const io = { env, stdout: process.stderr, stderr: process.stderr };
const codes = [await run(["overview", "--json"], io), await run(["record"], io)];
console.log(JSON.stringify([codes, mock.journal.entries.length]));
`,
    );
    const { stdout, stderr } = await run("tsx/dist/cli.mjs", "record.ts");
    const called = operationIds.length + added.length - 1;
    expect(JSON.parse(stdout)).toEqual([[0, 0], 2 * called]);
    expect(stderr).toContain(
      "\ngetUmLimits needs parameters: see binance-accounts call getUmLimits --help.\n",
    );
    expect(stderr).toContain("\ngetUmLimits needs parameters and is left out.\n");
  });
});
