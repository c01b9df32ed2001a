import { escapeHtml } from "./markup.js";
import type { Where } from "./where.js";
import { folderOf, type Language, languages, otherLanguage, words } from "./words.js";

/** A page that the framework does not make: Redoc's, Scalar's, and the door for errors. */
export interface Frame {
  language: Language;
  /** In the language's folder. */
  path: string;
  title: string;
  description: string;
  main: string;
  /** After the policy. */
  head?: string;
  scripts?: string[];
  /** What this page needs beyond the strict policy. */
  policy?: Record<string, string>;
  bodyClass: string;
}

const strict = {
  "script-src": "'self'",
  "style-src": "'self'",
  "connect-src": "'self'",
  "worker-src": "'none'",
  "font-src": "'self'",
  "img-src": "'self' data:",
  "base-uri": "'none'",
  "form-action": "'none'",
};

/** The policy as a meta element: Pages of GitHub cannot send headers. */
export function policyOf(additions: Record<string, string> = {}): string {
  const rules = Object.entries(strict).map(([name, own]) => {
    const more = additions[name];
    return `${name} ${more && own !== "'none'" ? `${own} ${more}` : (more ?? own)}`;
  });
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${rules.join("; ")}">`;
}

export function renderFrame(
  { language, path, title, description, main, head = "", scripts = [], policy, bodyClass }: Frame,
  { homepage }: Where,
): string {
  const { menu, framework, description: about } = words[language];
  const other = otherLanguage(language);
  const root = "../".repeat(folderOf(language).split("/").length - 1) || "./";
  const home = "./";
  const at = (each: Language) => `${root}${folderOf(each)}${path}`;
  const absolute = homepage
    ? `${languages.map((each) => `<link rel="alternate" hreflang="${each}" href="${homepage}${folderOf(each)}${path}">`).join("\n")}
<link rel="alternate" hreflang="x-default" href="${homepage}${path}">
<link rel="canonical" href="${homepage}${folderOf(language)}${path}">
`
    : "";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${policyOf(policy)}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} | binance-accounts</title>
<meta name="description" content="${escapeHtml(description || about)}">
<link rel="icon" href="${root}logo.svg" type="image/svg+xml">
<script src="${root}scripts/theme.js"></script>
<link rel="stylesheet" href="${root}scripts/frame.css">
${absolute}${head}</head>
<body class="${bodyClass}">
<header class="top">
<a class="brand" href="${home}index.html"><img src="${root}logo.svg" alt="" width="24" height="24"><span>binance-accounts</span></a>
<nav aria-label="${framework.sidebar}"><a href="${home}guides/quick-start.html">${menu.guides}</a><a href="${home}reference.html"${path === "reference.html" ? ' aria-current="page"' : ""}>${menu.reference}</a><a href="${home}try-it.html"${path === "try-it.html" ? ' aria-current="page"' : ""}>${menu.tryIt}</a></nav>
<a id="language" lang="${other}" hreflang="${other}" href="${at(other)}">${words[other].ownName}</a>
</header>
<main id="main">
${main}
</main>
${scripts.map((name) => `<script type="module" src="${root}scripts/${name}"></script>`).join("\n")}
</body>
</html>
`;
}

/** Where an error of the client leads, whatever language its reader speaks. */
export const errorsDoor = () => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policyOf()}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.en.errorsPage.title} | binance-accounts</title>
<link rel="icon" href="../logo.svg" type="image/svg+xml">
<link rel="stylesheet" href="../scripts/frame.css">
<script type="module" src="../scripts/errors.js"></script>
</head>
<body>
<main class="door"><h1>${words.en.errorsPage.title}</h1><p>${words.en.errorsPage.text}</p>
<ul>${languages.map((language) => `<li><a lang="${language}" href="../${folderOf(language)}guides/errors.html">${words[language].ownName}</a></li>`).join("")}</ul></main>
</body>
</html>
`;
