import hljs from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import go from "highlight.js/lib/languages/go";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";
import { Marked } from "marked";

for (const [name, language] of Object.entries({ sh: bash, go, json, py: python, ts: typescript, yaml }))
  hljs.registerLanguage(name, language);

export interface Heading {
  depth: number;
  text: string;
  id: string;
}

export interface Rendered {
  html: string;
  headings: Heading[];
}

export const escapeHtml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] as string);

/** A heading's address, as GitHub makes it. */
export const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

/**
 * HTML of a page of ours. With `ids`, headings take those addresses in order: a translation keeps the addresses of the
 * original, so that switching the language keeps the reader's place.
 */
export function render(markdown: string, link: (href: string) => string, ids?: string[]): Rendered {
  const headings: Heading[] = [];
  const own = new Map<string, string>();
  for (const [, marks = "", text = ""] of outsideFences(markdown).matchAll(/^(#{1,6}) (.+)$/gm)) {
    const base = ids?.[headings.length] ?? slug(text);
    const twice = headings.filter(({ id }) => id === base || id.startsWith(`${base}--`)).length;
    const id = twice > 0 && !ids ? `${base}--${twice}` : base;
    own.set(slug(text), id);
    headings.push({ depth: marks.length, text, id });
  }
  let next = 0;
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth }) {
        const { id = "" } = headings[next++] ?? {};
        const text = this.parser.parseInline(tokens);
        return depth === 1
          ? `<h1 id="${id}">${text}</h1>\n`
          : `<h${depth} id="${id}">${text} <a class="permalink" href="#${id}" aria-label="#">#</a></h${depth}>\n`;
      },
      code({ text, lang = "" }) {
        const body = hljs.getLanguage(lang)
          ? hljs.highlight(text, { language: lang }).value
          : escapeHtml(text);
        return `<pre tabindex="0"><code>${body}\n</code></pre>\n`;
      },
      link({ href, tokens }) {
        const inside = decodeURIComponent(href);
        const to = inside.startsWith("#") ? `#${own.get(inside.slice(1)) ?? inside.slice(1)}` : link(href);
        return `<a href="${escapeHtml(to)}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(link(href))}" alt="${escapeHtml(text)}">`;
      },
      // A comment is for whoever edits the page; anything else is shown as it stands.
      html: ({ text }) => escapeHtml(text.replace(/<!--.*?-->/gs, "")),
    },
  });
  const html = (marked.parse(markdown, { async: false }) as string).replace(
    /<table>[\s\S]*?<\/table>/g,
    '<div class="wide" tabindex="0">$&</div>',
  );
  return { html, headings };
}

const outsideFences = (markdown: string) =>
  markdown.replace(/^```[\s\S]*?^```$/gm, (fence) => fence.replace(/^#/gm, ""));
