import { existsSync } from "node:fs";
import { posix } from "node:path";
import { calls, endpointOf, type OpenApiDocument } from "../steps/document.js";
import { type Guide, guidesFolder, readGuides } from "./guides.js";
import { headingsOf, withIds } from "./markup.js";
import { operationPage, typesPage } from "./operations.js";
import type { Where } from "./where.js";
import { folderOf, type Language, words } from "./words.js";

export interface Page extends Omit<Guide, "topic" | "markdown"> {
  /** In the language's folder, without an ending: `guides/errors`. */
  path: string;
  /** Markdown as the framework gets it. */
  body: string;
  /** The file that people edit. */
  source: string;
}

/** Every page of a language, in the order of the sidebar. Headings of a translation take the addresses of the original. */
export function pagesOf(
  language: Language,
  document: OpenApiDocument,
  original: OpenApiDocument,
  where: Where,
  changelog: string,
): Page[] {
  const all = calls(document);
  const { types, changelog: log, chapters, aliases } = words[language];
  const originals = new Map(readGuides("en", original).map(({ topic, markdown }) => [topic, markdown]));
  const guides = readGuides(language, document).map(({ topic, markdown, ...guide }): Page => {
    const ids = headingsOf(originals.get(topic) ?? "").map(({ id }) => id);
    return {
      ...guide,
      path: `guides/${topic}`,
      body: linked(withIds(markdown, ids), language, where),
      source: `openapi/guides/${topic}.${language}.md`,
    };
  });
  const operations = all.map((call): Page => {
    const { operationId, summary, description } = call.operation;
    return {
      path: `operations/${operationId}`,
      chapter: "operations",
      title: summary,
      description: `${endpointOf(call)}: ${description.trim().split("\n")[0]?.replaceAll("`", "")}`,
      keywords: `${endpointOf(call)} ${operationId}`,
      sections: {
        ...aliases,
        samples: `code example ${call.operation["x-codeSamples"]?.map(({ label }) => label).join(" ")}`,
      },
      body: operationPage(document, language, call),
      source: `openapi/paths/${call.path.slice(1).replaceAll("/", "_")}.yaml`,
    };
  });
  const own: Page[] = [
    {
      ...{ path: "types", chapter: "data", title: types.title, description: types.intro },
      ...{ keywords: "", sections: {}, source: "openapi/components/schemas" },
      body: `${typesPage(document, language)}\n`,
    },
    {
      ...{ path: "changelog", chapter: "about", title: log.title, description: log.description },
      ...{ keywords: log.keywords, sections: {}, source: "CHANGELOG.md" },
      body: linked(changelog, language, where, ""),
    },
  ];
  const pages = [...guides, ...operations, ...own];
  return Object.keys(chapters).flatMap((name) => pages.filter(({ chapter }) => chapter === name));
}

/** Links of a Markdown file, as the site has them: guides, vectors and images are there, the rest is in the repository. */
function linked(markdown: string, language: Language, { repository }: Where, folder = "openapi/guides") {
  return markdown.replace(
    /(!?)\[((?:[^\][]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
    (whole, image: string, text: string, href: string) => {
      if (/^[a-z]+:|^[#/]|^\.\.\/(operations\/\w+|types|changelog|try-it|reference)\.(md|html)/.test(href))
        return whole;
      const [file = "", hash] = href.split("#");
      const tail = hash === undefined ? "" : `#${hash}`;
      const guide = /^(?:openapi\/guides\/)?([\w-]+)\.(?:en|zh-CN)\.md$/.exec(file)?.[1];
      if (guide && existsSync(new URL(`${guide}.${language}.md`, guidesFolder)))
        return `[${text}](${folder ? "" : "guides/"}${guide}.md${tail})`;
      const inRepository = posix.normalize(posix.join(folder, file));
      if (!existsSync(new URL(`../../${inRepository}`, import.meta.url)))
        throw new Error(`A link leads to ${href}, and there is no such file.`);
      if (image) return `![${text}](/images/${posix.basename(file)})`;
      if (inRepository.startsWith("test/vectors/"))
        return `[${text}](${posix.relative(`${folderOf(language)}guides`, `vectors/${posix.basename(file)}`)})`;
      return repository ? `[${text}](${repository}/blob/main/${inRepository}${tail})` : text;
    },
  );
}
