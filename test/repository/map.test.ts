import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeBlocks, root } from "../support/process.js";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Paths of a map whose folders end in a slash and whose lines are indented by their depth. */
function pathsOf(map: string): string[] {
  const above: string[] = [];
  return map
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [, indent = "", name = ""] = /^( *)(\S+)/.exec(line) ?? [];
      above.length = indent.length / 2;
      above.push(name);
      return above.join("");
    });
}

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(`${folder}/${entry.name}`) : `${folder}/${entry.name}`,
  );

describe("CONTRIBUTING's map", async () => {
  const [block] = (await codeBlocks("CONTRIBUTING.md")).filter(({ text }) => text.includes("\nsrc/\n"));
  const paths = pathsOf(block?.text ?? "");

  test("names each file of src once, and none that is not there", () => {
    expect(paths.filter((path) => path.startsWith("src/") && !path.endsWith("/")).sort()).toEqual(
      filesUnder("src").sort(),
    );
  });

  test("names no folder that is not there", () => {
    for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true);
  });
});

describe("ADR", () => {
  const adr = read("ADR.md");
  const entries = [
    ...adr.matchAll(/^## (\d+)\. (.*)\n\n\*\*Status:\*\* ([^.]*?)(?:, (\d{4}-\d\d-\d\d))?\.$/gm),
  ].map(([, number, title, state]) => [number, title, state?.toLowerCase()]);

  test("has every entry in its index, in order, with its state", () => {
    const rows = [...adr.matchAll(/^\| (\d+) \| \[(.*)\]\(#.*\) \| \d{4}-\d\d-\d\d \| (.*) \|$/gm)];
    expect(entries).toHaveLength(adr.match(/^## /gm)?.length ?? 0);
    expect(rows.map(([, ...row]) => row)).toEqual(entries);
    expect(entries.map(([number]) => Number(number))).toEqual(entries.map((_entry, index) => index + 1));
  });

  test("gives a reason for each dependency", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    for (const name of Object.keys({ ...dependencies, ...devDependencies }))
      expect(adr).toMatch(new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\|`, "m"));
  });
});

test("generated/README names each generated file, and no other", () => {
  const named = [...read("generated/README.md").matchAll(/^\| `([\w.-]+)` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(readdirSync(join(root, "generated")).filter((name) => name !== "README.md"));
});

test.each(["CONTRIBUTING.md", "SECURITY.md", "ADR.md", "test/README.md", "openapi/README.md"])(
  "%s names files and links to pages that are there",
  (page) => {
    const text = read(page);
    const folder = page.slice(0, page.lastIndexOf("/") + 1);
    const named = [...text.matchAll(/`((?:src|test|scripts|openapi|generated)\/[\w./-]+)`(?!\n\n```)/g)];
    const linked = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, file = ""]) => folder + file);
    for (const path of [...named.map(([, file = ""]) => file), ...linked])
      expect(existsSync(join(root, path)), path).toBe(true);
  },
);

test("scripts that the pages name are there", () => {
  const { scripts } = JSON.parse(read("package.json"));
  for (const page of ["README.md", "CONTRIBUTING.md", "ADR.md", "test/README.md", "scripts/docs/README.md"])
    for (const [, name = ""] of read(page).matchAll(/`npm run ([\w:]+)/g))
      expect(Object.keys(scripts), page).toContain(name);
});

test("nothing is in the repository that it says to leave out", () => {
  const git = ["ls-files", "--cached", "--ignored", "--exclude-standard"];
  expect(execFileSync("git", git, { cwd: root, encoding: "utf8" })).toBe("");
});
