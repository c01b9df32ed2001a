import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { calls, type OpenApiDocument } from "../steps/document.js";
import { type Chapter, guidesFolder, readGuides } from "./guides.js";
import { type Heading, headingsOf, withIds } from "./markup.js";
import { endpointOf, operationMarkdown, operationPage, typesPage } from "./operations.js";
import type { Sample } from "./samples.js";
import type { Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

export interface Page {
  /** In the language's folder, without an ending: `guides/errors`. */
  path: string;
  chapter: Chapter | "operations";
  title: string;
  description: string;
  /** For the search: what else readers call it, and its sections. */
  keywords: string;
  sections: Record<string, string>;
  headings: Heading[];
  /** As the framework gets it. */
  body: string;
  /** As programs get it. */
  markdown: string;
  /** The file that people edit. */
  source: string;
}

/** Every page of a language, in the order of the sidebar. Headings of a translation take the addresses of the original. */
export function pagesOf(
  language: Language,
  document: OpenApiDocument,
  original: OpenApiDocument,
  samples: Sample[],
  where: Where,
  changelog: string,
): Page[] {
  const originals =
    language === "en"
      ? undefined
      : new Map(readGuides("en", original).map(({ topic, markdown }) => [topic, markdown]));
  const all = calls(document);
  const w = words[language];
  const guides = readGuides(language, document).map((guide): Page => {
    const ids = originals && headingsOf(originals.get(guide.topic) ?? "").map(({ id }) => id);
    const headings = headingsOf(guide.markdown, ids);
    const { topic, markdown: _, ...rest } = guide;
    return {
      ...rest,
      path: `guides/${topic}`,
      headings,
      body: linked(withIds(guide.markdown, headings), language, where, "page"),
      markdown: linked(guide.markdown, language, where, "markdown"),
      source: `openapi/guides/${topic}.${language}.md`,
    };
  });
  const operations = all.map((call): Page => {
    const { operationId, summary, description } = call.operation;
    const body = operationPage(document, language, call, samples);
    return {
      path: `operations/${operationId}`,
      chapter: "operations",
      title: summary,
      description: `${endpointOf(call)}: ${description.trim().split("\n")[0]?.replaceAll("`", "")}`,
      keywords: `${endpointOf(call)} ${operationId}`,
      sections: {},
      headings: headingsOf(body),
      body,
      markdown: operationMarkdown(document, language, call, samples),
      source: `openapi/paths/${call.path.slice(1).replaceAll("/", "_")}.yaml`,
    };
  });
  const typesBody = typesPage(document, language, all);
  const types: Page = {
    path: "types",
    chapter: "data",
    title: w.types.title,
    description: w.types.intro,
    keywords: "",
    sections: {},
    headings: headingsOf(typesBody),
    body: typesBody,
    markdown: typesBody
      .replace(/ \{#[\w-]+\}$/gm, "")
      .replace(/\]\((operations\/\w+\.md)#[\w-]+\)/g, "]($1)"),
    source: "openapi/components/schemas",
  };
  const log = linked(changelog, language, where, "page", "");
  const changes: Page = {
    path: "changelog",
    chapter: "about",
    title: w.changelog.title,
    description: w.changelog.description,
    keywords: "release version 版本",
    sections: {},
    headings: headingsOf(log),
    body:
      language === "en"
        ? log
        : log.replace(/^(## [^\n]*\n[\s\S]*?)(?=^## )/m, '<div lang="en">\n\n$1\n</div>\n\n'),
    markdown: log.replace(/ \{#api\}$/m, ""),
    source: "CHANGELOG.md",
  };
  const of = (...chapters: Page["chapter"][]) => guides.filter(({ chapter }) => chapters.includes(chapter));
  return [
    ...of("start"),
    ...operations,
    ...of("client"),
    ...of("data"),
    types,
    ...of("mock"),
    ...of("about"),
    changes,
  ];
}

/** Links of a Markdown file, as the site has them: guides, vectors and images are there, the rest is in the repository. */
function linked(
  markdown: string,
  language: Language,
  where: Where,
  target: "page" | "markdown",
  folder = "openapi/guides",
): string {
  const up =
    target === "page" ? "/" : "../".repeat(folderOf(language).split("/").length - 1 + (folder ? 1 : 0));
  return markdown.replace(
    /(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
    (whole, image: string, text: string, href: string) => {
      if (/^[a-z]+:|^#/.test(href)) return whole;
      const [file = "", hash] = href.split("#");
      const tail = hash === undefined ? "" : `#${hash}`;
      const guide = /^(?:openapi\/guides\/)?([\w-]+)\.(?:en|zh-CN)\.md$/.exec(file)?.[1];
      if (guide && existsSync(new URL(`${guide}.${language}.md`, guidesFolder)))
        return `[${text}](${folder ? "" : "guides/"}${guide}.md${target === "page" ? tail : ""})`;
      if (/^\.\.\/(operations\/\w+|types|changelog)\.md$/.test(file))
        return `[${text}](${file}${target === "page" ? tail : ""})`;
      if (/^\.\.\/(try-it|reference)\.html$/.test(file))
        return target === "page"
          ? `[${text}](${where.base}${folderOf(language)}${file.slice(3)}${tail}){target="_self"}`
          : `[${text}](${file})`;
      const inRepository = posix.normalize(posix.join(folder, file));
      if (!existsSync(new URL(`../../${inRepository}`, import.meta.url)))
        throw new Error(`A link leads to ${href}, and there is no such file.`);
      if (inRepository.startsWith("test/vectors/"))
        return `[${text}](${target === "page" ? where.base : up}vectors/${posix.basename(inRepository)})${target === "page" ? '{target="_self"}' : ""}`;
      if (image)
        return `![${text}](${up}images/${posix.basename(inRepository)})${target === "page" ? sizeOf(inRepository) : ""}`;
      return where.repository ? `[${text}](${where.repository}/blob/main/${inRepository}${tail})` : text;
    },
  );
}

/** Width and height of a drawing, so that nothing moves when it comes. */
function sizeOf(drawing: string): string {
  const [, width, height] =
    /viewBox="0 0 (\d+) (\d+)"/.exec(readFileSync(new URL(`../../${drawing}`, import.meta.url), "utf8")) ??
    [];
  return width ? `{width=${width} height=${height}}` : "";
}
