import { existsSync } from "node:fs";
import { cp, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSample } from "../../scripts/docs/guides.js";
import { installPacked } from "../support/packed.js";
import { root, runProgram, temporaryFolder } from "../support/process.js";

// What other people's tools see of a client with default options, packed and installed: `npm run test:interception`.

const tools = join(root, "test/interception/node_modules");
const newerNode = join(tools, "node-24/bin/node");
let project: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  if (!existsSync(tools)) throw new Error("The tools are not installed: run `npm run test:interception`.");
  project = await temporaryFolder();
  await installPacked(project.path);
  await cp(join(root, "test/interception/cases"), project.path, { recursive: true });
  for (const name of await readdir(tools)) {
    if (!name.startsWith(".") && name !== "@opentelemetry" && name !== "@edge-runtime")
      await symlink(join(tools, name), join(project.path, "node_modules", name));
  }
  for (const scope of ["@opentelemetry", "@edge-runtime"])
    await symlink(join(tools, scope), join(project.path, "node_modules", scope));
}, 120_000);
afterAll(() => project?.[Symbol.asyncDispose]());

/** What a case prints as its last line. */
async function run(args: string[], node = process.execPath): Promise<unknown> {
  if (!existsSync(node)) throw new Error("The newer Node of test/interception/ is for Linux on x64.");
  // Without the guard of other tests: these tools intercept where it does, and let nothing through.
  const { stdout, stderr } = await runProgram(node, args, { cwd: project.path, env: { NODE_OPTIONS: "" } });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  if (!last.startsWith("{")) throw new Error(`${stdout}\n${stderr}`);
  return JSON.parse(last);
}

test.each([
  ["msw-2", process.execPath],
  ["msw-3", newerNode],
])("%s answers every request, and none escapes it", async (name, node) => {
  expect(await run(["msw.mjs", name], node)).toEqual({
    answers: ["handler", "handler", "handler"],
    ofNode: "handler",
    unhandled: ["/papi/v1/account"],
    refused: "CONNECTION",
  });
});

test.each([
  ["nock-14", process.execPath],
  ["nock-15", newerNode], // it needs Promise.withResolvers
])("%s answers every request, and none escapes it", async (name, node) => {
  expect(await run(["nock.mjs", name], node)).toEqual({
    answers: ["interceptor", "interceptor"],
    ofNode: "interceptor",
    unexpected: expect.stringMatching(/^(CONNECTION|UNAVAILABLE)$/),
    pending: [],
  });
});

test.each([
  ["undici-7", process.execPath],
  ["undici-8", newerNode],
])(
  "MockAgent of %s answers a client with such a fetch, and never sees the default one",
  async (name, node) => {
    expect(await run(["undici.mjs", name], node)).toEqual({
      answers: { given: "agent", ofUndici: "agent", ofNode: "agent", byDefault: "server" },
      unexpected: "CONNECTION",
    });
  },
);

const versions = [
  ["msw", "msw-2", process.execPath],
  ["msw", "msw-3", newerNode],
  ["nock", "nock-14", process.execPath],
  ["nock", "nock-15", newerNode],
  ["undici", "undici-7", process.execPath],
  ["undici", "undici-8", newerNode],
] as const;

test.each(versions)(
  "the guide's sample for %s passes with %s, and the mock beside it is reached",
  async (name, version, node) => {
    const file = `${version}.test.mjs`;
    const sample = readSample(`intercept-${name}.test.mjs`).replaceAll(
      new RegExp(`(?<=from ")${name}\\b`, "g"),
      version,
    );
    await writeFile(join(project.path, file), sample);
    const args = ["--test", "--test-reporter=tap", file];
    const { stdout } = await runProgram(node, args, { cwd: project.path, env: { NODE_OPTIONS: "" } });
    expect(stdout).toContain("\n# pass 1\n# fail 0\n");
    expect(await run(["beside.mjs", name, version], node)).toEqual({
      accountStatus: "NORMAL",
      refused: expect.stringMatching(/^(CONNECTION|UNAVAILABLE)$/),
    });
  },
);

test("OpenTelemetry's instrumentation of node:http makes a span for each attempt, without its signature", async () => {
  expect(await run(["opentelemetry.mjs"])).toEqual({
    answers: ["server"],
    statuses: [503, 200],
    isSigned: false,
  });
});

test("a signal of another realm is a signal", async () => {
  expect(await run(["edge.mjs"])).toEqual({
    foreign: true,
    answers: ["server", "BinanceError ABORTED"],
  });
});

test.each([
  ["in happy-dom", ["--environment", "happy-dom"]],
  ["in jsdom", ["--environment", "jsdom"]],
  ["with timers that a setup file fakes", ["--config", "fake-timers.config.mjs"]],
])("Vitest %s: calls, signals and responses are as elsewhere", async (_name, options) => {
  const args = [join(tools, "vitest/vitest.mjs"), "run", "dom.test.mjs", ...options];
  const { code, stdout, stderr } = await runProgram(process.execPath, args, { cwd: project.path });
  expect([code, stdout], stdout + stderr).toEqual([0, expect.stringContaining("1 passed")]);
});

test("Jest with timers that are fake from the start: calls are as elsewhere", async () => {
  const args = [join(tools, "jest/bin/jest.js"), "--config", "jest.config.json"];
  const env = { NODE_OPTIONS: "--experimental-vm-modules" };
  const { code, stderr } = await runProgram(process.execPath, args, { cwd: project.path, env });
  expect([code, stderr], stderr).toEqual([0, expect.stringContaining("1 passed")]);
});

test("Jest as it comes, which reads CommonJS only: client and mock, and one BinanceError", async () => {
  const args = [join(tools, "jest/bin/jest.js"), "--config", "jest-commonjs.config.json"];
  const { code, stderr } = await runProgram(process.execPath, args, {
    cwd: project.path,
    env: { NODE_OPTIONS: "" },
  });
  expect([code, stderr], stderr).toEqual([0, expect.stringContaining("2 passed")]);
});
