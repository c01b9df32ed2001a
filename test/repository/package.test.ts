import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { installPacked } from "../support/packed.js";
import { root, runModule, runProgram, temporaryFolder } from "../support/process.js";

let project: Awaited<ReturnType<typeof temporaryFolder>>;
const at = (...names: string[]) => join(project.path, ...names);

beforeAll(async () => {
  project = await temporaryFolder();
  await installPacked(project.path);
}, 120_000);
afterAll(() => project[Symbol.asyncDispose]());

test("installs one runtime dependency", async () => {
  const { dependencies } = JSON.parse(
    await readFile(at("node_modules/binance-accounts/package.json"), "utf8"),
  );
  expect(Object.keys(dependencies)).toEqual(["openapi-fetch"]);
});

test.each(["nodenext", "bundler"])(
  "is typed in a strict project with moduleResolution %s",
  async (resolution) => {
    await writeFile(
      at("use.ts"),
      `import { createClient, type UmPosition } from "binance-accounts";
import { cmp } from "binance-accounts/decimal";
import { startMock } from "binance-accounts/mock";
const open = async (): Promise<UmPosition[]> => {
  const account = await createClient({ apiKey: "a", secret: "b" }).getUmAccount({ recvWindow: 5000 });
  return account.positions.filter(({ positionAmt }) => cmp(positionAmt, "0") !== 0);
};
export default [open, startMock];
// @ts-expect-error: types are strict here
createClient({ apiKey: "a", secret: "b" }).getUmAccount({ timestamp: 1 });
`,
    );
    const module = resolution === "nodenext" ? "nodenext" : "esnext";
    const strictest = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
    };
    const compilerOptions = {
      ...strictest,
      target: "es2022",
      skipLibCheck: false,
      lib: ["es2022", "dom"],
      types: [],
      module,
      moduleResolution: resolution,
    };
    await writeFile(at("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.ts"] }));
    expect(
      await runModule("typescript-7/bin/tsc", ["-p", project.path], { cwd: project.path }),
    ).toMatchObject({
      code: 0,
      stdout: "",
    });
  },
);

test.each(["node16", "nodenext"])("is typed for a CommonJS program with module %s", async (module) => {
  await writeFile(
    at("use.cts"),
    `import { createClient, BinanceError, type UmPosition } from "binance-accounts";
import { startMock, type Mock } from "binance-accounts/mock";
const first = async (mock: Mock): Promise<UmPosition | undefined> => {
  const account = await createClient({ apiKey: "a", secret: "b", baseUrl: mock.url }).getUmAccount();
  return account.positions[0];
};
const codeOf = (error: BinanceError): string => error.code;
export = [first, codeOf, startMock, (error: unknown) => error instanceof BinanceError];
// @ts-expect-error: types are strict here, too
createClient({ apiKey: "a", secret: "b" }).getUmAccount({ timestamp: 1 });
`,
  );
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2022", "dom"], types: [] },
    ...{ module, skipLibCheck: false },
  };
  await writeFile(at("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["use.cts"] }));
  expect(await runModule("typescript-7/bin/tsc", ["-p", project.path], { cwd: project.path })).toMatchObject({
    code: 0,
    stdout: "",
  });
});

test("is typed without the DOM's types, as a Node project has them", async () => {
  await writeFile(
    at("node.ts"),
    `import { createClient } from "binance-accounts";
import { startMock } from "binance-accounts/mock";
const { privateKey } = (await crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"])) as import("node:crypto").webcrypto.CryptoKeyPair;
export default [createClient({ apiKey: "a", privateKey }), startMock];
// @ts-expect-error: a number is no secret
createClient({ apiKey: "a", secret: 12345 });
// @ts-expect-error: an empty object is no key
createClient({ apiKey: "a", privateKey: {} });
`,
  );
  await mkdir(at("node_modules/@types"), { recursive: true });
  for (const name of ["@types/node", "undici-types"])
    await symlink(join(root, "node_modules", name), at("node_modules", name)).catch(() => {});
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2023",
    lib: ["es2023"],
    types: ["node"],
    module: "nodenext",
    skipLibCheck: false,
  };
  await writeFile(at("tsconfig.json"), JSON.stringify({ compilerOptions, files: ["node.ts"] }));
  expect(await runModule("typescript-7/bin/tsc", ["-p", project.path], { cwd: project.path })).toMatchObject({
    code: 0,
    stdout: "",
  });
});

test("is imported by plain Node and answers", async () => {
  await using mock = await startMock();
  const script = `import { createClient } from "binance-accounts";
const binance = createClient({ baseUrl: "${mock.url}", apiKey: "${mock.apiKey}", secret: "${mock.secret}" });
console.log((await binance.getPortfolioAccount()).uniMMR);`;
  const outcome = await runProgram(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: project.path,
  });
  expect(outcome).toEqual({ code: 0, stdout: "5167.92171923\n", stderr: "" });
});

test("importing it loads the client and openapi-fetch: nothing of the mock or the command, and no more of Node than it needs", async () => {
  const hook = "export const load = (url, context, next) => (process._rawDebug(url), next(url, context));";
  const script = `import { register } from "node:module";
register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}));
await import("binance-accounts");
console.log(JSON.stringify(process.moduleLoadList));`;
  const { stdout, stderr } = await runProgram(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: project.path,
  });
  const files = stderr.split("\n").flatMap((line) => /node_modules\/(\S+)$/.exec(line)?.[1] ?? []);
  expect(
    files.filter((file) => !/^(openapi-fetch|binance-accounts\/dist\/src\/(index|shared\/\w+))/.test(file)),
  ).toEqual([]);
  expect(files).toContain("binance-accounts/dist/src/index.js");
  expect(files.length).toBeLessThanOrEqual(8);
  const texts = await Promise.all(files.map((file) => readFile(at("node_modules", file), "utf8")));
  expect(texts.join("")).not.toMatch(/prism|redis\.call|EVALSHA|parseArgs/i);
  const loaded: string[] = JSON.parse(stdout);
  for (const name of ["http", "https", "tls", "zlib"]) expect(loaded).not.toContain(`NativeModule ${name}`);
});

test("bundles for browsers without help, and without anything of Node", async () => {
  const { outputFiles, metafile } = await build({
    ...{
      stdin: { contents: 'export * from "binance-accounts";', resolveDir: project.path },
      bundle: true,
      write: false,
    },
    ...{ format: "esm", platform: "browser", metafile: true, tsconfigRaw: {} },
  });
  expect(outputFiles[0]?.text).not.toMatch(/from "node:|getBuiltinModule|\brequire\(/);
  expect(
    Object.keys(metafile.inputs).filter((file) => file.includes("mock") || file.includes("cli")),
  ).toEqual([]);
});

test("brings the command and the mock, which need nothing else to be installed", async () => {
  const command = at("node_modules/.bin/binance-accounts");
  expect(await runProgram(command, ["--help"])).toMatchObject({ code: 0, stderr: "" });
  const child = spawn(command, ["mock", "--quiet"], { cwd: project.path });
  try {
    let text = "";
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.includes("BINANCE_API_SECRET=")) break;
    }
    const env = Object.fromEntries(
      [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
    );
    const outcome = await runProgram(command, ["call", "getUmAccount", "--json"], { cwd: project.path, env });
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.not.stringContaining("error")]);
    expect(JSON.parse(outcome.stdout).positions).toHaveLength(1);
  } finally {
    child.kill();
  }
});

test("is one module in Node, whether it is imported or required", async () => {
  const script = `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
for (const name of ["binance-accounts", "binance-accounts/mock"]) console.log(require(name) === (await import(name)));`;
  await writeFile(at("both.mjs"), script);
  const { code, stdout } = await runProgram(process.execPath, [at("both.mjs")]);
  expect([code, stdout]).toEqual([0, "true\ntrue\n"]);
});

test("can be required by a CommonJS program, the mock too", async () => {
  await writeFile(
    at("use.cjs"),
    `const { startMock } = require("binance-accounts/mock");
const { createClient } = require("binance-accounts");
startMock({ scenario: "hedge" }).then(async (mock) => {
  const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
  console.log((await binance.getUmAccount()).positions.length);
  await mock.close();
});`,
  );
  // Node 20 warns that requiring an ES module is experimental.
  const { code, stdout } = await runProgram(process.execPath, [at("use.cjs")], { cwd: project.path });
  expect([code, stdout]).toEqual([0, "4\n"]);
});

test("costs those who import only the client at most 160 kB for the bundled Prism", async () => {
  const engine = await readFile(at("node_modules/binance-accounts/dist/src/mock/prism-engine.cjs"));
  const licences = await readFile(at("node_modules/binance-accounts/dist/THIRD-PARTY-LICENSES.txt"));
  expect(gzipSync(engine).length + gzipSync(licences).length).toBeLessThan(160_000);
});

const brought = async () =>
  (await runProgram("find", [".", "-type", "f"], { cwd: at("node_modules/binance-accounts") })).stdout
    .trim()
    .split("\n");

test("brings the document, and nothing that only the repository needs", async () => {
  const files = await brought();
  expect(files).toContain("./generated/openapi.json");
  expect(files).toContain("./generated/openapi.zh-CN.json");
  const wanted = [
    "(dist|src)/.*",
    "generated/((mock-)?openapi(\\.zh-CN)?\\.json|\\w+\\.ts)",
    "openapi/(README|guides/[\\w-]+\\.en)\\.md",
    "(ADR|CHANGELOG|CONTRIBUTING|README|SECURITY|SKILL)\\.md",
    "package\\.json|llms\\.txt|LICENSE|Containerfile",
  ];
  const isWanted = new RegExp(`^\\./(${wanted.join("|")})$`);
  expect(files.filter((file) => !isWanted.test(file))).toEqual([]);
});

test("its files have names that say something, and maps that lead to sources in the package", async () => {
  const files = await brought();
  expect(files.filter((file) => /shared\/.*\.js$/.test(file))).toContain("./dist/src/shared/client.js");
  expect(files.filter((file) => /\/[A-Z0-9]{8}\.js/.test(file))).toEqual([]);
  const maps = files.filter((file) => file.endsWith(".map"));
  expect(maps.length).toBeGreaterThan(20);
  const dead: string[] = [];
  for (const map of maps) {
    const path = at("node_modules/binance-accounts", map);
    const { sources } = JSON.parse(await readFile(path, "utf8")) as { sources: string[] };
    for (const source of sources) {
      const isOurs = /(?:^|\/)(?:src|generated)\//.test(source) && !source.includes(":");
      if (isOurs && !existsSync(join(dirname(path), source))) dead.push(`${map}: ${source}`);
    }
  }
  expect(dead).toEqual([]);
});

test("no link of the pages that are read first is dead", async () => {
  const pages = ["README.md", "CHANGELOG.md", "SECURITY.md", "SKILL.md", "llms.txt"];
  const dead: string[] = [];
  for (const page of pages) {
    const path = at("node_modules/binance-accounts", page);
    const text = (await readFile(path, "utf8")).replace(/^```[\s\S]*?^```$/gm, "");
    for (const [, link = ""] of text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g))
      if (!existsSync(join(dirname(path), link))) dead.push(`${page}: ${link}`);
  }
  expect(dead).toEqual([]);
});

test("llms.txt names every guide and every operation of the package", async () => {
  const text = await readFile(at("node_modules/binance-accounts/llms.txt"), "utf8");
  const guides = await readdir(at("node_modules/binance-accounts/openapi/guides"));
  expect(guides.length).toBeGreaterThan(20);
  for (const name of guides)
    expect(text).toMatch(new RegExp(`^- \\[.+\\]\\(openapi/guides/${name}\\): .+\\.$`, "m"));
  const { paths } = JSON.parse(
    await readFile(at("node_modules/binance-accounts/generated/openapi.json"), "utf8"),
  );
  const pointers = [...text.matchAll(/openapi\.json#\/paths\/([^/]+)\/(\w+)\)/g)];
  expect(pointers.map(([, path = "", method = ""]) => paths[path.replaceAll("~1", "/")]?.[method])).toEqual(
    expect.arrayContaining(Object.values(paths).map((item) => (item as { get: object }).get)),
  );
});

test("publint and attw find nothing", async () => {
  const tarball = join("packed", (await runProgram("ls", [at("packed")])).stdout.split("\n")[0] ?? "");
  expect(
    await runModule("publint/src/cli.js", ["run", at("node_modules/binance-accounts"), "--strict"], {
      cwd: project.path,
    }),
  ).toMatchObject({ code: 0 });
  const attw = (...args: string[]) =>
    runModule("@arethetypeswrong/cli/dist/index.js", [tarball, ...args], { cwd: project.path });
  const esm = await attw("--profile", "esm-only");
  expect(esm.code, esm.stdout).toBe(0);
  const commonJs = await attw("--profile", "node16", "--entrypoints", ".", "mock");
  expect(commonJs.code, commonJs.stdout).toBe(0);
});
