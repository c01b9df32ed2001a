import type { Page } from "./content.js";
import type { Where } from "./where.js";
import { folderOf, type Language, languages, otherLanguage, words } from "./words.js";

/** The index for language models (llmstxt.org): what there is, one line each. Without an address of the site its links are relative. */
export function llmsTxt(language: Language, pages: Page[], { homepage }: Where): string {
  const { chapters, tagline, description } = words[language];
  const at = (path: string) => (homepage ? `${homepage}${folderOf(language)}${path}` : path);
  const fromRoot = (path: string) =>
    homepage ? homepage + path : `${language === "en" ? "" : "../"}${path}`;
  const other = otherLanguage(language);
  const sections = Object.entries(chapters).map(([chapter, name]) => {
    const lines = pages
      .filter((page) => page.chapter === chapter)
      .map(({ path, title, description: about }) => `- [${title}](${at(`${path}.md`)}): ${about}`);
    return `## ${name}\n\n${lines.join("\n")}`;
  });
  return `# binance-accounts

> ${tagline}. ${description}

${sections.join("\n\n")}

## OpenAPI

- [openapi.json](${at("openapi.json")})
- [openapi.yaml](${at("openapi.yaml")})

## Optional

- [llms-full.txt](${at("llms-full.txt")})
- [${words[other].ownName}](${fromRoot(`${folderOf(other)}llms.txt`)})
`;
}

/** Links of a page to its neighbours, as absolute ones where the site has an address. */
export function absolute(markdown: string, path: string, language: Language, { homepage }: Where): string {
  if (!homepage) return markdown;
  const from = `${homepage}${folderOf(language)}${path}`;
  return markdown.replace(
    /\]\((?![a-z]+:|#)([^)\s]+)\)/g,
    (_link, href: string) => `](${new URL(href, from).href})`,
  );
}

/** Links to pages that are not made by the framework, from the root of the site. */
export const staticPages = languages.flatMap((language) =>
  ["reference.html", "try-it.html"].map((name) => `${folderOf(language)}${name}`),
);
