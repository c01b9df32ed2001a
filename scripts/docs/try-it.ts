import { calls, type OpenApiDocument } from "../steps/document.js";
import type { Language } from "./languages.js";
import { renderPage } from "./page.js";
import { words } from "./words.js";

/** Where this machine may be reached under; nothing else is asked unless the reader insists. */
const loopback = "http://127.0.0.1:* http://localhost:*";

/** The page that signs and asks: our form for the key, and Scalar below it. */
export function tryItPage(document: OpenApiDocument, language: Language): string {
  const w = words[language].tryIt;
  const hosts = [
    ...new Set(
      calls(document).flatMap(({ item }) => (item.servers ?? document.servers).map(({ url }) => url)),
    ),
  ];
  const code = (text: string) => text.replace(/`([^`]+)`/g, "<code>$1</code>");
  const main = `<form id="key" class="key" autocomplete="off" data-words='${JSON.stringify(w).replaceAll("'", "&#39;")}' data-hosts='${JSON.stringify(hosts)}'>
<h1>${w.title}</h1>
<p>${w.intro}</p>
<p>${code(w.start)}</p>
<div class="fields">
<label>${w.host}<input name="address" type="url" value="http://127.0.0.1:8787" spellcheck="false"></label>
<label>${w.apiKey}<input name="apiKey" spellcheck="false" autocomplete="off"></label>
<label>${w.secret}<textarea name="secret" rows="1" spellcheck="false" autocomplete="off"></textarea></label>
<button>${w.use}</button>
</div>
<label class="consent" hidden><input type="checkbox" name="consent"> ${w.consent}</label>
<output role="status"></output>
</form>
<div id="scalar"></div>`;
  return renderPage({
    language,
    path: "try-it.html",
    title: w.title,
    main,
    head: `<link rel="stylesheet" href="../assets/try-it.css">\n`,
    scripts: ["try-it.js"],
    policy: {
      "style-src": "'unsafe-inline'",
      "connect-src": `${loopback} ${hosts.join(" ")}`,
      "img-src": "blob:",
      "worker-src": "blob:",
    },
    bodyClass: "try-it",
  });
}
