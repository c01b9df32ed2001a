import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { folderOf, languages, words } from "../../scripts/docs/words.js";
import type { OpenApiDocument } from "../../scripts/steps/document.js";
import { samplesOf } from "../../scripts/steps/samples.js";
import { document as spec } from "../support/document.js";
import { root, runProgram } from "../support/process.js";
import { buildSite, canTestSite } from "../support/site.js";

const operations = Object.values(spec.paths).map(({ get }) => get.operationId);
const base = "/some/where/";
const homepage = `https://docs.example${base}`;

/** A built site, as files. */
async function builtSite(...flags: string[]) {
  const folder = await buildSite(...flags);
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(folder.path, posix.join(entry.parentPath, entry.name)));
  const read = (file: string) => readFileSync(join(folder.path, file), "utf8");
  return {
    files,
    read,
    pages: files.filter((file) => file.endsWith(".html")),
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}
type Built = Awaited<ReturnType<typeof builtSite>>;

describe.skipIf(!canTestSite)("the site", { timeout: 120_000 }, () => {
  let site: Built;
  let nowhere: Built;
  beforeAll(async () => {
    site = await builtSite("--homepage", homepage);
    nowhere = await builtSite("--base", base);
  }, 240_000);
  afterAll(() => Promise.all([site?.[Symbol.asyncDispose](), nowhere?.[Symbol.asyncDispose]()]));

  /** What Redoc and Scalar make of an address themselves is looked at in a browser. */
  const madeByScripts = (hash: string) => hash.startsWith("/") || hash.startsWith("tag/");

  test.each(["with an address", "without one"])(
    "%s has no dead link, and none to a place that a page does not have",
    (which) => {
      const { files, read, pages } = which === "with an address" ? site : nowhere;
      const dead: string[] = [];
      for (const page of pages) {
        for (const [, attribute, value = ""] of read(page).matchAll(
          /<(?:a|link|img|script)\b[^>]*?\s(href|src)="([^"]*)"/g,
        )) {
          const address = value.replaceAll("&amp;", "&").replace(homepage, base);
          if (attribute === "href" && /^(https|mailto|data):/.test(address)) continue;
          const [path = "", hash = ""] = address.split("#");
          if (path.startsWith("/") && !path.startsWith(base))
            dead.push(`${page} → ${address} is not below ${base}`);
          const from = path.startsWith("/")
            ? path.slice(base.length)
            : posix.normalize(posix.join(posix.dirname(page), path));
          const target =
            path === ""
              ? page
              : from === "" || from === "." || from.endsWith("/")
                ? `${from.replace(/^\.$/, "")}index.html`
                : from;
          if (path === "" && hash.startsWith("/")) continue;
          if (!files.includes(target)) dead.push(`${page} → ${address}`);
          else if (
            hash &&
            !madeByScripts(hash) &&
            !read(target).includes(` id="${decodeURIComponent(hash)}"`)
          )
            dead.push(`${page} → ${address}`);
        }
      }
      expect(dead).toEqual([]);
    },
  );

  test.each(["with an address", "without one"])(
    "%s has Markdown whose links lead to files of the site",
    (which) => {
      const { files, read } = which === "with an address" ? site : nowhere;
      const texts = files.filter((file) => /\.md$|llms\.txt$/.test(file));
      expect(texts.length).toBeGreaterThan(30);
      for (const file of texts) {
        for (const [, href = ""] of read(file)
          .replace(/^```[\s\S]*?^```$/gm, "")
          .matchAll(/\]\(([^)\s]+)\)/g)) {
          if (/^https:/.test(href) && !href.startsWith(homepage)) continue;
          const path = href.replace(homepage, "").split("#")[0] ?? "";
          const target = href.startsWith(homepage)
            ? path
            : path === ""
              ? file
              : posix.normalize(posix.join(posix.dirname(file), path));
          expect(files, `${file} → ${href}`).toContain(target);
        }
      }
    },
  );

  test("without an address prints none of its own", () => {
    for (const file of nowhere.files.filter((name) => /\.(html|md|txt|xml)$/.test(name)))
      expect(
        /rel="canonical"|og:url|hreflang="[^"]+" href="https|docs\.example|github\.(io|com)/.exec(
          nowhere.read(file),
        )?.[0],
        file,
      ).toBeUndefined();
    expect(nowhere.files).not.toContain("sitemap.xml");
  });

  test("with an address says it of each page, with both languages and a default, a description and a picture", () => {
    const descriptions = new Map<string, string>();
    for (const page of site.pages.filter((name) => name !== "404.html")) {
      const html = site.read(page);
      const language = page.startsWith("zh-CN/") ? "zh-CN" : "en";
      const path = page.slice(folderOf(language).length).replace(/(^|\/)index\.html$/, "$1");
      const wanted = [
        `<html lang="${language}"`,
        `<link rel="canonical" href="${homepage}${folderOf(language)}${path}">`,
        ...[...languages.map((each) => [each, folderOf(each)]), ["x-default", ""]].map(
          ([lang, folder]) => `<link rel="alternate" hreflang="${lang}" href="${homepage}${folder}${path}">`,
        ),
      ];
      expect(
        wanted.filter((text) => !html.includes(text)),
        page,
      ).toEqual([]);
      const description = /<meta name="description" content="([^"]+)">/.exec(html)?.[1] ?? "";
      expect(description.length, page).toBeGreaterThan(15);
      expect(descriptions.get(description), `${page} has the description of`).toBeUndefined();
      descriptions.set(description, page);
      expect(site.pages).toContain(language === "en" ? `zh-CN/${page}` : page.slice("zh-CN/".length));
      const image = /<meta property="og:image" content="([^"]+)">/.exec(html)?.[1] ?? "";
      expect(site.files, page).toContain(image.replace(homepage, ""));
    }
  });

  test("says one tagline, on its front page as in llms.txt and on its cards", () => {
    for (const language of languages) {
      const html = site.read(`${folderOf(language)}index.html`);
      expect(html).toContain(`<title>binance-accounts | ${words[language].tagline}</title>`);
    }
  });

  test("lists every page for people in the sitemap, and no other", () => {
    const listed = [...site.read("sitemap.xml").matchAll(/<loc>([^<]*)<\/loc>/g)].map(([, url]) =>
      url?.replace(homepage, "").replace(/(^|\/)$/, "$1index.html"),
    );
    expect(listed.sort()).toEqual(
      site.pages.filter((page) => page !== "404.html" && !page.includes("errors/")).sort(),
    );
  });

  test("leads outside only to Binance's pages and the makers of its tools", () => {
    const outside = nowhere.pages.flatMap((page) =>
      [...nowhere.read(page).matchAll(/<a\b[^>]*?\shref="(https?:\/\/[^/"]+)/g)].map(([, host]) => host),
    );
    const known = ["https://developers.binance.com", "https://opentelemetry.io"];
    expect([...new Set(outside)].filter((host) => !known.includes(host ?? ""))).toEqual([]);
  });

  test("loads nothing from elsewhere, and has a policy on every page that lets no script in but its own", () => {
    for (const page of site.pages) {
      const html = site.read(page);
      expect(
        html.match(
          /<(?:script|img|iframe|link[^>]* rel="(?:stylesheet|icon|modulepreload)")[^>]*(?:src|href)="https?:/g,
        ),
        page,
      ).toBeNull();
      const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1] ?? "";
      expect(policy, page).toMatch(/^default-src 'none'; script-src 'self'/);
      expect(policy, page).not.toMatch(/script-src[^;]*'unsafe|\*[;"]|https:[; ]/);
      expect(html.indexOf("Content-Security-Policy"), page).toBeLessThan(html.indexOf("<script"));
      expect(/\son\w+="/.exec(html)?.[0], page).toBeUndefined();
      // The router loads these as a browser does.
      expect(policy.includes("worker-src"), page).toBe(/(^|\/)(try-it|reference)\.html$/.test(page));
    }
  });

  test("lets no inline style in where secrets are typed, but known ones by their hashes", () => {
    for (const language of languages) {
      const html = site.read(`${folderOf(language)}try-it.html`);
      expect(/style-src 'self' 'unsafe-hashes' 'sha256-[^;]*'; connect-src/.test(html)).toBe(true);
      expect(/'unsafe-inline'|<style/.exec(html)?.[0]).toBeUndefined();
      for (const [, style = ""] of html.matchAll(/\sstyle="([^"]*)"/g))
        expect(html).toContain(`'sha256-${createHash("sha256").update(style).digest("base64")}'`);
    }
  });

  test("compiles no page to code: what a browser has to run of each is at most 2 kB", () => {
    const chunks = site.files.filter((file) => file.endsWith(".lean.js"));
    expect(chunks.length).toBeGreaterThan(30);
    const heavy = chunks.filter((file) => Buffer.byteLength(site.read(file)) > 2000);
    expect(heavy).toEqual([]);
    expect(
      site.files
        .filter((file) => file.startsWith("assets/") && file.endsWith(".js"))
        .filter((file) => /new Function\(/.test(site.read(file))),
    ).toEqual([]);
  });

  test("shows no tag and no comment as text, except in code", () => {
    for (const page of site.pages) {
      const prose = site.read(page).replace(/<(pre|code|script)\b[\s\S]*?<\/\1>/g, "");
      expect(prose.match(/&lt;[!/]?[\w-]+/g), page).toBeNull();
    }
  });

  test.each(operations)(
    "has %s as a page, as Markdown, with samples, in the whole document and in the files, in both languages",
    (id) => {
      const samples = samplesOf(spec as unknown as OpenApiDocument).filter(
        ({ operationId }) => operationId === id,
      );
      for (const language of languages) {
        const folder = folderOf(language);
        const markdown = nowhere.read(`${folder}operations/${id}.md`);
        const html = nowhere.read(`${folder}operations/${id}.html`);
        for (const { source, extension, label } of samples) {
          expect(markdown.includes(source.trimEnd()), extension).toBe(true);
          expect(nowhere.read(`samples/${id}.${extension}`)).toBe(source);
          expect(html.includes(`>${label}</label>`), label).toBe(true);
        }
        for (const anchor of [
          "parameters",
          "response",
          "headers",
          "errors",
          "examples",
          "samples",
          "parameter-recvWindow",
        ])
          expect(html.includes(`id="${anchor}"`), anchor).toBe(true);
        expect(nowhere.read(`${folder}llms.txt`)).toContain(`](operations/${id}.md)`);
        expect(site.read(`${folder}llms.txt`)).toContain(`${homepage}${folder}operations/${id}.md`);
        expect(nowhere.read(`${folder}llms-full.txt`).includes(markdown)).toBe(true);
        const json = JSON.parse(nowhere.read(`${folder}openapi.json`));
        expect(parse(nowhere.read(`${folder}openapi.yaml`))).toEqual(json);
        const operation = Object.values(json.paths as typeof spec.paths).find(
          ({ get }) => get.operationId === id,
        )?.get as unknown as Record<string, unknown[]>;
        expect(operation["x-codeSamples"]).toHaveLength(samples.length);
      }
    },
  );

  test("explains every known value of an account's status, in both languages", () => {
    const schema = spec.components.schemas as unknown as Record<string, { anyOf: { enum?: string[] }[] }>;
    const states = schema.AccountStatus?.anyOf.flatMap((branch) => branch.enum ?? []) ?? [];
    expect(states).toHaveLength(7);
    for (const language of languages) {
      const html = site.read(`${folderOf(language)}operations/getPortfolioAccount.html`);
      expect(states.filter((state) => !new RegExp(`<li><code>${state}</code> \\S`).test(html))).toEqual([]);
    }
  });

  test("has the same addresses of places in both languages", () => {
    const ids = (html: string) =>
      [...html.matchAll(/<(?:h[2-6]|div)\b[^>]*? id="([^"]+)"/g)]
        .map(([, id]) => id)
        .filter((id) => !id?.startsWith("VP"));
    for (const page of site.pages.filter((name) => name.startsWith("zh-CN/")))
      expect(ids(site.read(page)), page).toEqual(ids(site.read(page.slice("zh-CN/".length))));
  });

  test("says what to do where there is no page, also without scripts", () => {
    expect(site.read("404.html")).toMatch(new RegExp(`<noscript>.*href="${base}".*href="${base}zh-CN/"`));
  });
});

test.skipIf(!existsSync(join(root, "scripts/docs/vitepress/node_modules")))(
  "the settings and the theme of the framework are typed",
  async () => {
    const program = join(root, "scripts/docs/vitepress/node_modules/vue-tsc/bin/vue-tsc.js");
    expect(await runProgram(process.execPath, [program, "-p", "scripts/docs/vitepress"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  },
);
