import { escapeHtml } from "./markup.js";
import { policyOf, tagsOf } from "./vitepress/.vitepress/head.js";
import type { Where } from "./where.js";
import { folderOf, type Language, languages, otherLanguage, words } from "./words.js";

/** A page that the framework does not make: Redoc's and Scalar's. */
export interface Frame {
  language: Language;
  /** In the language's folder. */
  path: string;
  title: string;
  description: string;
  main: string;
  /** After the policy. */
  head?: string;
  /** Where this page differs from the others' policy. */
  policy: Record<string, string>;
  bodyClass: string;
}

export function renderFrame(frame: Frame, { homepage }: Where): string {
  const { language, path, title, description, main, head = "", policy, bodyClass } = frame;
  const { menu, theme } = words[language];
  const folder = folderOf(language);
  const other = otherLanguage(language);
  const root = folder ? "../" : "./";
  const locales = languages.map((lang) => ({ lang, folder: folderOf(lang) }));
  const tags = homepage
    ? tagsOf(homepage, locales, { lang: language, folder }, { path, title, description })
    : [];
  const written = tags.map(([name, attributes]) => {
    const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeHtml(value)}"`);
    return `<${name}${pairs.join("")}>\n`;
  });
  const door = (to: string, text: string) =>
    `<a href="${to}"${to === path ? ' aria-current="page"' : ""}>${text}</a>`;
  const body = `<header class="top">
<a class="brand" href="index.html"><img src="${root}logo.svg" alt="" width="24" height="24"><span>binance-accounts</span></a>
<nav aria-label="${theme.sidebarMenuLabel}">${door("guides/quick-start.html", menu.guides)}${door("reference.html", menu.reference)}${door("try-it.html", menu.tryIt)}</nav>
<a id="language" lang="${other}" href="${root}${folderOf(other)}${path}">${words[other].ownName}</a>
</header>
<main id="main">
${main}
</main>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${policyOf(body, policy)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} | binance-accounts</title>
<meta name="description" content="${escapeHtml(description)}">
<link rel="icon" href="${root}logo.svg" type="image/svg+xml">
<script src="${root}scripts/theme.js"></script>
<link rel="stylesheet" href="${root}scripts/frame.css">
${written.join("")}${head}</head>
<body class="${bodyClass}">
${body}
</body>
</html>
`;
}
