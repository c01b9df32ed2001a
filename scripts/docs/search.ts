import MiniSearch from "minisearch";
import type { Page } from "./content.js";
import { headingsOf } from "./markup.js";
import { type Entry, options } from "./vitepress/.vitepress/theme/search.js";

/** The index of one language, ready to be loaded: pages and what stands under each of their headings. */
export function searchIndex(pages: Page[]): string {
  const index = new MiniSearch<Entry>(options);
  index.addAll(pages.flatMap(placesOf));
  return JSON.stringify(index);
}

function placesOf({ path, title, description, keywords, sections, body }: Page): Entry[] {
  const whole = { id: `${path}.html`, page: title, title, text: description, words: keywords };
  const below = headingsOf(body).filter(({ depth }) => depth > 1);
  return [
    whole,
    ...below.map(({ text, id, body: under }) => ({
      ...{ id: `${path}.html#${id}`, page: title, title: plain(text), text: plain(under) },
      words: sections[id] ?? sections[id.split("-").at(-1) ?? ""] ?? "",
    })),
  ];
}

const plain = (markdown: string) =>
  markdown
    .replace(/^```[\s\S]*?^```$|^:::.*$/gm, "")
    .replace(/<[^>]*>|\{\w+="[^}]*\}/g, " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*]|\b_|_\b/g, "")
    .replace(/[#|]|-{3,}|^(?:- |\d+\. )/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
