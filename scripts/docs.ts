/**
 * Builds the site from openapi/: `npm run docs` writes it to site/, or to the folder named.
 */
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { assets } from "./docs/assets.js";
import { apiChanges, changelogMarkdown } from "./docs/changelog.js";
import { doors } from "./docs/doors.js";
import { guidesFolder } from "./docs/guides.js";
import { landing } from "./docs/landing.js";
import { type Language, languages } from "./docs/languages.js";
import { llmsTxt, sitemap } from "./docs/machines.js";
import { operationMarkdown } from "./docs/operations.js";
import { renderPage } from "./docs/page.js";
import { reference, withSamples } from "./docs/reference.js";
import { samplesOf } from "./docs/samples.js";
import { searchIndex } from "./docs/search.js";
import { tryItPage } from "./docs/try-it.js";
import { vectorFiles, vectorsFolder } from "./docs/vectors.js";
import { words } from "./docs/words.js";
import { writing } from "./docs/writing.js";
import { calls, type OpenApiDocument } from "./steps/document.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const site = resolve(process.argv[2] ?? join(root, "site"));
const write = async (path: string, text: string) => {
  await mkdir(dirname(join(site, path)), { recursive: true });
  await writeFile(join(site, path), text);
};
const read = (path: string) => readFile(join(root, path), "utf8");

await rm(site, { recursive: true, force: true });
await mkdir(join(site, "assets"), { recursive: true });
await assets(join(site, "assets"));

const now = await read("generated/openapi.json");
const changes = await apiChanges(root, now);
const changelog = await read("CHANGELOG.md");
const original = JSON.parse(now) as OpenApiDocument;
const samples = samplesOf(original);
const paths = (await Promise.all(languages.map(build)))[0] as string[];

for (const [name, html] of Object.entries(doors())) await write(name, html);
for (const { operationId, extension, source } of samples)
  await write(`samples/${operationId}.${extension}`, source);
for (const file of vectorFiles) await cp(new URL(file, vectorsFolder), join(site, "vectors", file));
await cp(new URL("images/", guidesFolder), join(site, "assets/images"), { recursive: true });
await write("sitemap.xml", sitemap(paths));
await write(".nojekyll", "");
console.log(`${site}: ${paths.length} pages in each of ${languages.length} languages`);

/** Everything of one language; returns its pages for people. */
async function build(language: Language): Promise<string[]> {
  const document =
    language === "en"
      ? original
      : (JSON.parse(await read(`generated/openapi.${language}.json`)) as OpenApiDocument);

  const { page, pages, markdown, guides } = writing(language, document, original, write);
  for (const guide of guides) await page("guides", guide.topic, guide.markdown);
  for (const call of calls(document))
    await page(
      "operations",
      call.operation.operationId,
      operationMarkdown(document, language, call, samples),
    );
  await page("", "changelog", changelogMarkdown(changelog, changes, language));

  await write(
    `${language}/index.html`,
    renderPage({
      language,
      path: "index.html",
      title: words[language].tagline,
      main: landing(document, language, guides),
      bodyClass: "landing",
    }),
  );
  const { html, redoc, script } = await reference(document, language, samples);
  await write(`${language}/reference.html`, html);
  await write(`assets/reference.${language}.js`, script);
  await write("assets/redoc.js", redoc);
  await write(`${language}/try-it.html`, tryItPage(document, language));
  await write(`${language}/search.json`, searchIndex(document, language, pages.guides));
  const full = withSamples(document, samples);
  await write(`${language}/openapi.json`, `${JSON.stringify(full, null, 2)}\n`);
  await write(`${language}/openapi.yaml`, stringify(full));
  const folder = language === "en" ? "" : `${language}/`;
  await write(`${folder}llms.txt`, llmsTxt(document, language, guides));
  await write(`${folder}llms-full.txt`, markdown.join("\n\n---\n\n"));
  return ["index.html", "reference.html", "try-it.html", ...pages.all];
}
