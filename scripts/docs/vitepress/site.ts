/** What scripts/docs.ts hands to the framework beside the pages, as site.json. */
export interface Site {
  base: string;
  /** Where it will be published; without it no page holds an absolute address of its own. */
  homepage?: string | undefined;
  /** The framework's settings of each language: `root` is English. */
  locales: Record<
    string,
    {
      lang: string;
      label: string;
      description: string;
      /** Menu, sidebar and words of the theme, and words of ours. */
      themeConfig: {
        notFound: { title: string };
        permalink: string;
        copyCode: string;
        [setting: string]: unknown;
      };
    }
  >;
  /** Rules of the policy of some pages, by `pageClass`. */
  policies: Record<string, Record<string, string>>;
}
