import { existsSync } from "node:fs";
import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { guidesFolder } from "../../scripts/docs/guides.js";
import { installPacked } from "../support/packed.js";
import { root, runProgram, temporaryFolder } from "../support/process.js";

// The fixtures of the guide to test runners, each by its runner, with the packed package and `npx` as a team has them.

const samples = join(guidesFolder.pathname, "samples");
const jest = join(root, "test/interception/node_modules");
const junit = "/usr/share/java/junit-platform-console-standalone.jar";
let project: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  project = await temporaryFolder();
  await installPacked(project.path);
  for (const name of await readdir(samples))
    if (/^(Fixture|fixture|test_)/.test(name)) await cp(join(samples, name), join(project.path, name));
}, 120_000);
afterAll(() => project?.[Symbol.asyncDispose]());

const has = async (program: string, ...args: string[]) => (await runProgram(program, args)).code === 0;
const required = process.env.RUNNERS_TESTS === "required";
const run = (program: string, args: string[], env: NodeJS.ProcessEnv = {}) =>
  runProgram(program, args, { cwd: project.path, env: { NODE_OPTIONS: "", ...env } });

test("node:test", async () => {
  const { code, stdout } = await run(process.execPath, ["--test", "fixture-node.test.mjs"]);
  expect([code, stdout], stdout).toEqual([0, expect.stringMatching(/^# pass 1$/m)]);
});

test.skipIf(!existsSync(jest) && !required)("Jest, as CommonJS", async () => {
  const { code, stderr } = await run(process.execPath, [
    join(jest, "jest/bin/jest.js"),
    "--rootDir",
    ".",
    "--testMatch",
    "**/fixture-jest.test.cjs",
  ]);
  expect([code, stderr], stderr).toEqual([0, expect.stringContaining("1 passed")]);
});

test.skipIf(!(await has("python3", "-m", "pytest", "--version")) && !required)("pytest", async () => {
  const { code, stdout } = await run("python3", [
    "-m",
    "pytest",
    "-q",
    "-p",
    "no:cacheprovider",
    "test_fixture.py",
  ]);
  expect([code, stdout], stdout).toEqual([0, expect.stringContaining("2 passed")]);
});

test.skipIf(!(await has("go", "version")) && !required)("go test", { timeout: 180_000 }, async () => {
  await writeFile(join(project.path, "go.mod"), "module bot\n\ngo 1.19\n");
  const { code, stdout, stderr } = await run("go", ["test", "-count=1", "-v", "."], {
    GOFLAGS: "-mod=mod",
    GOPROXY: "off",
  });
  expect([code, stdout.match(/^--- PASS/gm)?.length], stdout + stderr).toEqual([0, 2]);
});

test.skipIf(!existsSync(junit))("JUnit", { timeout: 120_000 }, async () => {
  const compiled = await run("javac", ["-cp", junit, "-d", "classes", "FixtureTest.java"]);
  expect(compiled.stderr).toBe("");
  const { code, stdout } = await run("java", [
    "-jar",
    junit,
    "-cp",
    "classes",
    "--scan-classpath",
    "--disable-banner",
  ]);
  expect([code, stdout], stdout).toEqual([0, expect.stringMatching(/2 tests successful/)]);
});
