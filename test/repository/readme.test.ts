import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BinanceError } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { decisions } from "../../src/response/decisions.js";
import { ed25519Key, hmacKey } from "../support/keys.js";
import { codeBlocks, root, runModule, runProgram, temporaryFolder } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";
import { runCommand } from "../support/terminal.js";

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
  expect(samples.length).toBeGreaterThan(3);
});

test("every sample compiles", async () => {
  await using folder = await sampleFolder();
  await Promise.all(samples.map(({ name, text }) => writeFile(join(folder.path, `${name}.ts`), text)));
  expect(await runModule("typescript/bin/tsc", ["-p", folder.path])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

/** What each sample prints, in the order of the README. */
const outputs = [
  /^NORMAL: margin ratio 1118\.18394839, equity 5032\.71660099 USD\nBTCUSD_201225 LONG 1, liquidated at 6170\.20509059\nBTCUSD_201225 SHORT -2/,
  /^1 5\n$/,
  /^true\n$/,
  /^MARGIN_CALL 0\.85170341 2 \[\]\n$/,
  /^1118\.18394839\n$/,
];

test.each(samples)("$name runs and prints what it promises", async ({ text }) => {
  const [hmac, ed25519] = [hmacKey(), ed25519Key()];
  await using mock = await startMock({ keys: [hmac.mock, ed25519.mock], scenario: "hedge" });
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, "sample.ts"), text);
  await writeFile(join(folder.path, "key.pem"), String(ed25519.client.privateKey));
  const withFile = text.includes("BINANCE_PRIVATE_KEY_FILE");
  const env = {
    BINANCE_BASE_URL: mock.url,
    BINANCE_API_KEY: (withFile ? ed25519 : hmac).client.apiKey,
    ...(withFile
      ? { BINANCE_PRIVATE_KEY_FILE: join(folder.path, "key.pem") }
      : { BINANCE_API_SECRET: String(hmac.client.secret) }),
  };
  const { code, stdout, stderr } = await runModule("tsx/dist/cli.mjs", ["sample.ts"], {
    cwd: folder.path,
    env,
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(outputs[samples.findIndex((sample) => sample.text === text)] ?? /^$/);
});

/** What each command line of the README is tested by. */
const runners: Record<string, (mock: Mock) => Promise<unknown>> = {
  "npm ci && npm start": async () => {
    const { code, stdout } = await runProgram("npm", ["start", "--silent"], {});
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^Answers of a mock on this machine[\s\S]*getPortfolioAccount[\s\S]*getCoinMAccount/,
      ),
    ]);
  },
  "npx binance-accounts record --out recorded.json": async ({ url, apiKey, secret }) => {
    await using folder = await temporaryFolder();
    const env = { BINANCE_BASE_URL: url, BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: String(secret) };
    expect(await runCommand(["record", "--out", join(folder.path, "recorded.json")], env)).toMatchObject({
      code: 0,
    });
  },
  "npm cit": async () => expect(process.env.VITEST).toBe("true"), // this test is a part of it
};

test.each(commands)("%s", async (line) => {
  await using mock = await startMock();
  const run = runners[line];
  if (run) return void (await run(mock));
  const [npx, name, ...args] = line.split(" ");
  expect([npx, name]).toEqual(["npx", "binance-accounts"]);
  const env = {
    BINANCE_BASE_URL: mock.url,
    BINANCE_API_KEY: mock.apiKey,
    BINANCE_API_SECRET: String(mock.secret),
  };
  const onText = (text: string) => text.includes("BINANCE_API_SECRET=") && process.emit("SIGTERM");
  expect(await runCommand(args, env, { onText })).toMatchObject({ code: 0 });
});

/** The order in which a text has them. */
const byGuide = (guide: string) => (a: string, b: string) =>
  guide.indexOf(`## \`${a}\`\n`) - guide.indexOf(`## \`${b}\`\n`);

describe("the table of errors", () => {
  const rows = [
    ...readFileSync(join(root, "README.md"), "utf8").matchAll(/^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|/gm),
  ];
  const table = new Map(rows.map(([, code = "", when = "", repeated = ""]) => [code, { when, repeated }]));

  test("has a row for every code, and no other", async () => {
    const declared = readFileSync(join(root, "src/errors.ts"), "utf8").match(/^ {2}\| "[A-Z_]+"/gm) ?? [];
    expect([...table.keys()].sort()).toEqual(declared.map((line) => line.slice(5, -1)).sort());
  });

  test("and its page with every code, where `help` of the error leads", () => {
    const guide = readFileSync(join(root, "openapi/guides/errors.en.md"), "utf8");
    expect([...guide.matchAll(/^## `([A-Z_]+)`$/gm)].map(([, code]) => code)).toEqual(
      [...table.keys()].sort(byGuide(guide)),
    );
    expect(new BinanceError("RATE_LIMITED", "").help).toMatch(
      /npx binance-accounts explain RATE_LIMITED|\/errors\/#rate_limited$/,
    );
  });

  const words = {
    never: /^never/,
    resync: /^once, by the server's clock/,
    restore: /^once/,
    wait: /^after `Retry-After`/,
    backoff: /^with pauses that double/,
    reconnect: /^with pauses that double/,
  };
  const named = decisions.filter(({ status, codes }) => status || codes);
  test.each(named)(
    "says of $status $codes what the code does",
    ({ status = [], codes = [], error, retry }) => {
      const { when = "", repeated = "" } = table.get(error) ?? {};
      expect(repeated).toMatch(words[retry]);
      const listed = when
        .replace(/-1100 to -1106/, "-1100, -1101, -1102, -1103, -1104, -1105, -1106")
        .toUpperCase();
      for (const what of [...status, ...codes]) expect(listed).toContain(String(what));
    },
  );
});
