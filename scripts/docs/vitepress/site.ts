/** What scripts/docs.ts hands to the framework beside the pages, as site.json. */
export interface Site {
  base: string;
  /** Where it will be published; without it no page holds an absolute address of its own. */
  homepage?: string | undefined;
  /** Pages that are not made by the framework, for the sitemap. */
  more: string[];
  locales: Locale[];
}

export interface Locale {
  key: string;
  lang: string;
  /** In front of the paths of its pages, such as `zh-CN/`. */
  folder: string;
  label: string;
  description: string;
  /** The framework's own settings of the language, menu, sidebar and words, and words of ours. */
  theme: { notFound: { title: string }; permalink: string; copyCode: string; [setting: string]: unknown };
}
