import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { OpenApiDocument } from "./document.js";

const run = promisify(execFile);
const redocly = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Lints openapi/ and returns it as one document. Throws with the linter's report when it is not clean. */
export const bundle = (): Promise<OpenApiDocument> =>
  inTemporaryFolder(async (folder) => {
    const output = join(folder, "openapi.json");
    await redoclyCli(root, "lint", "accounts", "--format=stylish");
    await redoclyCli(root, "bundle", "openapi/openapi.yaml", "--output", output);
    return JSON.parse(await readFile(output, "utf8"));
  });

/** Runs the work in a folder that is gone afterwards. */
export async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "binance-accounts-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs one command of Redocly in this folder, whose redocly.yaml it reads. */
export async function redoclyCli(cwd: string, ...args: string[]): Promise<void> {
  try {
    await run(process.execPath, [redocly, ...args], { cwd });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`redocly ${args[0]} failed:\n${stdout.trim() || stderr}`);
  }
}
