import { calls, type OpenApiDocument } from "../steps/document.js";
import { docsAddress } from "./address.js";
import type { Guide } from "./guides.js";
import { type Language, languages } from "./languages.js";
import { words } from "./words.js";

/** The index for language models (llmstxt.org): what there is, one line each. */
export function llmsTxt(document: OpenApiDocument, language: Language, guides: Guide[]): string {
  const { menu, tagline, description } = words[language];
  const at = (path: string) => `${docsAddress}${language}/${path}`;
  return `# binance-accounts

> ${tagline} ${description}

## ${menu.operations}

${calls(document)
  .map(
    ({ operation, method, path }) =>
      `- [${operation.operationId}](${at(`operations/${operation.operationId}.md`)}): ${operation.summary}, \`${method.toUpperCase()} ${path}\``,
  )
  .join("\n")}

## ${menu.guides}

${guides.map(({ topic, title }) => `- [${title}](${at(`guides/${topic}.md`)})`).join("\n")}

## OpenAPI

- [openapi.json](${at("openapi.json")})
- [openapi.yaml](${at("openapi.yaml")})
- [llms-full.txt](${docsAddress}${language === "en" ? "" : `${language}/`}llms-full.txt)
`;
}

/** Every page for people, in every language, with its counterparts. */
export function sitemap(paths: string[]): string {
  const alternates = (path: string) =>
    languages
      .map(
        (language) =>
          `    <xhtml:link rel="alternate" hreflang="${language}" href="${docsAddress}${language}/${path}"/>\n`,
      )
      .join("");
  const urls = languages.flatMap((language) =>
    paths.map(
      (path) => `  <url>\n    <loc>${docsAddress}${language}/${path}</loc>\n${alternates(path)}  </url>\n`,
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">
${urls.join("")}</urlset>
`;
}
