/**
 * Builds the site from openapi/: `npm run docs` writes it to site/, or to the folder named.
 * `--homepage` takes the place of the one in package.json, `--base` is the path for a site without one.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { stringify } from "yaml";
import { changelogMarkdown } from "./docs/changelog.js";
import { type Page, pagesOf } from "./docs/content.js";
import { filesFor } from "./docs/for-programs.js";
import { expand, guidesFolder } from "./docs/guides.js";
import { redoc } from "./docs/reference.js";
import { localeOf, policiesOf, type Site } from "./docs/settings.js";
import { vectorFiles, vectorsFolder } from "./docs/vectors.js";
import { whereOf } from "./docs/where.js";
import { folderOf, languages, words } from "./docs/words.js";
import { installed } from "./installed.js";
import { apiChanges } from "./release/changes.js";
import { inTemporaryFolder } from "./steps/bundle.js";
import type { OpenApiDocument } from "./steps/document.js";
import { samplesOf } from "./steps/samples.js";

const run = promisify(execFile);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { homepage: { type: "string" }, base: { type: "string" } },
});
const root = fileURLToPath(new URL("../", import.meta.url));
const site = resolve(positionals[0] ?? join(root, "site"));
const where = whereOf(values);
const here = (path: string) => fileURLToPath(new URL(`docs/${path}`, import.meta.url));
const read = (path: string) => readFile(join(root, path), "utf8");

const now = await read("generated/openapi.json");
const original = JSON.parse(now) as OpenApiDocument;
const changes = await apiChanges(root, now);
const changelog = await read("CHANGELOG.md");

/** It is built in a folder of its own, so that two builds at once do not meet. */
await inTemporaryFolder(async (folder) => {
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const copy = (from: string | URL, path: string, filter = (_path: string) => true) =>
    cp(from, join(folder, path), { recursive: true, filter });
  const program = await installed("docs/vitepress", "vitepress");
  await symlink(dirname(program), join(folder, "node_modules"), "junction");
  await copy(here("vitepress/.vitepress"), ".vitepress");
  await copy(here("pages"), "pages");
  await copy(new URL("images/", guidesFolder), "pages/public/images");
  for (const file of vectorFiles) await copy(new URL(file, vectorsFolder), `pages/public/vectors/${file}`);
  const scalar = await installed("docs/try-it", "@scalar/api-reference");
  await copy(
    join(scalar, "dist/browser"),
    "pages/public/scalar",
    (path) => !/standalone\.js$|\.map$/.test(path),
  );
  await write("pages/public/redoc.js", await redoc(now));
  for (const { operationId, extension, source } of samplesOf(original))
    await write(`pages/public/samples/${operationId}.${extension}`, source);
  const told: Site = { ...where, root, policies: policiesOf(original), locales: {} };
  for (const language of languages) {
    const document = JSON.parse(
      await read(`generated/openapi${language === "en" ? "" : `.${language}`}.json`),
    ) as OpenApiDocument;
    const pages = pagesOf(
      language,
      document,
      original,
      where,
      changelogMarkdown(changelog, changes, language),
    );
    const front = `pages/${folderOf(language)}index.md`;
    await write(front, expand(await read(`scripts/docs/${front}`), language, document));
    for (const page of pages) await write(`pages/${folderOf(language)}${page.path}.md`, await framed(page));
    for (const [path, text] of Object.entries(filesFor(language, document, pages, where)))
      await write(`pages/public/${path}`, text);
    told.locales[language === "en" ? "root" : language] = localeOf(language, pages, where);
  }
  await write("site.json", JSON.stringify(told));
  await write("package.json", '{ "type": "module" }');
  await rm(site, { recursive: true, force: true });
  await run(process.execPath, [join(program, "bin/vitepress.js"), "build", ".", "--outDir", site], {
    cwd: folder,
  }).catch((error) => {
    throw new Error(`VitePress failed:\n${error.stdout}\n${error.stderr}`);
  });
});
const named = languages.map((language) => words[language].ownName).join(", ");
console.log(`${site}: the docs (${named}), to be served at ${where.homepage ?? where.base}`);

/** A page as the framework reads it: what is known of it stands above its text. */
async function framed({ title, description, source, body, chapter }: Page): Promise<string> {
  const changed = await run("git", ["log", "-1", "--format=%cI", "--", source], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => "", // no git, or not a clone
  );
  const layout = chapter === "operations" && { pageClass: "operation", aside: false };
  const facts = { title, description, source, lastUpdated: changed || false, ...layout };
  return `---\n${stringify(facts)}---\n\n${body}`;
}
