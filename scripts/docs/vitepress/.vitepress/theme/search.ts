import type { MatchInfo, Options, SearchResult } from "minisearch";

/** One place that can be found. */
export interface Entry {
  id: number;
  title: string;
  text: string;
  /** What else readers call it; is searched and not shown. */
  words: string;
  /** From the language's folder. */
  url: string;
  /** The heading in the list under which it stands, in the reader's words. */
  group: string;
}

/**
 * The words of a text, for the index and for what is typed. Han has no spaces, so each pair of neighbours is a word
 * (保证金 is found in 维持保证金率); names in camelCase count whole and in parts; -1021 counts with and without its sign.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [run] of text.normalize("NFKC").matchAll(/\p{Script=Han}+|[A-Za-z][A-Za-z0-9_]*|-?\d[\d.]*/gu)) {
    if (/\p{Script=Han}/u.test(run)) tokens.push(...(run.length === 1 ? [run] : pairs(run)));
    else if (/^-/.test(run)) tokens.push(run, run.slice(1));
    else {
      const parts = run.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
      tokens.push(run.toLowerCase(), ...(parts.length > 1 ? parts.map((part) => part.toLowerCase()) : []));
    }
  }
  return tokens;
}

const pairs = (run: string) =>
  Array.from({ length: run.length - 1 }, (_, index) => run.slice(index, index + 2));

const isHan = (term: string) => /\p{Script=Han}/u.test(term);
/** Words that questions are made of and that say nothing of what is looked for. */
const empty = new Set(
  "a an and are as at be by can do does for from get how i in is it my no not of on or the to use what when which why with you".split(
    " ",
  ),
);
const isNumber = (term: string) => /^-?\d/.test(term);

/** How the index was made, and so how it is asked. */
export const options: Options<Entry> = {
  fields: ["title", "words", "text"],
  storeFields: ["title", "text", "url", "group"],
  tokenize,
  processTerm: (term) => (empty.has(term) ? null : term),
  searchOptions: {
    boost: { title: 4, words: 3 },
    prefix: (term) => term.length > 1 && !isHan(term) && !isNumber(term),
    fuzzy: (term) => (isHan(term) || isNumber(term) || term.length < 4 ? false : 0.25),
    weights: { fuzzy: 0.2, prefix: 0.5 },
    // A number is asked for as an error code, and of equal finds a whole page, then a field, comes before a section.
    boostDocument: (_id, term, stored) => {
      const { title, url } = stored as unknown as Entry;
      if (isNumber(term)) return title === term || title === `-${term}` ? 4 : 1;
      return url.includes("#") ? (url.startsWith("operations/") ? 1.4 : 1) : 2;
    },
  },
};

interface Index {
  search(query: string, options?: object): SearchResult[];
}

export type Found = Entry & { match: MatchInfo };

/** What is found: first where all words are, then where some are. */
export function find(index: Index, query: string, most = 20): Found[] {
  const all = index.search(query, { combineWith: "AND" });
  const some = all.length < 5 ? index.search(query, { combineWith: "OR" }) : [];
  const known = new Set(all.map(({ id }) => id));
  return [...all, ...some.filter(({ id }) => !known.has(id))].slice(0, most) as unknown as Found[];
}

/** A text in pieces, of which those that were looked for are marked; begins near the first of them. */
export function highlight(
  text: string,
  query: string,
  { match }: Found,
  most = Infinity,
): { text: string; hit: boolean }[] {
  const wanted = [...new Set([...tokenize(query), ...Object.keys(match)])].filter(
    (term) => term && !empty.has(term),
  );
  const terms = wanted
    .sort((a, b) => b.length - a.length)
    .map((term) => term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (terms.length === 0) return [{ text: text.slice(0, most), hit: false }];
  const pattern = new RegExp(`(${terms.join("|")})`, "gi");
  const first = text.search(pattern);
  const from = first > most * 0.7 ? Math.max(0, first - 40) : 0;
  const part = `${from > 0 ? "…" : ""}${text.slice(from, from + most)}`;
  return part
    .split(pattern)
    .flatMap((piece, index) => (piece ? [{ text: piece, hit: index % 2 === 1 }] : []));
}
