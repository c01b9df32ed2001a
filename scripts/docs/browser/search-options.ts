import type { Options } from "minisearch";
import { tokenize } from "./tokenize.js";

/** One place that can be found. */
export interface Entry {
  id: number;
  title: string;
  text: string;
  /** From the language's folder. */
  url: string;
  /** What kind of place, in the reader's words. */
  kind: string;
}

/** How the index was made, and so how it is asked. */
export const options: Options<Entry> = {
  fields: ["title", "text"],
  storeFields: ["title", "text", "url", "kind"],
  tokenize,
  processTerm: (term) => term,
  searchOptions: {
    boost: { title: 4 },
    combineWith: "AND",
    prefix: (term) => /^[a-z]/.test(term) || /^\p{Script=Han}$/u.test(term),
  },
};
