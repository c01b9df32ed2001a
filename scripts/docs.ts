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
import { apiChanges, changelogMarkdown } from "./docs/changelog.js";
import { type Page, pagesOf } from "./docs/content.js";
import { forPrograms, llmsTxt } from "./docs/for-programs.js";
import { expand, guidesFolder } from "./docs/guides.js";
import { redoc } from "./docs/reference.js";
import { searchIndex } from "./docs/search.js";
import { localeOf, policiesOf } from "./docs/settings.js";
import { vectorFiles, vectorsFolder } from "./docs/vectors.js";
import type { Site } from "./docs/vitepress/site.js";
import { whereOf } from "./docs/where.js";
import { folderOf, type Language, languages } from "./docs/words.js";
import { installed } from "./installed.js";
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
const into = (folder: string) => async (path: string, text: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};

interface Content {
  language: Language;
  document: OpenApiDocument;
  pages: Page[];
}

const now = await read("generated/openapi.json");
const original = JSON.parse(now) as OpenApiDocument;
const changes = await apiChanges(root, now);
const changelog = await read("CHANGELOG.md");
const contents = await Promise.all(
  languages.map(async (language): Promise<Content> => {
    const file = `generated/openapi${language === "en" ? "" : `.${language}`}.json`;
    const document = JSON.parse(await read(file)) as OpenApiDocument;
    const log = changelogMarkdown(changelog, changes, language);
    return { language, document, pages: pagesOf(language, document, original, where, log) };
  }),
);

await rm(site, { recursive: true, force: true });
await inTemporaryFolder(framework);
const write = into(site);
await Promise.all(contents.map(forOthers));
for (const { operationId, extension, source } of samplesOf(original))
  await write(`samples/${operationId}.${extension}`, source);
for (const file of vectorFiles) await cp(new URL(file, vectorsFolder), join(site, "vectors", file));
await write("redoc.js", await redoc(now));
// Scalar is installed on demand in a folder of its own: it brings 270 packages, of which one file and its parts are used.
await cp(
  join(await installed("docs/try-it", "@scalar/api-reference"), "dist/browser"),
  join(site, "scalar"),
  {
    recursive: true,
    filter: (path) => !/standalone\.js$|\.map$/.test(path),
  },
);
await write(".nojekyll", "");
await write("mock.json", "{}"); // `npm run docs:serve` tells of its mock in its place
console.log(
  `${site}: ${(contents[0]?.pages.length ?? 0) + 3} pages in each of ${languages.length} languages, to be served at ${where.homepage ?? where.base}`,
);

/** Pages, by the framework. It works in a folder of its own, so that two builds at once do not meet. */
async function framework(folder: string): Promise<void> {
  const program = await installed("docs/vitepress", "vitepress");
  const home = join(folder, "scripts/docs/vitepress");
  // The theme finds what it takes from elsewhere where it has it in the repository.
  for (const path of ["src", "scripts/steps", "scripts/docs/words", "scripts/docs/try-it"])
    await mkdir(dirname(join(folder, path)), { recursive: true }).then(() =>
      symlink(join(root, path), join(folder, path), "junction"),
    );
  await cp(here("vitepress/.vitepress"), join(home, ".vitepress"), { recursive: true });
  await cp(here("pages"), join(home, "pages"), { recursive: true });
  await cp(new URL("images/", guidesFolder), join(home, "pages/public/images"), { recursive: true });
  await symlink(dirname(program), join(home, "node_modules"), "junction");
  const write = into(home);
  await write("package.json", '{ "type": "module" }');
  for (const { language, document, pages } of contents) {
    const front = `pages/${folderOf(language)}index.md`;
    await write(front, expand(await read(`scripts/docs/${front}`), language, document));
    for (const page of pages) await write(`pages/${folderOf(language)}${page.path}.md`, await framed(page));
  }
  const locales = contents.map(({ language, pages }) => [
    language === "en" ? "root" : language,
    localeOf(language, pages, where),
  ]);
  const told: Site = { ...where, locales: Object.fromEntries(locales), policies: policiesOf(original) };
  await write("site.json", JSON.stringify(told));
  await run(process.execPath, [join(program, "bin/vitepress.js"), "build", home, "--outDir", site], {
    cwd: home,
  }).catch((error) => {
    throw new Error(`VitePress failed:\n${error.stdout}\n${error.stderr}`);
  });
}

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

/** What stands beside the pages: the document, the index of the search, and files for programs. */
async function forOthers({ language, document, pages }: Content): Promise<void> {
  const own = (path: string, text: string) => write(`${folderOf(language)}${path}`, text);
  await write(`search.${language}.json`, searchIndex(pages));
  await own("openapi.json", `${JSON.stringify(document, null, 2)}\n`);
  await own("openapi.yaml", stringify(document));
  const texts = pages.map((page) => ({ path: page.path, text: forPrograms(page, language, where) }));
  for (const { path, text } of texts) await own(`${path}.md`, text);
  await own("llms.txt", llmsTxt(language, pages, where));
  await own("llms-full.txt", texts.map(({ text }) => text).join("\n\n---\n\n"));
}
