import { calls, type OpenApiDocument, type Parameter, resolve } from "../steps/document.js";
import { renderFrame } from "./frame.js";
import { escapeHtml } from "./markup.js";
import { decisions } from "./source.js";
import styles from "./try-it/styles.json" with { type: "json" };
import type { Where } from "./where.js";
import { folderOf, type Language, type Words, words } from "./words.js";

/** What the page's script reads. */
export interface TryIt {
  words: Words["tryIt"];
  /** Hosts of Binance, which are asked when the reader insists. */
  hosts: string[];
  /** Sections of the guide to errors, by Binance's codes. */
  help: Record<string, string>;
  /** The document without what the page adds itself: keys, timestamp and signature, and the address. */
  document: object;
}

/** Where this machine may be reached under; `[::1]` is asked as localhost, because a policy cannot name it. */
const loopback = "http://127.0.0.1:* http://localhost:*";

const hostsOf = (document: OpenApiDocument) => {
  const servers = calls(document).flatMap(({ item }) => item.servers ?? document.servers);
  return [...new Set(servers.map(({ url }) => url))];
};

export function tryIt(document: OpenApiDocument, language: Language): TryIt {
  const { security: _, ...copy } = structuredClone(document);
  delete copy.components.securitySchemes;
  for (const { item, operation } of calls(copy)) {
    delete item.servers;
    operation.parameters = (operation.parameters ?? []).filter(
      (given) => !resolve<Parameter>(document, given)["x-injected"],
    );
  }
  return {
    words: words[language].tryIt,
    hosts: hostsOf(document),
    help: Object.fromEntries(
      decisions.flatMap(({ codes = [], error }) => codes.map((code) => [code, error.toLowerCase()])),
    ),
    document: copy,
  };
}

/** The page that signs and asks: our form for the key, and Scalar. */
export function tryItPage(document: OpenApiDocument, language: Language, where: Where): string {
  const w = words[language].tryIt;
  const main = `<div class="intro">
<h1>${w.title}</h1>
<p>${w.intro}</p>
<p>${escapeHtml(w.start).replace(/`([^`]+)`/g, "<code>$1</code>")} <code id="command"></code></p>
<p id="published" hidden>${w.local}</p>
</div>
<div id="scalar"></div>
<details id="sheet" open>
<summary><output role="status"></output></summary>
<form id="key" autocomplete="off">
<label>${w.host}<input name="address" type="url" value="http://127.0.0.1:8787" spellcheck="false"></label>
<label>${w.apiKey}<input name="apiKey" spellcheck="false" autocomplete="off"></label>
<label>${w.secret}<textarea name="secret" rows="1" spellcheck="false" autocomplete="off"></textarea></label>
<button>${w.use}</button>
<label class="consent" hidden><input type="checkbox" name="consent"> ${w.consent}</label>
</form>
</details>
<script type="module" src="${folderOf(language) && "../"}scripts/try-it.js"></script>`;
  const policy = {
    // The styles that this version of Scalar writes into its page, by their hashes: no other may be applied there.
    "style-src": `'self' 'unsafe-hashes' ${styles.map((hash) => `'${hash}'`).join(" ")}`,
    "connect-src": `'self' ${loopback} ${hostsOf(document).join(" ")}`,
    "img-src": "'self' data: blob:",
    "worker-src": "blob:",
  };
  const { title, description } = w;
  return renderFrame(
    { language, path: "try-it.html", title, description, main, policy, bodyClass: "try-it" },
    where,
  );
}
