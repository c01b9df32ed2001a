import { calls, type OpenApiDocument } from "../steps/document.js";
import { renderFrame } from "./frame.js";
import { escapeHtml } from "./markup.js";
import { decisions } from "./source.js";
import styles from "./try-it/styles.json" with { type: "json" };
import type { Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

/** Where this machine may be reached under; `[::1]` is asked as localhost, because a policy cannot name it. */
const loopback = "http://127.0.0.1:* http://localhost:*";

/** The styles that this version of Scalar writes into its page, known by their hashes: no other may be applied there. */
const scalarStyles = `'unsafe-hashes' ${styles.map((hash) => `'${hash}'`).join(" ")}`;

/** The page that signs and asks: our form for the key, and Scalar. */
export function tryItPage(document: OpenApiDocument, language: Language, where: Where): string {
  const w = words[language].tryIt;
  const hosts = [
    ...new Set(
      calls(document).flatMap(({ item }) => (item.servers ?? document.servers).map(({ url }) => url)),
    ),
  ];
  const help = Object.fromEntries(
    decisions.flatMap(({ codes = [], error }) => codes.map((code) => [code, error.toLowerCase()])),
  );
  const code = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");
  const given = { "data-words": w, "data-hosts": hosts, "data-help": help };
  const data = Object.entries(given).map(([name, value]) => `${name}="${escapeHtml(JSON.stringify(value))}"`);
  const main = `<div class="intro">
<h1>${w.title}</h1>
<p>${w.intro}</p>
<p>${code(w.start)} <code id="command"></code></p>
<p id="published" hidden>${w.local}</p>
</div>
<div id="scalar"></div>
<details id="sheet" open>
<summary><output role="status"></output></summary>
<form id="key" class="key" autocomplete="off" ${data.join(" ")}>
<label>${w.host}<input name="address" type="url" value="http://127.0.0.1:8787" spellcheck="false"></label>
<label>${w.apiKey}<input name="apiKey" spellcheck="false" autocomplete="off"></label>
<label>${w.secret}<textarea name="secret" rows="1" spellcheck="false" autocomplete="off"></textarea></label>
<button>${w.use}</button>
<label class="consent" hidden><input type="checkbox" name="consent"> ${w.consent}</label>
</form>
</details>`;
  const depth = "../".repeat(folderOf(language).split("/").length - 1) || "./";
  return renderFrame(
    {
      language,
      path: "try-it.html",
      title: w.title,
      description: w.description,
      main,
      head: `<link rel="stylesheet" href="${depth}scripts/try-it.css">\n`,
      scripts: ["try-it.js"],
      policy: {
        "style-src": scalarStyles,
        "connect-src": `${loopback} ${hosts.join(" ")}`,
        "img-src": "blob:",
        "worker-src": "blob:",
      },
      bodyClass: "try-it",
    },
    where,
  );
}
