import { type Language, languages, otherLanguage } from "./languages.js";
import { escapeHtml } from "./markdown.js";
import { words } from "./words.js";

export interface Page {
  language: Language;
  /** Inside the language's folder, such as `guides/clock.html`. */
  path: string;
  title: string;
  description?: string;
  main: string;
  sidebar?: string;
  /** Of the page itself, after the policy. */
  head?: string;
  scripts?: string[];
  /** What this page needs beyond the site's own policy. */
  policy?: Partial<Policy>;
  bodyClass?: string;
}

export type Policy = Record<
  "script-src" | "style-src" | "connect-src" | "worker-src" | "font-src" | "img-src",
  string
>;

const strict: Policy = {
  "script-src": "'self'",
  "style-src": "'self'",
  "connect-src": "'self'",
  "worker-src": "'none'",
  "font-src": "'self'",
  "img-src": "'self' data:",
};

/** The policy as a meta element: Pages of GitHub cannot send headers. */
export function policyOf(additions: Partial<Policy> = {}): string {
  const rules = Object.entries(strict).map(([name, own]) => {
    const more = additions[name as keyof Policy];
    return `${name} ${more ? `${own === "'none'" ? "" : `${own} `}${more}` : own}`;
  });
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${rules.join("; ")}; base-uri 'none'; form-action 'none'">`;
}

/** The way from a page to the folder of all languages; every link is relative, so that the site works at any address. */
export const rootOf = (path: string) => "../".repeat(path.split("/").length);

export function renderPage({
  language,
  path,
  title,
  description,
  main,
  sidebar,
  head = "",
  scripts = [],
  policy,
  bodyClass,
}: Page): string {
  const { menu, search, theme, skip, tagline, description: about } = words[language];
  const root = rootOf(path);
  const home = `${root}${language}/`;
  const other = otherLanguage(language);
  const item = (to: string, text: string) =>
    `<a href="${home}${to}"${path === to || (to !== "index.html" && path.startsWith(to.replace(/[^/]*$/, "") || "\0")) ? ' aria-current="page"' : ""}>${text}</a>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${policyOf(policy)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} · binance-accounts</title>
<meta name="description" content="${escapeHtml(description ?? about)}">
<link rel="icon" href="${root}assets/logo.svg" type="image/svg+xml">
<script src="${root}assets/theme.js"></script>
<link rel="stylesheet" href="${root}assets/site.css">
${languages.map((each) => `<link rel="alternate" hreflang="${each}" href="${root}${each}/${path}">`).join("\n")}
${head}</head>
<body class="${bodyClass ?? (sidebar ? "with-sidebar" : "")}" data-root="${root}">
<a class="skip" href="#main">${skip}</a>
<header class="top">
<a class="brand" href="${home}index.html" title="${escapeHtml(tagline)}"><img src="${root}assets/logo.svg" alt="" width="24" height="24"><span>binance-accounts</span></a>
<nav aria-label="${menu.main}">${[
    item("guides/quick-start.html", menu.guides),
    item("reference.html", menu.reference),
    item("try-it.html", menu.tryIt),
    item("changelog.html", menu.changelog),
  ].join("")}</nav>
<div class="tools">
<button type="button" id="search-open" aria-haspopup="dialog" title="${search.open} (/)">${icons.search}<span>${search.open}</span></button>
<button type="button" id="theme" aria-label="${theme}" title="${theme}">${icons.theme}</button>
<a id="language" lang="${other}" hreflang="${other}" href="${root}${other}/${path}">${words[other].ownName}</a>
</div>
</header>
<dialog id="search" aria-label="${search.open}" data-none="${search.none}">
<form method="dialog"><input type="search" aria-label="${search.label}" placeholder="${search.label}" autocomplete="off" spellcheck="false"><button>${search.close}</button></form>
<ol aria-live="polite"></ol>
</dialog>
<div class="page">
${sidebar ? `<nav class="sidebar" aria-label="${menu.pages}">${sidebar}</nav>\n` : ""}<main id="main">
${main}
</main>
</div>
${["site.js", ...scripts].map((name) => `<script type="module" src="${root}assets/${name}"></script>`).join("\n")}
</body>
</html>
`;
}

const icons = {
  search:
    '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><circle cx="7" cy="7" r="4.7"/><path d="m10.6 10.6 3.6 3.6"/></svg>',
  theme:
    '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.6"/><path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" fill="currentColor"/></svg>',
};
