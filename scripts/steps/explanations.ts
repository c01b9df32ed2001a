import { readFile } from "node:fs/promises";
import { notice } from "./document.js";

const languages = ["en", "zh-CN"];

/** The page of each error, in each language, as `binance-accounts explain` prints it. */
export async function explanationsTs(): Promise<string> {
  const pages = Object.fromEntries(
    await Promise.all(languages.map(async (language) => [language, await sections(language)] as const)),
  );
  for (const language of languages)
    for (const code of Object.keys(pages.en ?? {}))
      if (pages[language]?.[code] === undefined)
        throw new Error(`${fileOf(language)} must have the sections of ${fileOf("en")}; it has no ${code}.`);
  return `// ${notice}
import type { ErrorCode } from "../src/errors.js";

/** Sections of openapi/guides/errors, by language and code. */
export const explanations: Record<${languages.map((name) => JSON.stringify(name)).join(" | ")}, Record<ErrorCode, string>> = ${JSON.stringify(pages, null, 2)};
`;
}

const fileOf = (language: string) => `openapi/guides/errors.${language}.md`;

async function sections(language: string): Promise<Record<string, string>> {
  const file = fileOf(language);
  const markdown = await readFile(file, "utf8");
  const found = markdown.split(/^## +/m).flatMap((section) => {
    const [, code, text = ""] = /^`?([A-Z]+(?:_[A-Z]+)*)`?(?: *\{.*\})? *\n([\s\S]*)$/.exec(section) ?? [];
    if (code !== undefined && text.includes("{{"))
      throw new Error(
        `${file}: the section of ${code} must be text that a terminal can show, without {{…}}.`,
      );
    return code === undefined ? [] : [[code, plain(text)] as const];
  });
  if (found.length === 0)
    throw new Error(`${file} must have a section such as "## CLOCK_SKEW" for each code.`);
  return Object.fromEntries(found);
}

/** Markdown as a terminal shows it: without links, comments, containers and marks of emphasis. */
const plain = (markdown: string): string =>
  markdown
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^:::.*$\n?/gm, "")
    .replace(/^```.*$\n?/gm, "")
    .replace(/^#+ +/gm, "")
    // A sentence that only leads to another page leads nowhere here.
    .replace(/\s*(?:See|见) ?\[[^\]]*\]\([^)]*\)[.。]/g, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\*\*([^*]+)\*\*/g, "$1")
    .replace(/(?<![\w`])_([^_\n]+)_(?![\w`])/g, "$1")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
