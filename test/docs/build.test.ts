import { execFileSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changelogMarkdown } from "../../scripts/docs/changelog.js";
import { headingsOf, safe, withIds } from "../../scripts/docs/markup.js";
import { type Found, highlight, tokenize } from "../../scripts/docs/vitepress/.vitepress/theme/search.js";
import { whereOf } from "../../scripts/docs/where.js";
import { apiChanges } from "../../scripts/release/changes.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { document as spec } from "../support/document.js";
import { root, temporaryFolder } from "../support/process.js";
import { oursOf } from "./compare.js";

const document = spec as unknown as OpenApiDocument;

test("the table of what Binance's pages lack says of these docs what is so", async () => {
  const readme = await readFile(join(root, "scripts/docs/README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| (.+?) \| \d of 5 \| 5 of 5 \|$/gm)].map(([, what]) => what);
  const number = Object.keys(spec.paths).length;
  expect(oursOf(document)).toEqual(rows.map((what) => ({ what, ours: `${number} of ${number}` })));
});

describe("the changes of the API", () => {
  test("are judged from tag to tag and up to now, newest first", async () => {
    await using folder = await temporaryFolder();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@localhost", ...args], {
        cwd: folder.path,
        stdio: "ignore",
      });
    const release = async (tag: string, text: string) => {
      await mkdir(join(folder.path, "generated"), { recursive: true });
      await writeFile(join(folder.path, "generated/openapi.json"), text);
      git("add", ".");
      git("commit", "-m", tag);
      git("tag", tag);
    };
    const first = JSON.stringify(document);
    const operation = Object.values(document.paths)[0]?.get as { responses: object; parameters: object[] };
    operation.parameters.push({
      name: "extra",
      in: "query",
      description: "New.",
      schema: { type: "string" },
    });
    const second = JSON.stringify(document);
    operation.parameters.pop();
    git("init", "-q");
    await release("v1.0.0", first);
    await release("v1.1.0", second);
    const changes = await apiChanges(folder.path, first);
    expect(changes.map(({ from, to, verdict }) => [from, to, verdict])).toEqual([
      ["v1.1.0", "main", "major"],
      ["v1.0.0", "v1.1.0", "minor"],
    ]);
    expect(changes[0]?.changes.map(({ impact }) => impact)).toEqual(["major"]);
    const page = changelogMarkdown("# Changelog\n\n## 1.1.0\n\n- More.\n", changes, "en");
    expect(page).toMatch(/### v1\.0\.0 → v1\.1\.0: minor\n\n- \*\*minor\*\* `paths\/.*`: /);
    expect(changelogMarkdown("# Changelog\n", changes, "zh-CN")).toMatch(
      /<div lang="en">\n\n### v1\.1\.0 → main/,
    );
  });

  test("are none where there is no release", async () => {
    await using folder = await temporaryFolder();
    expect(await apiChanges(folder.path, "{}")).toEqual([]);
    expect(changelogMarkdown("# Changelog\n", [], "en")).toContain("No release yet");
  });
});

test.each([
  ["维持保证金率", ["维持", "持保", "保证", "证金", "金率"]],
  ["unRealizedProfit", ["unrealizedprofit", "un", "realized", "profit"]],
  ["uniMMR", ["unimmr", "uni", "mmr"]],
  ["-1021 或 418", ["-1021", "1021", "或", "418"]],
])("the words of %s are %j", (text, words) => expect(tokenize(text)).toEqual(words));

test("a text of the document cannot become markup, except for Markdown's own", () =>
  expect(safe("<img src=x onerror=alert(1)> `<b>` **<script>** [a](b)")).toBe(
    "&lt;img src=x onerror=alert(1)> `<b>` **&lt;script>** [a](b)",
  ));

test("headings of a translation take the addresses of the original, and links within the page follow", () => {
  const original = headingsOf("# Signing\n\n## Keys\n\n```sh\n# no heading\n```\n\n## Keys\n");
  expect(original.map(({ id }) => id)).toEqual(["signing", "keys", "keys--1"]);
  const text = "# 签名\n\n## 密钥\n\n见[下文](#其他)\n\n## 其他\n";
  const ids = original.map(({ id }) => id);
  expect(headingsOf(text, ids).map(({ id }) => id)).toEqual(ids);
  expect(withIds(text, ids)).toBe(
    "# 签名 {#signing}\n\n## 密钥 {#keys}\n\n见[下文](#keys--1)\n\n## 其他 {#keys--1}\n",
  );
});

test.each([
  [{ homepage: "" }, { base: "/" }],
  [{ homepage: "", base: "/some/where" }, { base: "/some/where/" }],
  [{ homepage: "https://docs.example/x" }, { base: "/x/", homepage: "https://docs.example/x/" }],
  [
    { homepage: "https://one.github.io/two" },
    { base: "/two/", homepage: "https://one.github.io/two/", repository: "https://github.com/one/two" },
  ],
])("%j says where everything is: %j", (given, expected) =>
  expect(whereOf(given)).toEqual({ repository: undefined, homepage: undefined, ...expected }),
);

test("what was looked for is marked, near where it stands", () => {
  const found = { match: { price: ["text"] } } as unknown as Found;
  const marked = (pieces: string[]) => pieces.filter((_, at) => at % 2 === 1);
  const pieces = highlight(`${"x ".repeat(100)}the mark price`, "prise", found);
  expect([pieces[0]?.slice(0, 1), marked(pieces)]).toEqual(["…", ["price"]]);
  expect(highlight(`price ${"x ".repeat(100)}`, "price", found).at(-1)).toMatch(/x …$/);
  expect(highlight("维持保证金率", "保证金", { match: {} })).toEqual(["维持", "保证金", "率"]);
  expect(highlight("I call (a)", "(a I", { match: {} })).toEqual(["I call ", "(a", ")"]);
  expect(highlight("nothing to mark", " ", { match: {} })).toEqual(["nothing to mark"]);
});
