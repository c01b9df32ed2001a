import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end and returns what it printed, whatever its exit code. */
export function runProgram(
  file: string,
  args: string[],
  { cwd = root, env = {}, timeout = 0 }: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const guard = `--import ${new URL("./loopback-only.js", import.meta.url)}`;
    const options = {
      cwd,
      env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: guard, BINANCE_TEST: "1", ...env },
      maxBuffer: 2 ** 26,
      timeout,
    };
    const child = execFile(file, args, options, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, stdout, stderr });
    });
  });
}

/** Runs a program that a dependency brings, by its path in node_modules. */
export const runModule = (script: string, args: string[], options?: Parameters<typeof runProgram>[2]) =>
  runProgram(process.execPath, [join(root, "node_modules", script), ...args], options);

/** A folder that is gone when the test is over. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), "binance-accounts-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

/** A copy of the repository to change at will; it shares the installed dependencies. */
export async function scratchRepository(): Promise<AsyncDisposable & { path: string }> {
  const folder = await temporaryFolder();
  for (const name of [
    "openapi",
    "scripts",
    "generated",
    "src",
    "test",
    "package.json",
    "package-lock.json",
    "redocly.yaml",
    "ADR.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "SKILL.md",
    "llms.txt",
    "LICENSE",
    "tsconfig.json",
    "tsconfig.build.json",
    "Containerfile",
    "vitest.config.ts",
  ]) {
    await cp(join(root, name), join(folder.path, name), {
      recursive: true,
      filter: (path) => !path.slice(root.length).includes("node_modules"),
    });
  }
  for (const name of [
    "node_modules",
    "scripts/api/node_modules",
    "scripts/docs/try-it/node_modules",
    "scripts/docs/vitepress/node_modules",
  ]) {
    if (existsSync(join(root, name))) await symlink(join(root, name), join(folder.path, name));
  }
  return folder;
}

/** The fenced code blocks of a Markdown file: their language, their text, and a file name when the line above names one. */
export async function codeBlocks(
  file: string,
): Promise<{ language: string; text: string; path: string | undefined }[]> {
  const markdown = await readFile(join(root, file), "utf8");
  return [...markdown.matchAll(/(?:^`([^`\n]+)`\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ([, path, language = "", text = ""]) => ({
      language,
      text,
      path,
    }),
  );
}
