import english from "./words/en.json" with { type: "json" };
import chinese from "./words/zh-CN.json" with { type: "json" };

/** The languages of the site. A page of one has its counterpart in the other under the same name. */
export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];
export const otherLanguage = (language: Language): Language => (language === "en" ? "zh-CN" : "en");

/** Where pages of a language are, from the root of the site. */
export const folderOf = (language: Language) => (language === "en" ? "" : `${language}/`);

/** Words that are looked up by a name of the document, which may lack them. */
interface Lookups {
  /** What a value means, by the schema that lists it. */
  values: Record<string, Record<string, string>>;
  /** How a field is computed, by operation and field. */
  formulas: Record<string, string>;
  /** What readers call a field, by its name; the search knows it. */
  aliases: Record<string, string>;
}

export type Words = Omit<typeof english, keyof Lookups> & Lookups;

/** The words of the site itself. What a language lacks does not compile. */
export const words: Record<Language, Words> = { en: english, "zh-CN": chinese };
