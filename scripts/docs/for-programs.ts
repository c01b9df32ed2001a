import { posix } from "node:path";
import { stringify } from "yaml";
import type { OpenApiDocument } from "../steps/document.js";
import { index, type Line } from "../steps/llms.js";
import type { Page } from "./content.js";
import { searchIndex } from "./search.js";
import type { Where } from "./where.js";
import { folderOf, type Language, otherLanguage, words } from "./words.js";

/** What stands beside the pages of a language: the document, the index of the search, and the pages as programs read them. */
export function filesFor(language: Language, document: OpenApiDocument, pages: Page[], where: Where) {
  const texts = pages.map((page) => [`${page.path}.md`, forPrograms(page, language, where)] as const);
  const own = {
    ...Object.fromEntries(texts),
    "openapi.json": `${JSON.stringify(document, null, 2)}\n`,
    "openapi.yaml": stringify(document),
    "llms.txt": llmsTxt(language, pages, where),
    "llms-full.txt": texts.map(([, text]) => text).join("\n\n---\n\n"),
  };
  const named = Object.entries(own).map(([name, text]) => [folderOf(language) + name, text]);
  const files: Record<string, string> = Object.fromEntries(named);
  return { ...files, [`search.${language}.json`]: searchIndex(pages) };
}

/** The index of the site for language models. Without an address of the site its links are relative. */
function llmsTxt(language: Language, pages: Page[], { homepage }: Where): string {
  const { chapters, tagline, description } = words[language];
  const other = otherLanguage(language);
  const line = (title: string, path: string, about?: string): Line => ({
    ...{ title, ...(about && { about }) },
    href: homepage ? homepage + path : posix.relative(folderOf(language), path),
  });
  const own = (name: string) => line(name, folderOf(language) + name);
  const named = Object.entries(chapters).map(([chapter, name]) => [
    name,
    pages
      .filter((page) => page.chapter === chapter)
      .map(({ path, title, description: about }) => line(title, `${folderOf(language)}${path}.md`, about)),
  ]);
  return index("binance-accounts", `${tagline}. ${description}`, {
    ...Object.fromEntries(named),
    OpenAPI: ["openapi.json", "openapi.yaml"].map(own),
    Optional: [own("llms-full.txt"), line(words[other].ownName, `${folderOf(other)}llms.txt`)],
  });
}

/** A page as programs read it: without what the framework alone understands; links are absolute where the site has an address. */
function forPrograms({ path, body }: Page, language: Language, { homepage }: Where): string {
  const folder = posix.dirname(`${folderOf(language)}${path}`);
  const follow = (href: string) => {
    const target = href.startsWith("/") ? href.slice(1) : posix.join(folder, href);
    return homepage ? homepage + target : posix.relative(folder, target);
  };
  return body
    .replace(/^<\/?div.*>\n+|^:::.*\n+| \{#[\w-]+\}$/gm, "")
    .replace(/^```(\w+) \[(.+)\]$/gm, "**$2**\n\n```$1")
    .replace(/\]\((?![a-z]+:|#)([^)\s]+)\)/g, (_link, href: string) => `](${follow(href)})`);
}
