import MiniSearch from "minisearch";
import { calls, type OpenApiDocument } from "../steps/document.js";
import type { Page } from "./content.js";
import { fieldsOf, parametersOf } from "./operations.js";
import { type Sample, samplesOf } from "./samples.js";
import { decisions } from "./source.js";
import { type Entry, options } from "./vitepress/.vitepress/theme/search.js";
import { type Language, words } from "./words.js";

type Place = Omit<Entry, "id">;

/** The index of one language, ready to be loaded: pages and their sections, parameters, fields, samples and error codes. */
export function searchIndex(document: OpenApiDocument, language: Language, pages: Page[]): string {
  const places = [
    ...pages.flatMap((page) => ofPage(page, language)),
    ...ofOperations(document, language),
    ...ofErrors(document, language),
  ];
  const index = new MiniSearch<Entry>(options);
  index.addAll(places.map((place, id) => ({ ...place, id })));
  return JSON.stringify(index);
}

function ofPage(
  { path, title, description, keywords, sections, headings, chapter }: Page,
  language: Language,
): Place[] {
  const group = words[language].chapters[chapter];
  const whole = { title, text: description, words: keywords, url: `${path}.html`, group };
  if (chapter === "operations") return [whole];
  return [
    whole,
    ...headings
      .filter(({ depth }) => depth > 1)
      .map(({ text, id, body }) => ({
        title: plain(text),
        text: `${title}: ${plain(body)}`,
        words: sections[id] ?? "",
        url: `${path}.html#${id}`,
        group: words[language].search.guides,
      })),
  ];
}

function ofOperations(document: OpenApiDocument, language: Language): Place[] {
  const { search, operation: w, aliases } = words[language];
  const samples = samplesOf(document);
  return calls(document).flatMap((call) => {
    const { operationId, summary } = call.operation;
    const url = `operations/${operationId}.html`;
    const field = (title: string, id: string, text: string): Place => ({
      title,
      text: `${summary}: ${plain(text)}`,
      words: `${operationId} ${aliases[title.split(".").at(-1) ?? ""] ?? ""}`,
      url: `${url}#${id}`,
      group: search.fields,
    });
    const own = samples.filter((sample: Sample) => sample.operationId === operationId);
    return [
      ...parametersOf(document, call).map(({ name, description }) =>
        field(name, `parameter-${name}`, description),
      ),
      ...fieldsOf(document, call, language).map(({ name, id, description }) => field(name, id, description)),
      {
        title: `${summary}: ${w.samples}`,
        text: own.map(({ label }) => label).join(" · "),
        words: `${operationId} code example ${own.map(({ label }) => label).join(" ")}`,
        url: `${url}#samples`,
        group: search.samples,
      },
    ];
  });
}

/** Binance's numbers, each once, leading to what the client makes of it. */
function ofErrors(document: OpenApiDocument, language: Language): Place[] {
  const byCode = new Map<number, string[]>();
  for (const { content = {} } of Object.values(document.components.responses))
    for (const { summary, value } of Object.values(content["application/json"]?.examples ?? {}) as {
      summary: string;
      value: { code: number; msg: string };
    }[])
      byCode.set(value.code, [...(byCode.get(value.code) ?? []), `${summary} · ${value.msg}`]);
  return [...byCode].map(([code, texts]) => {
    const error = decisions.find(({ codes }) => codes?.includes(code))?.error;
    return {
      title: String(code),
      text: texts.join(" · ").slice(0, 300),
      words: error ?? "",
      url: `guides/errors.html${error ? `#${error.toLowerCase()}` : ""}`,
      group: words[language].search.errors,
    };
  });
}

const plain = (markdown: string) =>
  markdown
    .replace(/^```[\s\S]*?^```$/gm, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*#|]|-{3,}|^(?:- |\d+\. )/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 400);
