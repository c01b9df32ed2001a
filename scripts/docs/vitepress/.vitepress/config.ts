import { readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig, type LocaleConfig, type MarkdownOptions } from "vitepress";
import type { Site } from "../../settings.js";
import { policyOf, tagsOf } from "./head.js";

/** Everything that is to be shown, as scripts/docs.ts has written it beside the pages. */
const site = JSON.parse(readFileSync(new URL("../site.json", import.meta.url), "utf8")) as Site;
const keys = Object.keys(site.locales);
const keyOf = (path: string) => keys.find((key) => path.startsWith(`${key}/`)) ?? "root";
const themeOf = (path: string) => (site.locales[keyOf(path)] as Site["locales"][string]).themeConfig;
const locales = Object.values(site.locales);

const markdown: MarkdownOptions = {
  theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
  attrs: { allowedAttributes: ["id"] },
  codeCopyButtonTitle: locales.map(({ themeConfig }) => themeConfig.copyCode).join(" / "), // one for all pages
  anchor: {
    // A heading's own link, named in the language of the page.
    permalink: (slug, _options, { Token, tokens, env }, index) => {
      const link = new Token("html_inline", "", 0);
      link.content = ` <a class="header-anchor" href="#${slug}" aria-label="${themeOf(env.relativePath).permalink}: ${slug}"></a>`;
      tokens[index + 1]?.children?.push(link);
    },
  },
  config({ core, renderer: { rules }, utils }) {
    // Nothing of a text is a template.
    rules.text = (tokens, index) => utils.escapeHtml(tokens[index]?.content ?? "").replaceAll("{", "&#123;");
    // On a phone a row is a block, and each cell says which column it is from.
    core.ruler.push("cell-labels", ({ tokens }) => {
      let heads: string[] = [];
      let column = 0;
      for (const [index, token] of tokens.entries()) {
        const text = tokens[index + 1]?.content.replace(/[`*]/g, "") ?? "";
        if (token.type === "thead_open") heads = [];
        if (token.type === "tr_open") column = 0;
        if (token.type === "th_open") heads.push(text);
        if (/^th_/.test(token.type) && !heads.at(-1)) token.tag = "td"; // the corner
        if (token.type === "td_open") token.attrSet("data-label", heads[column++] ?? "");
      }
    });
  },
};

export default defineConfig({
  srcDir: "pages",
  srcExclude: ["public"],
  base: site.base,
  title: "binance-accounts",
  lang: "en",
  metaChunk: true,
  contentProps: {}, // no inline style
  appearance: { disableTransition: false }, // nor a style element
  router: { prefetchLinks: false }, // a first view is light; the next page comes when it is asked for
  lastUpdated: true,
  markdown,
  vite: {
    logLevel: "warn",
    build: { chunkSizeWarningLimit: 1000 },
    resolve: {
      alias: [
        { find: "@/", replacement: site.root },
        { find: "#platform", replacement: `${site.root}src/platform/web.ts` },
        { find: /^.*\/VPLocalSearchBox\.vue$/, replacement: `${import.meta.dirname}/theme/SearchBox.vue` },
      ],
    },
  },
  locales: site.locales as unknown as LocaleConfig<DefaultTheme.Config>,
  themeConfig: { externalLinkIcon: true, search: { provider: "local" } },
  head: [
    ["link", { rel: "icon", href: `${site.base}logo.svg`, type: "image/svg+xml" }],
    ["meta", { name: "theme-color", content: "#f0b90b" }],
    ["meta", { name: "referrer", content: "no-referrer" }],
  ],
  ...(site.homepage && {
    sitemap: {
      hostname: site.homepage,
      transformItems: (items) => items.filter(({ url }) => !url.endsWith("errors/")), // they lead on at once
    },
  }),
  transformPageData(page) {
    // What the page knows already is not sent twice.
    const { title: _, titleTemplate: _t, description: _d, source, ...frontmatter } = page.frontmatter;
    return { filePath: source ?? page.filePath, frontmatter };
  },
  transformHead({ pageData, title, description }) {
    if (!site.homepage || pageData.isNotFound) return [];
    const key = keyOf(pageData.relativePath);
    const path = pageData.relativePath
      .slice(key === "root" ? 0 : key.length + 1)
      .replace(/\.md$/, ".html")
      .replace(/(^|\/)index\.html$/, "$1");
    return tagsOf(site.homepage, keys, key, { path, title, description });
  },
  transformHtml(html, _id, { pageData }) {
    const policy = policyOf(html, site.policies[pageData.frontmatter.pageClass]);
    const guarded = html.replace(/<meta charset="utf-8">/i, (charset) => `${charset}\n    ${policy}`);
    const homes = locales.map(
      ({ lang, themeConfig }, index) =>
        `<p lang="${lang}"><a href="${site.base}${index ? `${lang}/` : ""}">${themeConfig.notFound.title}</a></p>`,
    );
    return pageData.isNotFound
      ? guarded.replace("</body>", () => `<noscript>${homes.join("")}</noscript></body>`)
      : guarded;
  },
});
