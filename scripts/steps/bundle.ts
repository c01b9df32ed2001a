import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { OpenApiDocument } from "./document.js";

const run = promisify(execFile);
const redocly = createRequire(import.meta.url).resolve("@redocly/cli/bin/cli.js");
const root = new URL("../../", import.meta.url);

/** Lints openapi/ and returns it as one document. Throws with the linter's report when it is not clean. */
export async function bundle(): Promise<OpenApiDocument> {
  const folder = await mkdtemp(join(tmpdir(), "binance-accounts-"));
  const output = join(folder, "openapi.json");
  try {
    await redoclyCli("lint", "accounts", "--format=stylish");
    await redoclyCli("bundle", "openapi/openapi.yaml", "--output", output);
    return JSON.parse(await readFile(output, "utf8"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function redoclyCli(...args: string[]) {
  try {
    await run(process.execPath, [redocly, ...args], { cwd: root });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`redocly ${args[0]} failed:\n${stdout.trim() || stderr}`);
  }
}
