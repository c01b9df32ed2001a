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

/** Where a page is in each language, and where it belongs: absolute addresses, for search engines. */
export function alternatesOf(
  homepage: string,
  locales: { lang: string; folder: string }[],
  folder: string,
  path: string,
): Record<string, string>[] {
  const languages = [...locales, { lang: "x-default", folder: "" }];
  return [
    { rel: "canonical", href: homepage + folder + path },
    ...languages.map(({ lang, folder: other }) => ({
      rel: "alternate",
      hreflang: lang,
      href: homepage + other + path,
    })),
  ];
}
