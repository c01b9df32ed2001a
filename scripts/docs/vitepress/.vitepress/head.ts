import { createHash } from "node:crypto";
import type { HeadConfig } from "vitepress";

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

/** For search engines, and for those who show a link to the page: absolute addresses, in each language. */
export function tagsOf(
  homepage: string,
  keys: string[],
  key: string,
  page: { path: string; title: string; description: string },
): HeadConfig[] {
  const { path, title, description } = page;
  const addressIn = (each: string) => homepage + (each === "root" ? path : `${each}/${path}`);
  const langOf = (each: string) => (each === "root" ? "en" : each);
  const url = addressIn(key);
  const image = `${homepage}images/card.${langOf(key)}.png`;
  const graph = { type: "article", title, description, url, image, locale: langOf(key).replace("-", "_") };
  return [
    ["link", { rel: "canonical", href: url }],
    ...[...keys, "root"].map((each, index): HeadConfig => {
      const hreflang = index < keys.length ? langOf(each) : "x-default";
      return ["link", { rel: "alternate", hreflang, href: addressIn(each) }];
    }),
    ...Object.entries(graph).map(
      ([name, content]): HeadConfig => ["meta", { property: `og:${name}`, content }],
    ),
    ["meta", { name: "twitter:card", content: "summary_large_image" }],
  ];
}
