import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig, type HeadConfig, type MarkdownOptions } from "vitepress";
import type { Site } from "../site.js";

/** Everything that is to be shown, as scripts/docs.ts has written it beside the pages. */
const site = JSON.parse(readFileSync(new URL("../site.json", import.meta.url), "utf8")) as Site;
const [english] = site.locales as [Site["locales"][number]];
const localeOf = (path: string) =>
  site.locales.find(({ folder }) => folder && path.startsWith(folder)) ?? english;

/** Inline scripts that the framework writes into each page: known by their hashes, so that no other may run. */
const policy = (html: string) => {
  const hashes = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  const rules = [
    "default-src 'none'",
    `script-src 'self' ${[...new Set(hashes)].join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    ...[
      "connect-src 'self'",
      "font-src 'self'",
      "img-src 'self' data:",
      "base-uri 'none'",
      "form-action 'none'",
    ],
  ];
  return `<meta http-equiv="Content-Security-Policy" content="${rules.join("; ")}">`;
};

const markdown: MarkdownOptions = {
  theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  anchor: {
    // A heading's own link, named in the language of the page.
    permalink: (slug, _options, state, index) => {
      const { permalink } = localeOf(state.env.relativePath as string);
      const title = state.tokens[index + 1]?.content.replace(/[`*]|\s*\{#.*\}$/g, "") ?? "";
      const link = new state.Token("html_inline", "", 0);
      link.content = ` <a class="header-anchor" href="#${slug}" aria-label="${permalink} ${state.md.utils.escapeHtml(title)}"></a>`;
      state.tokens[index + 1]?.children?.push(link);
    },
  },
  config(md) {
    const fence = md.renderer.rules.fence;
    md.renderer.rules.fence = (tokens, index, options, env, self) =>
      (fence?.(tokens, index, options, env, self) ?? "").replace(
        'title="Copy Code"',
        () => `title="${localeOf(env.relativePath).copyCode}"`,
      );
    // On a phone a row is a block, and each cell says which column it is from.
    md.core.ruler.push("cell-labels", ({ tokens }) => {
      let heads: string[] = [];
      let column = 0;
      for (const [index, token] of tokens.entries()) {
        if (token.type === "tr_open") column = 0;
        if (token.type === "thead_open") heads = [];
        const text = tokens[index + 1]?.content.replace(/[`*]/g, "") ?? "";
        if (token.type === "th_open") {
          heads.push(text);
          if (!text) token.tag = "td";
        }
        if (token.type === "th_close" && !heads.at(-1)) token.tag = "td";
        if (token.type === "td_open") token.attrSet("data-label", heads[column++] ?? "");
      }
    });
  },
};

export default defineConfig({
  srcDir: "pages",
  base: site.base,
  title: "binance-accounts",
  lang: english.lang,
  cleanUrls: false,
  metaChunk: true,
  router: { prefetchLinks: false }, // a first view is light; the next page comes when it is asked for
  lastUpdated: true,
  markdown,
  vite: { logLevel: "warn", build: { chunkSizeWarningLimit: 1000 } },
  locales: Object.fromEntries(
    site.locales.map(({ key, lang, label, description, theme }) => [
      key,
      { label, lang, description, themeConfig: theme as DefaultTheme.Config },
    ]),
  ),
  themeConfig: {
    externalLinkIcon: true,
    i18nRouting: true,
    ...(site.editPattern && { editLink: { pattern: site.editPattern } }),
  },
  head: [
    ["link", { rel: "icon", href: `${site.base}logo.svg`, type: "image/svg+xml" }],
    ["meta", { name: "theme-color", content: "#f0b90b" }],
    ["meta", { name: "referrer", content: "no-referrer" }],
  ],
  ...(site.homepage && {
    sitemap: {
      hostname: site.homepage,
      transformItems: (items) => [...items, ...site.more.map((url) => ({ url }))],
    },
  }),
  transformPageData(page) {
    if (page.frontmatter.source) page.filePath = page.frontmatter.source;
  },
  transformHead({ pageData, title, description }) {
    const { homepage } = site;
    if (!homepage || pageData.isNotFound) return [];
    const { folder, lang } = localeOf(pageData.relativePath);
    const path = pageData.relativePath
      .slice(folder.length)
      .replace(/\.md$/, ".html")
      .replace(/(^|\/)index\.html$/, "$1");
    const alternate = (hreflang: string, to: string): HeadConfig => [
      "link",
      { rel: "alternate", hreflang, href: homepage + to + path },
    ];
    const property = (name: string, content: string): HeadConfig => [
      "meta",
      { property: `og:${name}`, content },
    ];
    return [
      ["link", { rel: "canonical", href: homepage + folder + path }],
      ...site.locales.map((locale) => alternate(locale.lang, locale.folder)),
      alternate("x-default", english.folder),
      property("type", "article"),
      property("title", title),
      property("description", description),
      property("url", homepage + folder + path),
      property("locale", lang.replace("-", "_")),
      property("image", `${homepage}images/card.${lang}.png`),
      ["meta", { name: "twitter:card", content: "summary_large_image" }],
    ];
  },
  transformHtml: (html, _id, { pageData }) =>
    html
      .replace(/<meta charset="utf-8">/i, (charset) => `${charset}\n    ${policy(html)}`)
      .replace('<div id="app"></div>', (app) =>
        pageData.isNotFound ? `${app}\n    <noscript>${site.notFound}</noscript>` : app,
      ),
});
