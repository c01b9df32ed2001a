import { posix } from "node:path";
import { index, type Line } from "../steps/llms.js";
import type { Page } from "./content.js";
import type { Where } from "./where.js";
import { folderOf, type Language, otherLanguage, words } from "./words.js";

/** The index of the site for language models. Without an address of the site its links are relative. */
export function llmsTxt(language: Language, pages: Page[], { homepage }: Where): string {
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
export function forPrograms({ path, body }: Page, language: Language, { homepage }: Where): string {
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
