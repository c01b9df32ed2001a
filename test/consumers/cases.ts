import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A project that uses the package: what it consists of, and how it is asked. */
export interface Consumer {
  group: string;
  name: string;
  /** Files of the project, by path; TARBALLS in a package.json stands for the addresses of what was packed. */
  files: Record<string, string>;
  /** Programs to run in it, in this order; the last prints what the mock said. */
  steps: Step[];
}

export interface Step {
  file: string;
  args: string[];
  env?: Record<string, string>;
}

export const tools = fileURLToPath(new URL("./node_modules/", import.meta.url));
const tool = (path: string) => join(tools, path);
const node = (...args: string[]): Step => ({ file: process.execPath, args });
const script = (path: string, ...args: string[]) => node(tool(path), ...args);

/** Calls the mock, and prints one field of the response. */
const body = `async function main() {
  const mock = await startMock();
  const binance = createClient(mock.credentials);
  console.log((await binance.getPortfolioAccount()).uniMMR);
  await mock.close();
}
main();
`;
const imported = `import { createClient } from "binance-accounts";
import { startMock } from "binance-accounts/mock";
`;
const required = `const { createClient } = require("binance-accounts");
const { startMock } = require("binance-accounts/mock");
`;

const typed = `${imported}import type { Decimal, PortfolioAccount } from "binance-accounts";
import type { FaultRule, Scenario } from "binance-accounts/mock";
export const scenario: Scenario = "hedge";
export const fault: FaultRule = { fault: "error", status: 503 };
export const read = async (account: Promise<PortfolioAccount>): Promise<Decimal> => (await account).uniMMR;
// @ts-expect-error: a key without its secret
export const incomplete = () => createClient({ apiKey: "a" });
// @ts-expect-error: no scenario has this name
export const misspelt: Scenario = "hedged";
${body}`;

const strict = {
  target: "es2022",
  lib: ["es2022", "dom"],
  types: [] as string[],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  outDir: "out",
};

/** The same program, checked by a version of TypeScript with these settings, then run as it was compiled. */
function typescript(version: string, settings: string): Consumer {
  const isCommonJs = settings.includes("CommonJS") || settings.includes("node10");
  const options = {
    NodeNext: { module: "nodenext" },
    Bundler: { module: "esnext", moduleResolution: "bundler" },
    "Node16 in a CommonJS package": { module: "node16" },
    "commonjs with node10": {
      module: "commonjs",
      moduleResolution: "node10",
      ...(version === "6" && { ignoreDeprecations: "6.0" }),
    },
  }[settings];
  return {
    group: "types",
    name: `TypeScript ${version}, ${settings}`,
    files: {
      "package.json": JSON.stringify({ type: isCommonJs ? "commonjs" : "module" }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { ...strict, ...options }, files: ["use.ts"] }),
      "use.ts": typed,
    },
    steps: [script(`typescript-${version}/bin/tsc`, "-p", "."), node("out/use.js")],
  };
}

const testFile = (head: string) => `${head}
test("the client is answered by the mock", async () => {
  const mock = await startMock();
  try {
    const binance = createClient(mock.credentials);
    console.info((await binance.getPortfolioAccount()).uniMMR);
  } finally {
    await mock.close();
  }
});
`;
const fromVitest = 'import { test } from "vitest";\n';

const jest = (
  name: string,
  file: Record<string, string>,
  config: object,
  env: Record<string, string> = {},
) => ({
  group: "tests",
  name,
  files: { "package.json": JSON.stringify({ jest: { verbose: false, ...config } }), ...file },
  steps: [{ ...script("jest/bin/jest.js", "--rootDir", ".", "--silent=false"), env }],
});

const vitest = (environment: string): Consumer => ({
  group: "tests",
  name: `Vitest, ${environment}`,
  files: {
    "package.json": '{ "type": "module" }',
    "vitest.config.js": `export default { test: { environment: "${environment}" } };`,
    "use.test.js": testFile(fromVitest + imported),
  },
  steps: [script("vitest/vitest.mjs", "run", "--root", ".")],
});

/** A page's program: the key and the address come from outside, as an application would have them. */
const page = `import { createClient } from "binance-accounts";
createClient(globalThis.credentials).getPortfolioAccount().then(({ uniMMR }) => console.log(uniMMR));
`;
/** Runs a bundle for browsers with what a page has: fetch and WebCrypto. */
const openPage = `${imported.split("\n")[1]}
import { pathToFileURL } from "node:url";
const mock = await startMock();
globalThis.credentials = mock.credentials;
const log = console.log;
console.log = (text) => (log(text), mock.close());
await import(pathToFileURL(process.argv[2]));
`;
const bundled = (name: string, files: Record<string, string>, ...steps: Step[]): Consumer => ({
  group: "bundlers",
  name,
  files: { "package.json": '{ "type": "module" }', "page.js": page, "open.js": openPage, ...files },
  steps: [...steps, node("open.js", "out/page.js")],
});

const otherRuntime = (name: string, file: string, ...args: string[]): Consumer => ({
  group: "runtimes",
  name,
  files: { "package.json": '{ "type": "module" }', "use.js": imported + body, "use.cjs": required + body },
  steps: [{ file: tool(file), args: [...args, "use.js"] }],
});

const routes = (runtime: string) => `import { createClient } from "binance-accounts";
export const runtime = "${runtime}";
export const dynamic = "force-dynamic";
export async function GET(request) {
  const { BINANCE_API_KEY: apiKey, BINANCE_API_SECRET: secret, BINANCE_BASE_URL: baseUrl } = process.env;
  const binance = createClient({ apiKey, secret, baseUrl });
  return Response.json(await binance.getPortfolioAccount({}, { signal: request.signal }));
}
`;

/** A project that a package manager installs, from the tarballs alone. */
function manager(name: string, version: string, install: Step, run: Step, command: Step): Consumer {
  const pins = {
    "openapi-fetch": "file:openapi-fetch",
    "openapi-typescript-helpers": "file:openapi-typescript-helpers",
  };
  return {
    group: "managers",
    name: `${name} ${version}`.trim(),
    files: {
      "package.json": JSON.stringify({
        name: "consumer",
        private: true,
        type: "module",
        dependencies: { "binance-accounts": "file:binance-accounts" },
        overrides: pins,
        resolutions: pins,
        pnpm: { overrides: pins },
      }),
      "pnpm-workspace.yaml": "packages: []\n",
      ".yarnrc.yml": "nodeLinker: pnp\nenableTelemetry: false\nenableGlobalCache: false\n",
      "use.js": imported + body,
    },
    steps: [install, command, run],
  };
}
const yarn4 = (...args: string[]) => script("@yarnpkg/cli-dist/bin/yarn.js", ...args);
const yarn1 = (...args: string[]) => script("yarn/bin/yarn.js", ...args);
const pnpm = (...args: string[]) => script("pnpm/bin/pnpm.cjs", ...args);
const npm = (...args: string[]): Step => ({ file: "npm", args });
const use = node("use.js");

export const consumers: Consumer[] = [
  ...["5.4", "5.9", "6", "7"].flatMap((version) => [
    typescript(version, "NodeNext"),
    typescript(version, "Bundler"),
    typescript(version, "Node16 in a CommonJS package"),
    ...(version === "7" ? [] : [typescript(version, "commonjs with node10")]),
  ]),
  {
    group: "types",
    name: "JavaScript with JSDoc",
    files: {
      "package.json": '{ "type": "module" }',
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          ...strict,
          module: "nodenext",
          allowJs: true,
          checkJs: true,
          noEmit: true,
          outDir: undefined,
        },
        files: ["use.js"],
      }),
      "use.js": `${imported}/** @type {import("binance-accounts/mock").Scenario} */
export const scenario = "hedge";
/** @param {import("binance-accounts").UmAccount} account */
export const first = (account) => account.positions[0]?.symbol;
// @ts-expect-error: a number is no secret
export const wrong = () => createClient({ apiKey: "a", secret: 1 });
${body}`,
    },
    steps: [script("typescript-6/bin/tsc", "-p", "."), node("use.js")],
  },

  {
    group: "node",
    name: "require() in a CommonJS package",
    files: { "package.json": "{}", "use.js": required + body },
    steps: [node("use.js")],
  },
  {
    group: "node",
    name: "import in an ES module",
    files: { "package.json": '{ "type": "module" }', "use.js": imported + body },
    steps: [node("use.js")],
  },
  ...["22", "24", "26"].flatMap((version) => [
    otherRuntime(`Node ${version}, import`, `node-${version}/bin/node`),
    {
      ...otherRuntime(`Node ${version}, require()`, `node-${version}/bin/node`),
      steps: [{ file: tool(`node-${version}/bin/node`), args: ["use.cjs"] }],
    },
  ]),
  otherRuntime("Bun", "@oven/bun-linux-x64-baseline/bin/bun", "run"),
  otherRuntime("Deno", "@deno/linux-x64-glibc/deno", "run", "--allow-all", "--no-prompt"),

  jest("Jest, CommonJS", { "use.test.js": testFile(required) }, {}),
  jest(
    "Jest, ES modules",
    { "use.test.mjs": testFile(imported) },
    { testMatch: ["**/*.test.mjs"], transform: {} },
    { NODE_OPTIONS: "--experimental-vm-modules" },
  ),
  jest(
    "Jest, jsdom",
    { "use.test.js": testFile(required) },
    { testEnvironment: tool("jest-environment-jsdom") },
  ),
  vitest("node"),
  vitest("jsdom"),
  vitest("happy-dom"),
  {
    group: "tests",
    name: "node:test",
    files: {
      "package.json": '{ "type": "module" }',
      "use.test.js": testFile(`import { test } from "node:test";\n${imported}`),
    },
    steps: [node("--test", "--test-reporter=spec", "use.test.js")],
  },

  bundled(
    "Vite",
    {
      "vite.config.js": `export default { logLevel: "error", build: { outDir: "out", target: "es2022", minify: false, lib: { entry: "page.js", formats: ["es"], fileName: () => "page.js" } } };`,
    },
    script("vite/bin/vite.js", "build"),
  ),
  bundled(
    "webpack",
    {
      "webpack.mjs": `import webpack from ${JSON.stringify(pathToFileURL(tool("webpack/lib/index.js")).href)};
webpack({ mode: "production", entry: "./page.js", context: import.meta.dirname ?? process.cwd(), target: "web", output: { path: process.cwd() + "/out", filename: "page.js" } }, (error, stats) => {
  if (error || stats.hasErrors()) throw error ?? new Error(stats.toString());
});`,
    },
    node("webpack.mjs"),
  ),
  bundled(
    "esbuild, browser",
    {},
    {
      file: tool("esbuild/bin/esbuild"),
      args: ["page.js", "--bundle", "--format=esm", "--outfile=out/page.js", "--log-level=error"],
    },
  ),
  bundled(
    "esbuild, worker",
    {},
    {
      file: tool("esbuild/bin/esbuild"),
      args: [
        "page.js",
        "--bundle",
        "--format=esm",
        "--platform=neutral",
        "--main-fields=module,main",
        "--conditions=workerd,worker,browser",
        "--outfile=out/page.js",
        "--log-level=error",
      ],
    },
  ),
  {
    group: "bundlers",
    name: "Next, Node and edge",
    files: {
      "package.json": "{}",
      "next.config.js": "module.exports = { outputFileTracingRoot: __dirname };",
      "app/layout.js": "export default ({ children }) => <html><body>{children}</body></html>;",
      "app/node/route.js": routes("nodejs"),
      "app/edge/route.js": routes("edge"),
      "ask.mjs": `import { spawn } from "node:child_process";
import { startMock } from "binance-accounts/mock";
const mock = await startMock();
const env = { ...process.env, BINANCE_API_KEY: mock.apiKey, BINANCE_API_SECRET: mock.secret, BINANCE_BASE_URL: mock.url };
const server = spawn(process.execPath, [process.argv[2], "start", "--hostname", "127.0.0.1", "--port", "0"], { env, stdio: ["ignore", "pipe", "inherit"] });
let text = "";
for await (const chunk of server.stdout) {
  text += chunk;
  const url = /http:\\/\\/127\\.0\\.0\\.1:\\d+/.exec(text)?.[0];
  if (!url || !text.includes("Ready")) continue;
  for (const path of ["/node", "/edge"]) {
    const response = await fetch(url + path);
    const answer = await response.text();
    if (!response.ok) throw new Error(path + ": " + answer);
    if (path === "/edge") console.log(JSON.parse(answer).uniMMR);
  }
  break;
}
server.kill();
await mock.close();
`,
    },
    steps: [script("next/dist/bin/next", "build", "--webpack"), node("ask.mjs", tool("next/dist/bin/next"))],
  },

  manager(
    "npm",
    "",
    npm("install", "--offline", "--no-audit", "--no-fund"),
    use,
    npm("exec", "--offline", "binance-accounts", "--", "--version"),
  ),
  manager("pnpm", "10", pnpm("install", "--offline"), use, pnpm("exec", "binance-accounts", "--version")),
  manager(
    "yarn",
    "1",
    yarn1("install", "--offline", "--silent"),
    use,
    yarn1("--silent", "binance-accounts", "--version"),
  ),
  manager(
    "yarn",
    "4 with PnP",
    yarn4("install"),
    yarn4("node", "use.js"),
    yarn4("binance-accounts", "--version"),
  ),
];
