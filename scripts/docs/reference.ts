import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inTemporaryFolder, redoclyCli } from "../steps/bundle.js";

const logo = await readFile(new URL("redoc.svg", import.meta.url), "utf8");

/** Redoc as `redocly build-docs` packs it into its page, as a module that a page of ours loads. */
export const redoc = (document: string): Promise<string> =>
  inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "redocly.yaml"), "telemetry: off\n");
    await writeFile(join(folder, "openapi.json"), document);
    await redoclyCli(folder, "build-docs", "openapi.json", "--inlineBundle", "--output", "page.html");
    const page = await readFile(join(folder, "page.html"), "utf8");
    const [, script = ""] = /<script type="module">([\s\S]*?)const __redoc_definition = /.exec(page) ?? [];
    return mended(script);
  });

/**
 * Redoc 3 has no option for its own logo, which it would load from elsewhere, for the words of its interface, and for the keys
 * of its search, which are those of the site's.
 */
function mended(script: string): string {
  const data = `data:image/svg+xml,${encodeURIComponent(logo)}`;
  const changes = [
    ["https://cdn.redoc.ly/redoc/logo-mini-full.svg", data],
    ["https://cdn.redoc.ly/redoc/logo-mini.svg", data],
    ["[`⌘+K,CTRL+K`]", "[]"],
    ["translate:(e,t)=>", "translate:(e,t)=>globalThis.redocWords?.[e]||"],
  ];
  return changes.reduce((text, [from = "", to = ""]) => {
    if (text.split(from).length !== 2)
      throw new Error(`This version of Redoc does not hold once: ${from}. See scripts/docs/reference.ts.`);
    return text.replace(from, () => to);
  }, script);
}
