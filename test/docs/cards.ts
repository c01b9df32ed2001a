/**
 * The picture that others show beside a link to the site, one per language; made again after a change of the tagline or the logo:
 *
 *   npm run docs:cards     writes openapi/guides/images/card.LANGUAGE.png, with the Chromium in PATH
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import document from "../../generated/openapi.json" with { type: "json" };
import { languages, words } from "../../scripts/docs/words.js";
import { launch } from "../support/site.js";

const logo = await readFile(new URL("../../scripts/docs/pages/public/logo.svg", import.meta.url), "utf8");
const style = `
body { display: grid; align-content: center; gap: 24px; height: 100vh; margin: 0; padding: 0 90px; }
body { background: #0b2530; color: #fff; font: 42px system-ui, "Noto Sans CJK SC", sans-serif; }
svg { width: 110px } h1, p { margin: 0 } h1 { font-size: 66px } p { color: #a5e0f0 }
code { color: #dcebf0; font-size: 28px; }`;

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
const paths = Object.keys(document.paths);
const shown = [paths[0], paths.at(-1)].map((path) => `GET ${path}`).join(" · ");
for (const language of languages) {
  await page.setContent(`<!doctype html><html lang="${language}"><style>${style}</style>${logo}
<h1>binance-accounts</h1><p>${words[language].tagline}</p><code>${shown}</code>`);
  const path = fileURLToPath(new URL(`../../openapi/guides/images/card.${language}.png`, import.meta.url));
  await page.screenshot({ path });
}
await browser.close();
