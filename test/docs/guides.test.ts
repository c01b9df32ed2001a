import { readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { guidesFolder, readGuides, readSample } from "../../scripts/docs/guides.js";
import { vectors } from "../../scripts/docs/vectors.js";
import { languages } from "../../scripts/docs/words.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { untranslated } from "../../scripts/steps/texts.js";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { credentialNames } from "../../src/signing/keys.js";
import { document as spec } from "../support/document.js";
import { hmacKey } from "../support/keys.js";
import { hasOpenssl } from "../support/openssl.js";
import { codeBlocks, root, runModule, runProgram } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";

const document = spec as unknown as OpenApiDocument;
const [english, chinese] = languages.map((language) => readGuides(language, document)) as [
  ReturnType<typeof readGuides>,
  ReturnType<typeof readGuides>,
];
const samples = readdirSync(new URL("samples/", guidesFolder));
const outOf = (name: string) => name.replace(/ts$/, "out");
const outside = (markdown: string) => markdown.replace(/^```[\s\S]*?^```$/gm, "");

test("every guide is there in both languages, in one order", () => {
  expect(english.length).toBeGreaterThan(6);
  expect(chinese.map(({ topic }) => topic)).toEqual(english.map(({ topic }) => topic));
});

describe.each(english)("$topic", ({ topic, markdown }) => {
  const translated = chinese.find((guide) => guide.topic === topic)?.markdown ?? "";
  const shape = (text: string) => ({
    headings: outside(text).match(/^#+(?= )/gm),
    code: text.match(/^```[\s\S]*?^```$/gm),
    rows: outside(text).match(/^\|/gm)?.length,
    points: outside(text).match(/^(?:- |\d+\. )/gm)?.length,
  });

  test("says as much in Chinese as in English, with the same code", () =>
    expect(shape(translated)).toEqual(shape(markdown)));

  test("has no English sentence left in Chinese", () => {
    const prose = outside(translated).replace(/\]\([^)]*\)/g, "]");
    const sentences = prose.match(/[A-Za-z'-]+(?:[ ,]+[A-Za-z'-]+){3,}/g) ?? [];
    expect(sentences).toEqual([]);
    for (const paragraph of prose.split(/\n{2,}/).filter((text) => untranslated(text)))
      expect(paragraph).toMatch(/\p{Script=Han}|^\||^#/u);
  });
});

test("every error code has its heading in both languages, in the same place", () => {
  const declared = readFileSync(join(root, "src/errors.ts"), "utf8").match(/(?<=^ {2}\| ")[A-Z_]+/gm) ?? [];
  for (const guides of [english, chinese]) {
    const headings =
      guides.find(({ topic }) => topic === "errors")?.markdown.match(/(?<=^## `)[A-Z_]+(?=`$)/gm) ?? [];
    expect([...headings].sort()).toEqual([...declared].sort());
  }
});

test("every sample is used by the guides", () => {
  const used = readdirSync(guidesFolder)
    .filter((name) => name.endsWith(".md"))
    .flatMap(
      (name) => readFileSync(new URL(name, guidesFolder), "utf8").match(/(?<=^```\w+ )[\w.-]+$/gm) ?? [],
    );
  expect([...new Set(used)].sort()).toEqual(samples.sort());
});

describe.skipIf(!hasOpenssl)("the commands of the signing guide", () => {
  test.each([
    ["sign-hmac.sh", "HMAC"],
    ["sign-ed25519.sh", "Ed25519"],
    ["sign-rsa.sh", "RSA-2048"],
  ])("%s prints the signature of the vector %s", async (file, name) => {
    const vector = vectors.find((candidate) => candidate.name === name);
    await using folder = await sampleFolder();
    await writeFile(join(folder.path, file), readSample(file));
    await writeFile(join(folder.path, "key.pem"), vector?.privateKey ?? "");
    const { stdout, stderr } = await runProgram("sh", [file], { cwd: folder.path });
    expect([stdout.trim(), stderr]).toEqual([vector?.signature, ""]);
  });
});

test.skipIf(!hasOpenssl)(
  "the commands of the guide to keys make a pair that the client and the mock take",
  async () => {
    await using folder = await sampleFolder();
    await writeFile(join(folder.path, "keys.sh"), readSample("keys-ed25519.sh"));
    const { code, stdout: publicKey } = await runProgram("sh", ["keys.sh"], { cwd: folder.path });
    expect(code).toBe(0);
    await using mock = await startMock({ keys: [{ apiKey: "pair", publicKey }] });
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: "pair",
      privateKey: readFileSync(join(folder.path, "key.pem"), "utf8"),
    });
    expect((await binance.getPortfolioAccount()).accountStatus).toBe("NORMAL");
  },
);

test("the commands of the guide to the control interface do what it says, and it lists every address", async () => {
  await using folder = await sampleFolder();
  await using mock = await startMock();
  await writeFile(join(folder.path, "control.sh"), readSample("mock-control.sh"));
  const { code, stdout } = await runProgram("sh", ["control.sh"], {
    cwd: folder.path,
    env: { BINANCE_BASE_URL: mock.url },
  });
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject([{ fault: "error", example: "overloaded", times: 2 }]);
  mock.faults.clear();
  expect((await mock.client().getPortfolioAccount()).accountStatus).toBe("MARGIN_CALL");
  const addresses = Object.keys((await (await fetch(`${mock.url}/__mock`)).json()) as object);
  for (const guides of [english, chinese]) {
    const text = guides.find(({ topic }) => topic === "mock-control")?.markdown ?? "";
    expect([...text.matchAll(/^\| `([A-Z]+ \/__mock\S*)` \|/gm)].map(([, address]) => address)).toEqual(
      addresses,
    );
  }
});

test("the guide to options has a row for every option of the client", () => {
  const source = readFileSync(join(root, "src/options.ts"), "utf8");
  const declared = /interface CommonOptions\b[^{]*\{([\s\S]*?)^\}/m.exec(source)?.[1] ?? "";
  const names = [...declared.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  expect(declared.match(/@default/g), "each says its default").toHaveLength(names.length);
  for (const guides of [english, chinese]) {
    const text = guides.find(({ topic }) => topic === "options")?.markdown ?? "";
    const rows = [...text.matchAll(/^\| `(\w+)(?:\.\w+)?` \|/gm)].map(([, name]) => name);
    expect(
      [...names, ...credentialNames, "credentials"].filter((name) => !rows.includes(name as string)),
    ).toEqual([]);
  }
});

// Those of recipes.test.ts that run on, or have a server around them, print nothing that stands in a guide.
const programs = samples.filter(
  (name) => /(?<!\.test)\.ts$/.test(name) && !(name.startsWith("recipe-") && !samples.includes(outOf(name))),
);
const suites = samples.filter((name) => name.endsWith(".test.ts"));

test.each(suites)("%s passes", async (name) => {
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, name), readSample(name));
  const alias = {
    "binance-accounts/mock": "src/mock/index.ts",
    "binance-accounts": "src/index.ts",
    "#platform": "src/platform/node.ts",
  };
  const entries = Object.entries(alias).map(([find, file]) => ({ find, replacement: join(root, file) }));
  await writeFile(
    join(folder.path, "vitest.config.ts"),
    `export default { resolve: { alias: ${JSON.stringify(entries)} } };`,
  );
  const { code, stdout, stderr } = await runModule("vitest/vitest.mjs", ["run", "--reporter=verbose"], {
    cwd: folder.path,
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/Tests +[1-9]\d* passed/);
});

test("every program of the guides compiles", async () => {
  await using folder = await sampleFolder();
  await Promise.all(
    [...programs, ...suites].map((name) => writeFile(join(folder.path, name), readSample(name))),
  );
  expect(await runModule("typescript-7/bin/tsc", ["-p", folder.path])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

test.each(programs)("%s prints what the guide says", async (name) => {
  const key = hmacKey();
  await using mock = await startMock({
    keys: [key.mock],
    ...(/^(open-positions|watching-risk|recipe-exposure)\.ts$/.test(name) && { scenario: "hedge" }),
  });
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, name), readSample(name));
  const env = {
    BINANCE_BASE_URL: mock.url,
    BINANCE_API_KEY: key.client.apiKey,
    BINANCE_API_SECRET: String(key.client.secret),
  };
  const { code, stdout, stderr } = await runModule("tsx/dist/cli.mjs", [name], { cwd: folder.path, env });
  expect([code, stderr, stdout]).toEqual([0, "", readSample(outOf(name))]);
});

test("the sample of SKILL.md, which the package brings for coding assistants, compiles and runs", async () => {
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  expect(files).toContain("SKILL.md");
  const [sample] = (await codeBlocks("SKILL.md")).filter(({ language }) => language === "ts");
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, "skill.ts"), sample?.text ?? "");
  expect(await runModule("typescript-7/bin/tsc", ["-p", folder.path])).toMatchObject({ code: 0, stdout: "" });
  expect(await runModule("tsx/dist/cli.mjs", ["skill.ts"], { cwd: folder.path })).toEqual({
    code: 0,
    stdout: "MARGIN_CALL []\n",
    stderr: "",
  });
});
