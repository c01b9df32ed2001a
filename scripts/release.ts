/**
 * Prepares a release as far as it can be without a network: `npm run release:dry`. Writes to release/ what a person could publish:
 * tarball, package for JSR, bill of materials, reports of the public types, release notes and checksums. On a tag the workflow runs the same and
 * publishes what it wrote; with `--tag v1.2.3` the version and the changelog must be ready for it.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { lt } from "semver";
import { writeJsr } from "./release/jsr.js";
import { notesOf } from "./release/notes.js";
import { sbom } from "./release/sbom.js";
import { nextVersion, verdictOn } from "./release/verdict.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({ options: { tag: { type: "string" } } });
const folder = join(root, "release");
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const { name, version } = manifest;

const npm = (...args: string[]) =>
  run("npm", args, { cwd: root, maxBuffer: 2 ** 26 }).catch(({ stdout, stderr }) => {
    throw new Error(`npm ${args.join(" ")} failed:\n${stdout}${stderr}`);
  });

const steps: [name: string, work: () => Promise<string>][] = [
  [
    "version",
    async () => {
      if (values.tag !== undefined && values.tag !== `v${version}`)
        throw new Error(`The tag must be v${version}, the version in package.json; received ${values.tag}.`);
      return version;
    },
  ],
  [
    "changelog",
    async () => {
      const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
      const { heading, notes } = notesOf(changelog, version, values.tag !== undefined);
      await writeFile(join(folder, "RELEASE_NOTES.md"), notes);
      return `${heading}, ${notes.match(/^- /gm)?.length ?? 0} entries`;
    },
  ],
  [
    "what changes for users",
    async () => {
      const verdict = await verdictOn(root);
      const { tag, document, types, reasons } = verdict;
      if (tag === undefined) return "nothing was released before";
      const least = nextVersion(tag, verdict);
      const found = `document ${document}, types ${types}`;
      if (lt(version, least))
        throw new Error(
          [
            `The version must be at least ${least} after ${tag} (${found}); received ${version}.`,
            ...reasons,
          ].join("\n"),
        );
      return `since ${tag}: ${found}`;
    },
  ],
  [
    "public types",
    async () => {
      await npm("run", "api:check");
      await cp(join(root, "generated/api"), join(folder, "api"), { recursive: true });
      return `${(await readdir(join(folder, "api"))).length} reports, as committed`;
    },
  ],
  [
    "tarball",
    async () => {
      const { stdout } = await npm("pack", "--json", "--pack-destination", folder);
      const [{ filename, size, files }] = JSON.parse(stdout.slice(stdout.indexOf("[\n")));
      return `${filename}, ${(size / 1000).toFixed(0)} kB, ${files.length} files`;
    },
  ],
  [
    "package for JSR",
    async () => {
      const name = process.env.JSR_NAME || "@scope/binance-accounts";
      const count = await writeJsr(root, join(folder, "jsr"), name);
      return `${name}, ${count} files${process.env.JSR_NAME ? "" : "; JSR_NAME says the scope"}`;
    },
  ],
  [
    "addresses",
    async () => {
      const missing = ["repository", "homepage", "bugs"].filter((field) => !(field in manifest));
      if (missing.length === 0) return "repository, homepage and bugs are set";
      const what = `package.json must have ${missing.join(", ")} before a release`;
      if (values.tag !== undefined) throw new Error(`${what}; received none.`);
      return what;
    },
  ],
  [
    "bill of materials",
    async () => {
      const text = await sbom(root);
      await writeFile(join(folder, "sbom.cdx.json"), text);
      return `${JSON.parse(text).components.length} packages`;
    },
  ],
  [
    "checksums",
    async () => {
      const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
      const lines = await Promise.all(
        names.map(async ({ name }) => {
          const bytes = await readFile(join(folder, name));
          return `${createHash("sha256").update(bytes).digest("hex")}  ${name}`;
        }),
      );
      await writeFile(join(folder, "SHA256SUMS"), `${lines.sort().join("\n")}\n`);
      return `of ${lines.length} files`;
    },
  ],
];

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
for (const [step, work] of steps) {
  process.stdout.write(`${step.padEnd(24)}`);
  try {
    console.log(await work());
  } catch (error) {
    console.log("not ready");
    console.error(`\n${(error as Error).message}`);
    process.exit(1);
  }
}
console.log(`\nrelease/ holds what ${name} ${version} would publish. Nothing was sent.`);
