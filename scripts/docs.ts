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
import { assets } from "./docs/assets.js";
import { apiChanges, changelogMarkdown } from "./docs/changelog.js";
import { type Page, pagesOf } from "./docs/content.js";
import { errorsDoor } from "./docs/frame.js";
import { guidesFolder } from "./docs/guides.js";
import { absolute, llmsTxt, staticPages } from "./docs/machines.js";
import { reference, withSamples } from "./docs/reference.js";
import { samplesOf } from "./docs/samples.js";
import { searchIndex } from "./docs/search.js";
import { landing, localeOf } from "./docs/settings.js";
import { tryItPage } from "./docs/try-it.js";
import { vectorFiles, vectorsFolder } from "./docs/vectors.js";
import type { Site } from "./docs/vitepress/site.js";
import { whereOf } from "./docs/where.js";
import { folderOf, type Language, languages, words } from "./docs/words.js";
import { installed } from "./installed.js";
import { inTemporaryFolder } from "./steps/bundle.js";
import type { OpenApiDocument } from "./steps/document.js";

const run = promisify(execFile);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { homepage: { type: "string" }, base: { type: "string" } },
});
const root = fileURLToPath(new URL("../", import.meta.url));
const site = resolve(positionals[0] ?? join(root, "site"));
const where = whereOf(values);
const into = (folder: string) => async (path: string, text: string) => {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
};
const read = (path: string) => readFile(join(root, path), "utf8");

const now = await read("generated/openapi.json");
const original = JSON.parse(now) as OpenApiDocument;
const samples = samplesOf(original);
const changes = await apiChanges(root, now);
const changelog = await read("CHANGELOG.md");
const contents = await Promise.all(
  languages.map(async (language) => {
    const document =
      language === "en"
        ? original
        : (JSON.parse(await read(`generated/openapi.${language}.json`)) as OpenApiDocument);
    const pages = pagesOf(
      language,
      document,
      original,
      samples,
      where,
      changelogMarkdown(changelog, changes, language),
    );
    return { language, document, pages };
  }),
);

const framework = await installed("docs/vitepress", "vitepress");
await inTemporaryFolder(async (folder) => {
  // The framework works beside its pages, so that two builds at once do not meet.
  await cp(new URL("docs/vitepress/.vitepress", import.meta.url), join(folder, ".vitepress"), {
    recursive: true,
  });
  await symlink(dirname(framework), join(folder, "node_modules"), "junction");
  const write = into(folder);
  await write("package.json", '{ "type": "module" }');
  for (const { language, document, pages } of contents) {
    await write(`pages/${folderOf(language)}index.md`, landing(document, language, where));
    for (const page of pages) await write(`pages/${folderOf(language)}${page.path}.md`, await framed(page));
  }
  const settings: Site = {
    ...where,
    editPattern: where.repository && `${where.repository}/edit/main/:path`,
    more: staticPages,
    notFound: languages
      .map(
        (language) =>
          `<p lang="${language}"><a href="${where.base}${folderOf(language)}">${words[language].missing.title}</a></p>`,
      )
      .join(""),
    locales: contents.map(({ language, pages }) => localeOf(language, pages, where)),
  };
  await write("site.json", JSON.stringify(settings));
  await cp(new URL("images/", guidesFolder), join(folder, "pages/public/images"), { recursive: true });
  await cp(new URL("docs/browser/logo.svg", import.meta.url), join(folder, "pages/public/logo.svg"));
  await rm(site, { recursive: true, force: true });
  await run(process.execPath, [join(framework, "bin/vitepress.js"), "build", folder, "--outDir", site], {
    cwd: folder,
  }).catch((error) => {
    throw new Error(`VitePress failed:\n${error.stdout}\n${error.stderr}`);
  });
});

/** A page as the framework reads it: what is known of it stands above its text. */
async function framed({ title, description, source, body, chapter }: Page): Promise<string> {
  const changed = await run("git", ["log", "-1", "--format=%cI", "--", source], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  const facts = {
    title,
    description,
    source,
    ...(chapter === "operations" && { pageClass: "operation", aside: false }),
  };
  return `---\n${stringify(facts)}lastUpdated: ${changed || "false"}\n---\n\n${body}`;
}

const write = into(site);
await assets(join(site, "scripts"));
await Promise.all(contents.map(beside));
for (const { operationId, extension, source } of samples)
  await write(`samples/${operationId}.${extension}`, source);
for (const file of vectorFiles) await cp(new URL(file, vectorsFolder), join(site, "vectors", file));
await write("errors/index.html", errorsDoor());
await write(".nojekyll", "");
console.log(
  `${site}: ${(contents[0]?.pages.length ?? 0) + 1} pages in each of ${languages.length} languages, to be served at ${where.homepage ?? where.base}`,
);

/** What stands beside the framework's pages: the whole document, the page to try calls on, the search, and files for programs. */
async function beside({
  language,
  document,
  pages,
}: {
  language: Language;
  document: OpenApiDocument;
  pages: Page[];
}): Promise<void> {
  const folder = folderOf(language);
  const { html, redoc, script } = await reference(document, language, samples, where);
  await write(`${folder}reference.html`, html);
  await write(`scripts/reference.${language}.js`, script);
  await write("scripts/redoc.js", redoc);
  await write(`${folder}try-it.html`, tryItPage(document, language, where));
  await write(`search.${language}.json`, searchIndex(document, language, pages));
  const full = withSamples(document, samples);
  await write(`${folder}openapi.json`, `${JSON.stringify(full, null, 2)}\n`);
  await write(`${folder}openapi.yaml`, stringify(full));
  const texts = pages.map(({ path, markdown }) => ({
    path: `${path}.md`,
    text: absolute(markdown, `${path}.md`, language, where),
  }));
  for (const { path, text } of texts) await write(folder + path, text);
  await write(`${folder}llms.txt`, llmsTxt(language, pages, where));
  await write(`${folder}llms-full.txt`, texts.map(({ text }) => text).join("\n\n---\n\n"));
}
