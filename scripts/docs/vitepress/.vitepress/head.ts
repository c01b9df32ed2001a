import { createHash } from "node:crypto";

/** What a page may load, and do. Its inline scripts are known by their hashes, so that no other may run. */
export function policyOf(html: string, more: Record<string, string> = {}): string {
  const hashes = [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
    ([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`,
  );
  const rules = {
    "default-src": "'none'",
    "script-src": ["'self'", ...new Set(hashes)].join(" "),
    "style-src": "'self' 'unsafe-inline'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    ...more,
  };
  const text = Object.entries(rules).map((rule) => rule.join(" "));
  return `<meta http-equiv="Content-Security-Policy" content="${text.join("; ")}">`;
}

export interface Locale {
  lang: string;
  /** In front of the paths of its pages. */
  folder: string;
}

export type Tag = [name: string, attributes: Record<string, string>];

/** For search engines, and for those who show a link to the page: absolute addresses, in each language. */
export function tagsOf(
  homepage: string,
  locales: Locale[],
  { lang, folder }: Locale,
  page: { path: string; title: string; description: string },
): Tag[] {
  const { path, title, description } = page;
  const url = homepage + folder + path;
  const image = `${homepage}images/card.${lang}.png`;
  const graph = { type: "article", title, description, url, image, locale: lang.replace("-", "_") };
  return [
    ["link", { rel: "canonical", href: url }],
    ...[...locales, { lang: "x-default", folder: "" }].map(
      (each): Tag => ["link", { rel: "alternate", hreflang: each.lang, href: homepage + each.folder + path }],
    ),
    ...Object.entries(graph).map(([name, content]): Tag => ["meta", { property: `og:${name}`, content }]),
    ["meta", { name: "twitter:card", content: "summary_large_image" }],
  ];
}
