import MiniSearch from "minisearch";
import { decisions } from "../../src/response/decisions.js";
import { calls, type OpenApiDocument } from "../steps/document.js";
import { type Entry, options } from "./browser/search-options.js";
import type { Guide } from "./guides.js";
import type { Language } from "./languages.js";
import { type Heading, slug } from "./markdown.js";
import { fieldsOf, parametersOf } from "./operations.js";
import { words } from "./words.js";

/** The index of one language, ready to be loaded: sections of guides, operations, parameters, fields and error codes. */
export function searchIndex(
  document: OpenApiDocument,
  language: Language,
  guides: (Guide & { headings: Heading[] })[],
): string {
  const { menu, operation: w } = words[language];
  const anchors = {
    parameters: slug(words.en.operation.parameters),
    answer: slug(words.en.operation.answer),
  }; // those of the original, see render()
  const entries: Omit<Entry, "id">[] = [];
  for (const { topic, title, markdown, headings } of guides) {
    for (const { text, id, body } of sections(markdown, headings))
      entries.push({
        title: plain(text),
        text: plain(body),
        url: `guides/${topic}.html${id ? `#${id}` : ""}`,
        kind: title === text ? menu.guides : title,
      });
  }
  for (const call of calls(document)) {
    const { operationId, summary, description } = call.operation;
    const url = `operations/${operationId}.html`;
    entries.push({
      title: summary,
      text: `${call.path} ${operationId} ${plain(description)}`,
      url,
      kind: menu.operations,
    });
    for (const { name, description: text } of parametersOf(document, call))
      entries.push({ title: name, text: plain(text), url: `${url}#${anchors.parameters}`, kind: summary });
    for (const { name, description: text } of fieldsOf(document, call, language))
      entries.push({ title: name, text: plain(text), url: `${url}#${anchors.answer}`, kind: summary });
  }
  entries.push(...errorCodes(document, w.errors));
  const index = new MiniSearch<Entry>(options);
  index.addAll(entries.map((entry, id) => ({ ...entry, id })));
  return JSON.stringify(index);
}

/** Binance's numbers, each leading to what the client makes of it. */
function errorCodes(document: OpenApiDocument, kind: string): Omit<Entry, "id">[] {
  const examples = Object.values(document.components.responses).flatMap(
    ({ content = {} }) =>
      Object.values(content["application/json"]?.examples ?? {}) as {
        summary: string;
        value: { code: number; msg: string };
      }[],
  );
  return examples.map(({ summary, value: { code, msg } }) => {
    const error = decisions.find(({ codes }) => codes?.includes(code))?.error;
    return {
      title: String(code),
      text: `${summary} · ${msg}`,
      url: `guides/errors.html${error ? `#${error.toLowerCase()}` : ""}`,
      kind,
    };
  });
}

function sections(markdown: string, headings: Heading[]) {
  const parts = markdown
    .replace(/^```[\s\S]*?^```$/gm, "")
    .split(/^#{1,6} .+$/m)
    .slice(1);
  return headings.map(({ text, id, depth }, index) => ({
    text,
    id: depth === 1 ? "" : id,
    body: parts[index] ?? "",
  }));
}

const plain = (markdown: string) =>
  markdown
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*#|]|-{3,}|^(?:- |\d+\. )/gm, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 300);
