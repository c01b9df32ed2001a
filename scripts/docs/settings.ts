import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import type { OpenApiDocument } from "../steps/document.js";
import type { Page } from "./content.js";
import { expand, frontMatter } from "./guides.js";
import type { Locale } from "./vitepress/site.js";
import { version, type Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

/** What the framework is told of a language: its menu, its sidebar and its words. */
export function localeOf(language: Language, pages: Page[], { repository }: Where): Locale {
  const { menu, chapters, theme, ownName, edit, description } = words[language];
  const link = (path: string) => `/${folderOf(language)}${path}`;
  // Pages that the framework does not make: it would take a link without a target for one of its own.
  const outside = (text: string, path: string) => ({ text, link: link(path), target: "_self", rel: "" });
  const sidebar = Object.entries(chapters).map(([chapter, text]) => ({
    text,
    items: pages
      .filter((page) => page.chapter === chapter)
      .map(({ title, path }) => ({ text: title, link: link(path) })),
  }));
  return {
    key: language === "en" ? "root" : language,
    lang: language,
    folder: folderOf(language),
    label: ownName,
    description,
    theme: {
      ...theme,
      logo: "/logo.svg",
      nav: [
        { text: menu.guides, link: link("guides/quick-start"), activeMatch: "/guides/" },
        { text: menu.operations, link: sidebar[1]?.items[0]?.link, activeMatch: "/operations/" },
        outside(menu.tryIt, "try-it.html"),
        outside(menu.reference, "reference.html"),
      ],
      sidebar,
      footer: { ...theme.footer, copyright: `${theme.footer.copyright} ${version}` },
      ...(repository && {
        socialLinks: [{ icon: "github", link: repository }],
        editLink: { pattern: `${repository}/edit/main/:path`, text: edit },
      }),
    },
  };
}

/** The front page of a language, from words/home.LANGUAGE.md. */
export function landing(document: OpenApiDocument, language: Language): string {
  const { tagline, description } = words[language];
  const file = readFileSync(new URL(`words/home.${language}.md`, import.meta.url), "utf8");
  const { facts, text } = frontMatter(file);
  const { hero, ...rest } = facts as { hero: object };
  const front = {
    ...{ layout: "landing", title: "binance-accounts", titleTemplate: tagline, description, sidebar: false },
    hero: { name: "binance-accounts", text: tagline, ...hero },
    ...rest,
  };
  return `---\n${stringify(front)}---\n\n${expand(text, language, document)}`;
}
