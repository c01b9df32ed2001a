/**
 * The packed package in the projects of those who use it: `npm run test:consumers` builds, packs and installs it, then type-checks, bundles
 * and runs a small program in each, and prints a table. `-- Jest` runs those whose group or name holds the word. What this machine
 * cannot run is skipped by name; `npm run test:runtimes` has workerd and Chromium. Exits with 1 when one fails.
 */
import "../support/loopback-only.js";
import { existsSync } from "node:fs";
import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { painter } from "../../src/cli/colour.js";
import { startMock } from "../../src/mock/index.js";
import { installPacked } from "../support/packed.js";
import { runProgram, temporaryFolder } from "../support/process.js";
import { type Consumer, consumers, tools } from "./cases.js";

const words = process.argv.slice(2).map((word) => word.toLowerCase());
const chosen = consumers.filter(({ group, name }) =>
  words.every((word) => `${group} ${name}`.toLowerCase().includes(word)),
);
if (chosen.length === 0) {
  console.error(
    `No consumer is called "${words.join(" ")}". Groups: ${[...new Set(consumers.map(({ group }) => group))].join(", ")}.`,
  );
  process.exit(2);
}

await using mock = await startMock();
const expected = (await mock.client().getPortfolioAccount()).uniMMR;
await using project = await temporaryFolder();
await using apart = await temporaryFolder(); // for those who install by themselves
await installPacked(project.path);
for (const name of ["vitest", "next", "react", "react-dom", "@types/node", "undici-types"])
  await link(join(tools, name), join(project.path, "node_modules", name));
const tarballs = await readdir(join(project.path, "packed"));

async function link(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await symlink(source, target, "junction").catch(() => {});
}

/** Writes a project beneath the folder into which the package was installed, or into one of its own if it installs by itself. */
async function write({ group, name, files }: Consumer): Promise<string> {
  const folder = join(
    group === "managers" ? apart.path : project.path,
    "consumers",
    name.replace(/\W+/g, "-"),
  );
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const addressed = text.replace(/"file:([\w-]+)"/g, (_all, name: string) => {
      const tarball = tarballs.find(
        (file) => file.startsWith(`${name}-`) && /^\d/.test(file.slice(name.length + 1)),
      );
      return JSON.stringify(`file:${join(project.path, "packed", tarball ?? "")}`);
    });
    await writeFile(join(folder, path), addressed);
  }
  return folder;
}

type Verdict = { is: "good" } | { is: "skipped" | "bad"; why: string };

async function ask(consumer: Consumer): Promise<Verdict> {
  const lacking = consumer.steps.flatMap(({ file }) => (isAbsolute(file) && !existsSync(file) ? [file] : []));
  if (lacking.length > 0)
    return { is: "skipped", why: `${lacking[0]?.slice(tools.length)} is not for this machine` };
  const cwd = await write(consumer);
  let printed = "";
  for (const { file, args, env = {} } of consumer.steps) {
    const { code, stdout, stderr } = await runProgram(file, args, {
      cwd,
      env: { ...quiet, ...env },
      timeout: 180_000,
    });
    printed = stdout + stderr;
    if (code !== 0) return { is: "bad", why: `${args.join(" ")}\n${printed.trim()}` };
  }
  return printed.includes(expected)
    ? { is: "good" }
    : { is: "bad", why: `it did not print ${expected}:\n${printed}` };
}

/** Nothing of these tools' own habits: no telemetry, no questions, no hook of this repository in their processes. */
const quiet = {
  CI: "1",
  NODE_OPTIONS: "",
  NEXT_TELEMETRY_DISABLED: "1",
  YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
  YARN_ENABLE_SCRIPTS: "false",
};

const paint = painter(process.stdout);
const bad: { name: string; why: string }[] = [];
let group = "";
for (const consumer of chosen) {
  if (consumer.group !== group) console.log(`${group && "\n"}${consumer.group}`);
  group = consumer.group;
  const verdict = await ask(consumer);
  const signs = { good: paint("green", "✓"), skipped: "–", bad: paint("red", "✗") };
  console.log(
    `  ${signs[verdict.is]} ${consumer.name}${verdict.is === "skipped" ? `: skipped, ${verdict.why}` : ""}`,
  );
  if (verdict.is === "bad") bad.push({ name: consumer.name, why: verdict.why });
}
console.log("\nworkerd, Chromium and what bundles do in it: npm run test:runtimes");
for (const { name, why } of bad) console.log(`\n${paint("red", "✗")} ${name}\n${why}`);
process.exitCode = bad.length > 0 ? 1 : 0;
