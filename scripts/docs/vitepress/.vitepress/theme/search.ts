import type MiniSearch from "minisearch";
import type { Options, SearchResult } from "minisearch";

/** One place that can be found. */
export interface Entry {
  /** Its address, from the language's folder. */
  id: string;
  /** Title of the page that it is on; places of a page are shown together. */
  page: string;
  title: string;
  text: string;
  /** What else readers call it; is searched and not shown. */
  words: string;
}

export type Found = Entry & Pick<SearchResult, "match">;

/**
 * The words of a text, for the index and for what is typed. Han has no spaces, so each pair of neighbours is a word
 * (保证金 is found in 维持保证金率); names in camelCase count whole and in parts; -1021 counts with and without its sign.
 */
export const tokenize = (text: string): string[] =>
  [
    ...text
      .normalize("NFKC")
      .matchAll(/(?=(\p{sc=Han}{2}))\p{sc=Han}|(?<!\p{sc=Han})\p{sc=Han}|[a-z]\w*|-?\d[\d.]*/giu),
  ]
    .flatMap(([run, pair]) => (pair ? [pair] : [run, ...partsOf(run)]))
    .map((token) => token.toLowerCase());

const partsOf = (run: string) =>
  (run.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d[\d.]*/g) ?? []).filter((part) => part !== run);

/** Words that questions are made of and that say nothing of what is looked for. */
const questions =
  "a an and are as at be by can do does for from get how i in is it my no not of on or the to use what when which why with you";
const empty = new Set(questions.split(" "));
const isWord = (term: string) => /^[a-z]/.test(term);
const isNumber = (term: string) => /^-?\d/.test(term);

/** How the index was made, and so how it is asked. */
export const options: Options<Entry> = {
  fields: ["title", "words", "text"],
  storeFields: ["page", "title", "text"],
  tokenize,
  processTerm: (term) => (empty.has(term) ? null : term),
  searchOptions: {
    boost: { title: 4, words: 3 },
    prefix: (term) => term.length > 1 && isWord(term),
    fuzzy: (term) => term.length > 3 && isWord(term) && 0.25,
    weights: { fuzzy: 0.2, prefix: 0.5 },
    // Of equal finds a whole page or its samples, then a field, comes before a section; a number is most often an error code.
    boostDocument: (id: string, term) => {
      if (isNumber(term)) return id.startsWith("guides/errors.html#") ? 4 : 1;
      if (/^[^#]+(#samples)?$/.test(id)) return 2;
      return id.startsWith("operations/") ? 1.4 : 1;
    },
  },
};

/** What is found, best first; where more of the words are comes before where fewer are. */
export const find = (index: MiniSearch<Entry>, query: string): Found[] =>
  index.search(query).slice(0, 20) as unknown as Found[];

/** A text in pieces, of which every second one was looked for; begins near the first of those. */
export function highlight(text: string, query: string, { match }: Pick<Found, "match">): string[] {
  const terms = [...query.split(/\s+/), ...Object.keys(match)].filter(
    (term) => term.length > 1 && !empty.has(term.toLowerCase()),
  );
  const escaped = terms.map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`(${escaped.sort((a, b) => b.length - a.length).join("|") || "$^"})`, "gi");
  const first = text.search(pattern);
  const from = first > 100 ? first - 40 : 0;
  const shown = text.slice(from, from + 140);
  return `${from > 0 ? "…" : ""}${shown}${text.endsWith(shown) ? "" : "…"}`.split(pattern);
}
