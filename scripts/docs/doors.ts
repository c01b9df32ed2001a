import { languages } from "./languages.js";
import { policyOf } from "./page.js";
import { words } from "./words.js";

/** Pages without a language, which lead on to the reader's own. */
export const doors = () => ({
  "index.html": door("", "binance-accounts", words.en.tagline, "home.js", "index.html"),
  "errors/index.html": door(
    "../",
    words.en.errorsPage.title,
    words.en.errorsPage.text,
    "errors.js",
    "guides/errors.html",
  ),
});

const door = (root: string, title: string, text: string, script: string, to: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
${policyOf()}
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${root}assets/logo.svg" type="image/svg+xml">
<script src="${root}assets/theme.js"></script>
<link rel="stylesheet" href="${root}assets/site.css">
<script type="module" src="${root}assets/${script}"></script>
</head>
<body class="door">
<main><h1>${title}</h1><p>${text}</p>
<p class="actions">${languages.map((language) => `<a class="button" lang="${language}" href="${root}${language}/${to}">${words[language].ownName}</a>`).join("")}</p></main>
</body>
</html>
`;
