import { stringify } from "yaml";
import { calls, type OpenApiDocument } from "../steps/document.js";
import type { Page } from "./content.js";
import { readSample } from "./guides.js";
import { code, table } from "./markup.js";
import { allowanceOf, endpointOf } from "./operations.js";
import type { Site } from "./vitepress/site.js";
import { version, type Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

/** What the framework is told of a language: its menu, its sidebar and its words. */
export function localeOf(language: Language, pages: Page[], { repository }: Where): Site["locales"][number] {
  const { menu, chapters, framework: w, search, copyPage, missing, ownName, description } = words[language];
  const folder = folderOf(language);
  const link = (path: string) => `/${folder}${path}`;
  // Pages that the framework does not make: it would take a link without a target for one of its own.
  const outside = (text: string, path: string) => ({ text, link: link(path), target: "_self", rel: "" });
  const sidebar = Object.entries(chapters).map(([chapter, text]) => ({
    text,
    items: pages
      .filter((page) => page.chapter === chapter)
      .map(({ title, path }) => ({ text: title, link: link(path) })),
  }));
  const firstOf = (chapter: string) => link(pages.find((page) => page.chapter === chapter)?.path ?? "");
  return {
    key: language === "en" ? "root" : language,
    lang: language,
    folder,
    label: ownName,
    description,
    permalink: w.permalink,
    copyCode: w.copyCode,
    theme: {
      logo: "/logo.svg",
      nav: [
        { text: menu.guides, link: link("guides/quick-start"), activeMatch: "/guides/" },
        { text: menu.operations, link: firstOf("operations"), activeMatch: "/operations/" },
        outside(menu.tryIt, "try-it.html"),
        outside(menu.reference, "reference.html"),
      ],
      sidebar,
      outline: { level: [2, 3], label: w.outline },
      docFooter: { prev: w.previous, next: w.next },
      lastUpdated: { text: w.updated, formatOptions: { dateStyle: "medium", forceLocale: true } },
      returnToTopLabel: w.top,
      sidebarMenuLabel: w.sidebar,
      darkModeSwitchLabel: w.theme,
      lightModeSwitchTitle: w.toLight,
      darkModeSwitchTitle: w.toDark,
      langMenuLabel: w.languages,
      skipToContentLabel: w.skip,
      footer: { message: w.footer, copyright: `${w.version} ${version}` },
      ...(repository && {
        socialLinks: [{ icon: { svg: githubMark }, link: repository, ariaLabel: "GitHub" }],
        editLink: { pattern: `${repository}/edit/main/:path`, text: w.edit },
      }),
      find: search,
      copyPage,
      missing,
    },
  };
}

const githubMark =
  '<svg role="img" viewBox="0 0 16 16" xmlns="http://www.w3.org/2000/svg"><title>GitHub</title><path d="M8 1a7 7 0 0 0-2 13.7v-2c-2 .4-2.4-1-2.4-1-.3-.8-.8-1-.8-1-.6-.5.1-.5.1-.5.7.1 1.1.8 1.1.8.6 1.1 1.7.8 2.1.6 0-.5.2-.8.4-1-1.600-.2-3.2-.8-3.2-3.500 0-.8.300-1.4.7-1.9 0-.2-.3-.9.1-1.9 0 0 .6-.2 1.9.7a6.7 6.7 0 0 1 3.600 0c1.300-.9 1.9-.7 1.9-.7.4 1 .1 1.7.1 1.9.4.5.7 1.1.7 1.9 0 2.7-1.600 3.300-3.2 3.500.2.2.5.7.5 1.4v2A7 7 0 0 0 8 1z"/></svg>';

/** The front page of a language. */
export function landing(document: OpenApiDocument, language: Language, { base }: Where): string {
  const { tagline, description, home: w, menu, limits, operation } = words[language];
  const folder = folderOf(language);
  const front = {
    layout: "landing",
    title: "binance-accounts",
    titleTemplate: tagline,
    description,
    markdown: false,
    sidebar: false,
    hero: {
      name: "binance-accounts",
      text: tagline,
      tagline: w.lead,
      actions: [
        { theme: "brand", text: w.start, link: `/${folder}guides/quick-start` },
        { theme: "alt", text: w.which, link: `/${folder}guides/which-endpoint` },
        { theme: "alt", text: w.tryIt, link: `/${folder}try-it.html`, target: "_self" },
      ],
    },
  };
  const rows = calls(document).map((call) => {
    const { operationId, summary, "x-request-weight": weight } = call.operation;
    return [
      `[${summary}](operations/${operationId}.md)`,
      code(endpointOf(call)),
      weight,
      allowanceOf(document, call).perMinute,
    ];
  });
  const files = [
    ...["openapi.json", "openapi.yaml", "llms.txt", "llms-full.txt"].map((name) => folder + name),
    "vectors/own.json",
  ];
  return `---
${stringify(front)}---

<ul class="features">
${w.features.map(([title, text]) => `<li><strong>${title}</strong> ${text}</li>`).join("\n")}
</ul>

## ${w.code} {#first-call}

\`\`\`ts
${readSample("first-call.ts")}\`\`\`

${w.prints}

\`\`\`text
${readSample("first-call.out")}\`\`\`

## ${menu.operations} {#operations}

${table([operation.name, limits.endpoint, limits.weight, limits.perMinute], rows, ["---", "---", "--:", "--:"])}

## ${w.machines} {#machines}

${w.machinesText}

${files.map((name) => `[${name.split("/").at(-1)}](${base}${name}){target="_self"}`).join(" · ")}
`;
}
