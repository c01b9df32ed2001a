import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { type Sample, samplesOf } from "../../scripts/steps/samples.js";
import { createClient, type OperationId } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { callWithRequired, examples, document as spec } from "../support/document.js";
import { type Outcome, runModule, runProgram } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";

const samples = samplesOf(spec as unknown as OpenApiDocument);
const has = (program: string, ...args: string[]) => {
  try {
    return execFileSync(program, args, { stdio: "ignore" }) === null;
  } catch {
    return false;
  }
};
const missing = [
  ...(has("openssl", "version") && has("curl", "--version") ? [] : ["sh"]),
  ...(has("python3", "--version") ? [] : ["py"]),
  ...(has("go", "version") ? [] : ["go"]),
];
if (missing.length > 0)
  console.log(`Samples not run, because this machine lacks their language: ${missing.join(", ")}`);

const cache = join(tmpdir(), "binance-accounts-go-build"); // compiling Go's own net/http takes half a minute once
const run: Record<string, (file: string, cwd: string, env: NodeJS.ProcessEnv) => Promise<Outcome>> = {
  sh: (file, cwd, env) => runProgram("sh", [file], { cwd, env }),
  "sdk.ts": (file, cwd, env) => runModule("tsx/dist/cli.mjs", [file], { cwd, env }),
  "openapi-fetch.ts": (file, cwd, env) => runModule("tsx/dist/cli.mjs", [file], { cwd, env }),
  py: (file, cwd, env) => runProgram("python3", ["-W", "error", file], { cwd, env }),
  go: (file, cwd, env) =>
    runProgram("go", ["run", file], { cwd, env: { ...env, GOCACHE: cache, GOFLAGS: "-mod=mod" } }),
};

let mock: Mock;
let folder: Awaited<ReturnType<typeof sampleFolder>>;
beforeAll(async () => {
  [mock, folder] = await Promise.all([startMock(), sampleFolder()]);
});
afterAll(() => Promise.all([mock.close(), folder[Symbol.asyncDispose]()]));

async function execute(
  { operationId, extension, source }: Sample,
  secret: string | undefined,
): Promise<Outcome> {
  const cwd = join(
    folder.path,
    createHash("sha1").update(`${operationId}${extension}${secret}`).digest("hex"),
  );
  await mkdir(cwd);
  await writeFile(join(cwd, `sample.${extension}`), source);
  const env = { BINANCE_BASE_URL: mock.url, BINANCE_API_KEY: mock.apiKey, BINANCE_API_SECRET: secret };
  return (run[extension] as (typeof run)[string])(`sample.${extension}`, cwd, env);
}

test("there is one for every operation in every language", () => {
  const operations = Object.values(spec.paths).length;
  expect(samples).toHaveLength(operations * Object.keys(run).length);
});

describe.each(samples)("$operationId in $label", { timeout: 180_000 }, (sample) => {
  test.skipIf(missing.includes(sample.extension))("prints what the account is", async () => {
    const { code, stdout, stderr } = await execute(sample, mock.secret);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual(await answerOf(sample));
  });
});

const wrong = samples.filter(({ operationId }) => operationId === samples[0]?.operationId);
test.each(wrong.filter(({ extension }) => !missing.includes(extension)))(
  "in $label a wrong secret is said and fails",
  { timeout: 180_000 },
  async (sample) => {
    const { code, stdout, stderr } = await execute(sample, "wrong");
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/-1022/);
  },
);

test("the TypeScript ones compile", async () => {
  for (const { operationId, extension, source } of samples.filter((sample) =>
    sample.extension.endsWith("ts"),
  ))
    await writeFile(join(folder.path, `${operationId}.${extension}`), source);
  expect(await runModule("typescript-7/bin/tsc", ["-p", folder.path])).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
});

/** What the client gets with the same parameters; the mock's own answer, which is one of the document's examples. */
async function answerOf({ operationId, parameters }: Sample): Promise<unknown> {
  const client = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
  const answer = await callWithRequired(client, operationId as OperationId, parameters);
  const values = examples.filter((example) => example.operationId === operationId).map(({ value }) => value);
  // A parameter may leave rows out.
  if (Array.isArray(answer)) for (const row of answer) expect(values.flat()).toContainEqual(row);
  else expect(values).toContainEqual(answer);
  return answer;
}
