import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { notesOf } from "../../scripts/release/notes.js";
import { breakingTypes } from "../../scripts/release/types.js";
import { nextVersion } from "../../scripts/release/verdict.js";
import { root, runProgram, scratchRepository } from "../support/process.js";

const canReport = existsSync(join(root, "scripts/api/node_modules"));
if (!canReport) console.log("Tests of a release skipped; to have them: `npm run api` once.");

describe.skipIf(!canReport)("npm run release:dry", { timeout: 300_000 }, () => {
  let repository: Awaited<ReturnType<typeof scratchRepository>>;
  const at = (...names: string[]) => join(repository.path, ...names);
  const release = (...args: string[]) =>
    runProgram("npm", ["run", "-s", "release:dry", "--", ...args], { cwd: repository.path });
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@localhost", ...args], {
      cwd: repository.path,
    });

  beforeAll(async () => {
    repository = await scratchRepository();
    await writeFile(at(".gitignore"), "node_modules\ndist/\n/release/\n");
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "feat: everything");
  }, 60_000);
  afterAll(() => repository[Symbol.asyncDispose]());

  test("writes what a person could publish", async () => {
    const { code, stdout, stderr } = await release();
    expect([code, stderr]).toEqual([0, ""]);
    const { version } = JSON.parse(await readFile(at("package.json"), "utf8"));
    const tarball = `binance-accounts-${version}.tgz`;
    expect((await readdir(at("release"))).sort()).toEqual(
      ["RELEASE_NOTES.md", "SHA256SUMS", "api", "jsr", tarball, "sbom.cdx.json"].sort(),
    );
    expect(stdout).toContain("nothing was released before");
    const sums = await readFile(at("release/SHA256SUMS"), "utf8");
    expect(sums).toContain(tarball);
    expect(
      await runProgram("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: at("release") }),
    ).toMatchObject({
      code: 0,
    });
    const { components, metadata } = JSON.parse(await readFile(at("release/sbom.cdx.json"), "utf8"));
    expect(metadata.component.name).toBe("binance-accounts");
    const names = components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["openapi-fetch", "@stoplight/prism-http"]));
    expect(names).not.toContain("vitest");
  });

  test("refuses a tag that is not the version, and a tag without an entry in the changelog", async () => {
    expect(await release("--tag", "v9.9.9")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /The tag must be v\S+, the version in package\.json; received v9\.9\.9\./,
      ),
    });
    const { version } = JSON.parse(await readFile(at("package.json"), "utf8"));
    expect((await release("--tag", `v${version}`)).stderr).toContain(
      `CHANGELOG.md must have a heading "## ${version}"; received "Unreleased".`,
    );
  });

  test("refuses a breaking change of the types without the version that says so", async () => {
    const manifest = JSON.parse(await readFile(at("package.json"), "utf8"));
    git("tag", `v${manifest.version}`);
    const types = await readFile(at("generated/api/index.api.md"), "utf8");
    await writeFile(
      at("generated/api/index.api.md"),
      types.replace("    signal?: AbortSignal | undefined;\n", ""),
    );
    const { code, stderr } = await release();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The version must be at least \d+\.\d+\.0 after v\S+ \(document none, types major\)/,
    );
    expect(stderr).toContain('types of index: CallOptions: "signal?: AbortSignal | undefined;" is gone');
  });
});

test.each([
  ["v0.1.0", "none", "none", "0.1.0"],
  ["v0.1.0", "patch", "none", "0.1.1"],
  ["v0.1.0", "none", "minor", "0.1.1"],
  ["v0.1.0", "major", "minor", "0.2.0"],
  ["v1.2.3", "none", "patch", "1.2.4"],
  ["v1.2.3", "minor", "none", "1.3.0"],
  ["v1.2.3", "none", "major", "2.0.0"],
] as const)("after %s, document %s and types %s need %s", (tag, document, types, version) => {
  expect(nextVersion(tag, { document, types })).toBe(version);
});

test("the notes of a release are the entry of its version", () => {
  const changelog = "# Changelog\n\n## Unreleased\n\n- new\n\n## 1.2.0 - 2026-01-01\n\n- old\n\n## 1.1.0\n\n";
  expect(notesOf(changelog, "1.2.0", true)).toEqual({ heading: "1.2.0 - 2026-01-01", notes: "- old\n" });
  expect(notesOf(changelog, "1.3.0", false)).toEqual({ heading: "Unreleased", notes: "- new\n" });
  expect(() => notesOf(changelog, "1.3.0", true)).toThrow(/"## 1\.3\.0"; received/);
  expect(() => notesOf(changelog, "1.1.0", true)).toThrow(/must say something/);
});

const report = (...declarations: string[]) =>
  `## API Report\n\n\`\`\`ts\n\n${declarations.map((text) => `// @public\n${text}`).join("\n\n")}\n\n\`\`\`\n`;
const options = "export interface AnyOptions {\n    // (undocumented)\n    a?: string;\n}";

test.each([
  ["a new function", [options, "export function g(): void;"], []],
  ["a new optional field", [options.replace("a?: string;", "a?: string;\n    b?: number;")], []],
  ["a new comment", [options.replace("(undocumented)", "(documented)")], []],
  [
    "a new required field of options",
    [options.replace("a?", "b: number;\n    a?")],
    ['AnyOptions: "b: number;" is new and required'],
  ],
  ["another type", [options.replace("string", "number")], ['AnyOptions: "a?: string;" is gone']],
  ["a type that is gone", [], ["AnyOptions is gone"]],
])("%s is judged by the reports of the types", (_name, newer, expected) => {
  expect(breakingTypes(report(options), report(...newer))).toEqual(expected);
});
