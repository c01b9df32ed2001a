import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { docsAddress } from "../../scripts/docs/address.js";
import { languages } from "../../scripts/docs/languages.js";
import { samplesOf } from "../../scripts/docs/samples.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { document as spec } from "../support/document.js";
import { buildSite, canTestSite } from "../support/site.js";

const operations = Object.values(spec.paths).map(({ get }) => get.operationId);

describe.skipIf(!canTestSite)("the site", () => {
  let folder: Awaited<ReturnType<typeof buildSite>>;
  let files: string[];
  beforeAll(async () => {
    folder = await buildSite();
    files = readdirSync(folder.path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => posix.relative(folder.path, posix.join(entry.parentPath, entry.name)));
  }, 60_000);
  afterAll(() => folder?.[Symbol.asyncDispose]());

  const read = (file: string) => readFileSync(join(folder.path, file), "utf8");
  const pages = () => files.filter((file) => file.endsWith(".html"));
  /** What Redoc and Scalar make of an address themselves is looked at in a browser. */
  const madeByScripts = (hash: string) => hash.startsWith("/") || hash.startsWith("tag/");

  test("has no dead link and no link to a heading that is not there", () => {
    const dead: string[] = [];
    for (const page of pages()) {
      for (const [, attribute, value = ""] of read(page).matchAll(
        /<(?:a|link|img|script)\b[^>]*?\s(href|src)="([^"]*)"/g,
      )) {
        const address = value.replaceAll("&amp;", "&");
        if (attribute === "href" && /^https:\/\//.test(address)) continue;
        const [path = "", hash = ""] = address.split("#");
        const target =
          path === ""
            ? page
            : posix.normalize(
                posix.join(posix.dirname(page), path.endsWith("/") ? `${path}index.html` : path),
              );
        if (path === "" && hash.startsWith("/")) continue;
        if (!files.includes(target)) dead.push(`${page} → ${address}`);
        else if (hash && !madeByScripts(hash) && !read(target).includes(` id="${hash}"`))
          dead.push(`${page} → ${address}`);
      }
    }
    expect(dead).toEqual([]);
  });

  test("shows no tag and no comment as text, except in code", () => {
    for (const page of pages().filter((name) => !/reference|try-it/.test(name))) {
      const prose = read(page).replace(/<(pre|code|script)\b[\s\S]*?<\/\1>/g, "");
      expect(prose.match(/&lt;[!/]?[\w-]+/g), page).toBeNull();
    }
  });

  test("leads outside only to Binance's pages, the repository and the makers of its tools", () => {
    const outside = pages().flatMap((page) =>
      [...read(page).matchAll(/<a\b[^>]*?\shref="(https?:\/\/[^/"]+)/g)].map(([, host]) => host),
    );
    const known = ["https://developers.binance.com", "https://github.com", "https://redocly.com"];
    expect([...new Set(outside)].filter((host) => !known.includes(host ?? ""))).toEqual([]);
  });

  test("loads nothing from elsewhere, and has a strict policy on every page", () => {
    for (const page of pages()) {
      const html = read(page);
      expect(
        html.match(/<(?:script|img|iframe|link rel="(?:stylesheet|icon)")[^>]*(?:src|href)="https?:/g),
        page,
      ).toBeNull();
      const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1] ?? "";
      expect(policy, page).toMatch(/^default-src 'none'; script-src 'self'/);
      expect(policy, page).not.toMatch(/script-src[^;]*'unsafe|\*[;"]|https:[; ]/);
      if (!/reference|try-it/.test(page))
        expect(html, page).not.toMatch(/<script>|<style|\sstyle="|\son\w+="/);
    }
  });

  test("says of each page which language it is in, and where the other one is", () => {
    for (const language of languages)
      for (const page of pages().filter((file) => file.startsWith(`${language}/`))) {
        const html = read(page);
        expect(html, page).toMatch(new RegExp(`^<!doctype html>\\n<html lang="${language}">`));
        for (const other of languages) expect(html, page).toContain(`hreflang="${other}"`);
        expect(files).toContain(page.replace(language, language === "en" ? "zh-CN" : "en"));
      }
  });

  test.each(operations)(
    "has %s as a page, as Markdown, with samples, in the reference and in the documents, in both languages",
    (id) => {
      const samples = samplesOf(spec as unknown as OpenApiDocument).filter(
        ({ operationId }) => operationId === id,
      );
      for (const language of languages) {
        const markdown = read(`${language}/operations/${id}.md`);
        for (const { source, extension } of samples) {
          expect(markdown.includes(source), extension).toBe(true);
          expect(read(`samples/${id}.${extension}`)).toBe(source);
        }
        expect(read(`${language}/operations/${id}.html`)).toContain("<h1");
        expect(read(`assets/reference.${language}.js`).includes(`"operationId":"${id}"`)).toBe(true);
        expect(read(`${language === "en" ? "" : `${language}/`}llms.txt`)).toContain(
          `${docsAddress}${language}/operations/${id}.md`,
        );
        expect(read(`${language === "en" ? "" : `${language}/`}llms-full.txt`).includes(markdown)).toBe(true);
        const json = JSON.parse(read(`${language}/openapi.json`));
        expect(parse(read(`${language}/openapi.yaml`))).toEqual(json);
        const operation = Object.values(json.paths as typeof spec.paths).find(
          ({ get }) => get.operationId === id,
        )?.get as unknown as Record<string, unknown[]>;
        expect(operation["x-codeSamples"]).toHaveLength(samples.length);
      }
    },
  );

  test("lists every page for people in the sitemap", () => {
    const listed = [...read("sitemap.xml").matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url]) =>
      url?.replace(docsAddress, ""),
    );
    expect(listed.sort()).toEqual(
      pages()
        .filter((page) => page.includes("/") && !page.startsWith("errors/"))
        .sort(),
    );
  });
});
