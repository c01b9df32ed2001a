import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root, runModule, scratchRepository } from "../support/process.js";

let repository: Awaited<ReturnType<typeof scratchRepository>>;
beforeAll(async () => {
  repository = await scratchRepository();
});
afterAll(() => repository[Symbol.asyncDispose]());

/** Changes one file of the scratch repository while something runs. */
async function having<T>(
  file: string,
  change: (text: string) => string,
  action: () => Promise<T>,
): Promise<T> {
  const path = join(repository.path, file);
  const text = await readFile(path, "utf8");
  const changed = change(text);
  expect(changed).not.toBe(text);
  await writeFile(path, changed);
  try {
    return await action();
  } finally {
    await writeFile(path, text);
  }
}

const lint = () => runModule("@redocly/cli/bin/cli.js", ["lint"], { cwd: repository.path });
const generate = (...args: string[]) =>
  runModule("tsx/dist/cli.mjs", ["scripts/generate.ts", ...args], { cwd: repository.path });

const account = "openapi/paths/papi_v1_account.yaml";
const risk = "openapi/paths/papi_v1_cm_positionRisk.yaml";
const um = "openapi/paths/papi_v1_um_account.yaml";
const normal = "openapi/components/examples/getPortfolioAccount.normal.yaml";

describe("the linter says what to do", () => {
  test.each<[message: string, file: string, change: (text: string) => string]>([
    [
      "Say what the request costs: `x-request-weight`",
      account,
      (text) => text.replace("x-request-weight: 20", "x-request-weight: 0"),
    ],
    ["Document `418` with its `Retry-After` header", account, (text) => text.replace(/ {4}"418":\n.*\n/, "")],
    [
      "Document `429` with its `Retry-After` header",
      "openapi/components/responses/RateLimited.yaml",
      (text) => text.replace(/ {2}Retry-After:\n.*\n/, ""),
    ],
    [
      "Give the response at least one named example",
      account,
      (text) => text.replace(/ {10}examples:\n(?: {12}.*\n)+/, ""),
    ],
    [
      "Say in `summary` which situation the example shows",
      normal,
      (text) => text.replace(/^summary.*\n/, ""),
    ],
    ["Describe `crossUnPnl`", um, (text) => text.replace(/( {6}crossUnPnl:\n.*\n) {8}description.*\n/, "$1")],
    [
      "Give `crossUnPnl` an example value",
      um,
      (text) => text.replace(/( {6}crossUnPnl:\n.*\n.*\n) {8}examples.*\n/, "$1"),
    ],
    [
      "`updateTime` is a time: use the TimestampMs schema",
      um,
      (text) => text.replace("TimestampMs.yaml", "Decimal.yaml"),
    ],
    [
      "Amounts and prices are decimal strings",
      "openapi/components/schemas/Decimal.yaml",
      (text) => text.replace("type: string", "type: number"),
    ],
    [
      "Document what every signed endpoint can answer: 401 are missing",
      account,
      (text) => text.replace(/ {4}"401":\n.*\n/, ""),
    ],
    [
      "Name the operation in camel case",
      account,
      (text) => text.replace("getPortfolioAccount", "get-account"),
    ],
    ["Add components/parameters/timestamp.yaml", account, (text) => text.replace(/.*timestamp\.yaml\n/, "")],
    [
      "`x-mutually-exclusive` names `pairs`",
      risk,
      (text) => text.replace("[marginAsset, pair]", "[marginAsset, pairs]"),
    ],
    [
      "Describe the parameter `pair`",
      risk,
      (text) => text.replace(/ {6}description: Only contracts of this pair.*\n/, ""),
    ],
    [
      "`x-overview` names `uniMmr`",
      account,
      (text) => text.replace("[accountStatus, uniMMR", "[accountStatus, uniMmr"),
    ],
    [
      "`x-levels` names `status`, which is no required field",
      account,
      (text) => text.replace("status: accountStatus", "status: status"),
    ],
    [
      "`x-levels` must go from healthy to worst",
      account,
      (text) => text.replace('above: "1.2"', 'above: "1.6"'),
    ],
    [
      "`x-liquidation` names `markprice`",
      risk,
      (text) => text.replace("price: markPrice", "price: markprice"),
    ],
    ["Operation tags should be defined", account, (text) => text.replace("[portfolioMargin]", "[portfolio]")],
    [
      "`uniMMR` property type must be string",
      normal,
      (text) => text.replace('"5167.92171923"', "5167.92171923"),
    ],
    [
      'must match pattern "^-?\\d+(\\.\\d+)?([eE][+-]?\\d+)?$"',
      normal,
      (text) => text.replace('"5167.92171923"', '""'),
    ],
    [
      "must have required property 'accountStatus'",
      normal,
      (text) => text.replace(/.*accountStatus.*\n/, ""),
    ],
  ])("%s", async (message, file, change) => {
    const { code, stdout, stderr } = await having(file, change, lint);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(message);
  });

  test("and nothing about the document as it is", async () => expect((await lint()).code).toBe(0));
});

describe("what the client cannot send stops the generator, by name", () => {
  const get =
    "must be a GET request whose parameters are all in the query, since that is what the client signs";
  const body =
    "  requestBody:\n    content:\n      application/json:\n        schema:\n          type: object\n";
  test.each<[message: string, change: (text: string) => string]>([
    [
      `getCmPositionRisk: ${get}; received POST /papi/v1/cm/positionRisk.`,
      (text) => text.replace(/^get:/m, "post:"),
    ],
    [
      `getCmPositionRisk: ${get}; received \`requestBody\`.`,
      (text) => text.replace(/^ {2}responses:/m, `${body}  responses:`),
    ],
    [
      `getCmPositionRisk: ${get}; received \`pair\` in the header.`,
      (text) => text.replace("- name: pair\n      in: query", "- name: pair\n      in: header"),
    ],
  ])("%s", async (message, change) => {
    const { code, stderr } = await having(risk, change, () => generate("--check"));
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});

describe("npm run generate:check", () => {
  test("passes on what is committed", async () => {
    expect(await generate("--check")).toMatchObject({ code: 0, stderr: "" });
  });

  test("names every generated file that was edited, and no other", async () => {
    const edited = ["openapi.json", "openapi.zh-CN.json", "schema.ts", "operations.ts", "answers.ts"];
    const check = edited.reduce(
      (action, name) => () => having(`generated/${name}`, (text) => `${text}\n`, action),
      () => generate("--check"),
    );
    const { code, stdout, stderr } = await check();
    const found = [...stdout.matchAll(/^differs +generated\/(.*)$/gm)].map(([, name]) => name);
    expect([code, found.sort()]).toEqual([1, edited.sort()]);
    expect(stderr).toContain("Run `npm run generate` and commit the result.");
  });

  test("fails when the document has changed and generated/ has not", async () => {
    const outcome = await having(
      account,
      (text) => text.replace("x-request-weight: 20", "x-request-weight: 21"),
      () => generate("--check"),
    );
    expect([outcome.code, outcome.stdout]).toEqual([
      1,
      expect.stringMatching(/differs +generated\/operations.ts/),
    ]);
  });

  test("fails with the linter's report when an example breaks its schema", async () => {
    const outcome = await having(
      normal,
      (text) => text.replace('"5167.92171923"', "1"),
      () => generate("--check"),
    );
    expect([outcome.code, outcome.stderr]).toEqual([
      1,
      expect.stringContaining("`uniMMR` property type must be string"),
    ]);
  });

  test("fails on a file that no step writes", async () => {
    const stray = join(repository.path, "generated/stray.ts");
    await writeFile(stray, "");
    const outcome = await generate("--check");
    await rm(stray);
    expect([outcome.code, outcome.stderr]).toEqual([
      1,
      expect.stringContaining("generated/ holds files that no step writes: stray.ts"),
    ]);
  });

  test("names the files there are when asked for another", async () => {
    expect(await generate("clients.ts")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("There is no generated file clients.ts"),
    });
  });
});

describe("the Chinese overlay", () => {
  const overlay = "openapi/overlays/zh-CN.yaml";
  test.each<[what: string, named: string, change: (text: string) => string]>([
    [
      "a target that matches nothing",
      "$.paths['/papi/v1/accounts'].get",
      (text) => text.replace("'/papi/v1/account']", "'/papi/v1/accounts']"),
    ],
    [
      "a field that does not exist",
      "/components/schemas/UmAsset/properties/assets/description",
      (text) => text.replace(/(UmAsset:[\s\S]*?)asset:/, "$1assets:"),
    ],
    [
      "a translation that is missing",
      "/components/schemas/UmPosition/properties/leverage/description: Initial leverage",
      (text) => text.replace(/(UmPosition:[\s\S]*?) {12}leverage.*\n/, "$1"),
    ],
    [
      "an English word left over",
      "/paths//papi/v1/um/account/get/summary: UM account 信息",
      (text) => text.replace("UM 账户信息", "UM account 信息"),
    ],
    [
      "anything but words",
      "/paths//papi/v1/um/account/get/x-request-weight: 6",
      (text) => text.replace("summary: UM 账户信息", "summary: UM 账户信息\n      x-request-weight: 6"),
    ],
  ])("is refused for %s", async (_what, named, change) => {
    const { code, stderr } = await having(overlay, change, () => generate("openapi.zh-CN.json"));
    expect([code, stderr]).toEqual([1, expect.stringContaining(named)]);
  });
});

test("every generated file names its script in its first line", async () => {
  for (const name of ["openapi.json", "openapi.zh-CN.json", "schema.ts", "operations.ts", "answers.ts"]) {
    const [first] = (await readFile(join(root, "generated", name), "utf8")).split("\n");
    expect(first).toContain("Generated by scripts/generate.ts");
  }
});
