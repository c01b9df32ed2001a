import { existsSync } from "node:fs";
import { posix } from "node:path";
import { calls, type OpenApiDocument } from "../steps/document.js";
import { type Guide, guidesFolder, readGuides } from "./guides.js";
import type { Language } from "./languages.js";
import { escapeHtml, type Heading, type Rendered, render } from "./markdown.js";
import { operationMarkdown } from "./operations.js";
import { renderPage } from "./page.js";
import { words } from "./words.js";

/** Where a file of the repository that the site does not have can be read. */
const repository = "https://github.com/binance-accounts/binance-accounts/blob/main/";

type Write = (path: string, text: string) => Promise<void>;

/** Turns Markdown into pages of one language, and keeps what was written for the search and for machines. */
export function writing(
  language: Language,
  document: OpenApiDocument,
  original: OpenApiDocument,
  write: Write,
) {
  const guides = readGuides(language, document);
  const originals = language === "en" ? guides : readGuides("en", original);
  const markdown: string[] = [];
  const pages = { all: [] as string[], guides: [] as (Guide & { headings: Heading[] })[] };

  async function page(folder: "guides" | "operations" | "", name: string, text: string): Promise<void> {
    const path = posix.join(folder, `${name}.html`);
    const rendered = render(text, (href) => linkFrom(folder, href, language), originalIds(folder, name));
    const title = rendered.headings[0]?.text ?? name;
    const sidebar = folder ? sidebarOf(path, rendered) : undefined;
    const main = `<article>\n${rendered.html}</article>`;
    await write(
      `${language}/${path}`,
      renderPage({ language, path, title, main, ...(sidebar && { sidebar }) }),
    );
    pages.all.push(path);
    if (!folder) return;
    await write(`${language}/${path.replace(/html$/, "md")}`, text);
    markdown.push(text);
    const guide = guides.find(({ topic }) => folder === "guides" && topic === name);
    if (guide) pages.guides.push({ ...guide, headings: rendered.headings });
  }

  /** Headings of a translation take the addresses of the original. */
  function originalIds(folder: string, name: string): string[] | undefined {
    if (language === "en") return undefined;
    const call = calls(original).find(({ operation }) => operation.operationId === name);
    const text =
      folder === "guides"
        ? originals.find(({ topic }) => topic === name)?.markdown
        : call && operationMarkdown(original, "en", call, []);
    return text === undefined ? undefined : render(text, (href) => href).headings.map(({ id }) => id);
  }

  function sidebarOf(path: string, { headings }: Rendered): string {
    const { menu } = words[language];
    const link = (to: string, text: string) => {
      const here = to === path;
      const inside = here
        ? headings
            .filter(({ depth }) => depth === 2)
            .map(({ id, text: t }) => `<li><a href="#${id}">${escapeHtml(t.replace(/[`*]/g, ""))}</a></li>`)
        : [];
      return `<li><a href="../${to}"${here ? ' aria-current="page"' : ""}>${escapeHtml(text)}</a>${inside.length > 0 ? `<ul>${inside.join("")}</ul>` : ""}</li>`;
    };
    return `<h2>${menu.guides}</h2><ul>${guides.map(({ topic, title }) => link(`guides/${topic}.html`, title)).join("")}</ul>
<h2>${menu.operations}</h2><ul>${calls(document)
      .map(({ operation: { operationId, summary } }) => link(`operations/${operationId}.html`, summary))
      .join("")}</ul>`;
  }

  return { page, pages, markdown, guides };
}

/** A link of a Markdown file, as the site has it: guides, vectors and images are there, the rest is in the repository. */
function linkFrom(folder: string, href: string, language: Language): string {
  if (/^[a-z]+:/.test(href) || folder === "operations") return href;
  const [file = "", hash] = href.split("#");
  const tail = hash === undefined ? "" : `#${hash}`;
  const guide = /^(?:openapi\/guides\/)?([\w-]+)\.(?:en|zh-CN)\.md$/.exec(file)?.[1];
  if (guide && existsSync(new URL(`${guide}.${language}.md`, guidesFolder)))
    return `${folder ? "" : "guides/"}${guide}.html${tail}`;
  const inRepository = posix.normalize(posix.join(folder ? "openapi/guides" : "", file));
  if (!existsSync(new URL(`../../${inRepository}`, import.meta.url)))
    throw new Error(`A link leads to ${href}, and there is no such file.`);
  const up = folder ? "../../" : "../";
  if (inRepository.startsWith("test/vectors/")) return `${up}vectors/${posix.basename(inRepository)}`;
  if (inRepository.startsWith("openapi/guides/images/"))
    return `${up}assets/images/${posix.basename(inRepository)}`;
  return `${repository}${inRepository}${tail}`;
}
