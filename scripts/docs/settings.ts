import { hostsOf, type OpenApiDocument } from "../steps/document.js";
import type { Page } from "./content.js";
import styles from "./try-it/styles.json" with { type: "json" };
import { version, type Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

/** What scripts/docs.ts hands to the framework beside the pages, as site.json: locales by its keys, `root` for English. */
export interface Site extends Where {
  /** The repository, from which the theme takes what client, mock and docs share. */
  root: string;
  locales: Record<string, ReturnType<typeof localeOf>>;
  policies: ReturnType<typeof policiesOf>;
}

/** What the framework is told of a language: its menu, its sidebar and its words. */
export function localeOf(language: Language, pages: Page[], { repository }: Where) {
  const { menu, chapters, theme, ownName, edit, description } = words[language];
  const link = (path: string) => `/${folderOf(language)}${path}`;
  const sidebar = Object.entries(chapters).map(([chapter, text]) => ({
    text,
    items: pages
      .filter((page) => page.chapter === chapter)
      .map(({ title, path }) => ({ text: title, link: link(path) })),
  }));
  return {
    ...{ lang: language, label: ownName, description },
    themeConfig: {
      ...theme,
      logo: "/logo.svg",
      nav: [
        { text: menu.guides, link: link("guides/quick-start"), activeMatch: "/guides/" },
        { text: menu.operations, link: sidebar[1]?.items[0]?.link, activeMatch: "/operations/" },
        { text: menu.tryIt, link: link("try-it") },
        { text: menu.reference, link: link("reference") },
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

/** Where pages differ from the policy of the others, by `pageClass`: Redoc, and the page that takes secrets. */
export function policiesOf(document: OpenApiDocument): Record<string, Record<string, string>> {
  const loopback = "http://127.0.0.1:* http://localhost:*"; // a policy cannot name [::1]
  return {
    reference: { "worker-src": "blob:", "font-src": "'self' data:" },
    "try-it": {
      // The styles that Scalar and VitePress write into this page, by their hashes: no other may be applied.
      "style-src": `'self' 'unsafe-hashes' ${styles.map((hash) => `'${hash}'`).join(" ")}`,
      "connect-src": ["'self'", loopback, ...hostsOf(document)].join(" "),
      "img-src": "'self' data: blob:",
      "worker-src": "blob:",
    },
  };
}
