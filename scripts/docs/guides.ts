import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { rules } from "../../src/mock/gate.js";
import { decisions } from "../../src/response/decisions.js";
import { calls, endpointOf, type OpenApiDocument } from "../steps/document.js";
import chapters from "./chapters.json" with { type: "json" };
import { allowanceOf } from "./fields.js";
import { code, table } from "./markup.js";
import { vectors } from "./vectors.js";
import { folderOf, type Language, words } from "./words.js";

export const guidesFolder = new URL("../../openapi/guides/", import.meta.url);

export type Chapter = keyof typeof chapters;

export interface Guide {
  topic: string;
  chapter: Chapter;
  title: string;
  /** One sentence for search engines and lists. */
  description: string;
  /** What else readers call the things of this page; the search knows them. */
  keywords: string;
  /** The same for a section, by its address. */
  sections: Record<string, string>;
  /** Markdown with samples, vectors and tables filled in. */
  markdown: string;
}

/** Every guide of the folder in this language, in order; one that no chapter names comes last in the last one. */
export function readGuides(language: Language, document: OpenApiDocument): Guide[] {
  const all = Object.entries(chapters) as [Chapter, string[]][];
  const order = all.flatMap(([chapter, topics]) => topics.map((topic) => ({ chapter, topic })));
  const ending = `.${language}.md`;
  const others = readdirSync(guidesFolder)
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ chapter: "about" as const, topic: name.slice(0, -ending.length) }))
    .filter(({ topic }) => !order.some((known) => known.topic === topic));
  return [...order, ...others].map(({ chapter, topic }) => {
    const name = `openapi/guides/${topic}${ending}`;
    const { facts, text } = frontMatter(readFileSync(new URL(topic + ending, guidesFolder), "utf8"));
    const { description, keywords = "", sections = {} } = facts as Partial<Guide>;
    if (!description)
      throw new Error(`${name} has to begin with a description between lines of three hyphens.`);
    const markdown = expand(text, language, document);
    const title = /^# (.+)$/m.exec(markdown)?.[1];
    if (!title) throw new Error(`${name} needs a title: a first line such as "# Signing".`);
    return { topic, chapter, title, description, keywords, sections, markdown };
  });
}

/** What stands between lines of three hyphens, and the text below. */
function frontMatter(file: string): { facts: object; text: string } {
  const [, head = "", text = ""] = /^---\n([\s\S]*?)^---\n+([\s\S]*)$/m.exec(file) ?? [];
  return { facts: parse(head) ?? {}, text };
}

/** Puts files into fences that name one, then vectors and tables where `{{…}}` asks for them. */
export function expand(markdown: string, language: Language, document: OpenApiDocument): string {
  return markdown
    .replace(
      /^```(\w+) ([\w.-]+)\n```$/gm,
      (_fence, code: string, file: string) => `\`\`\`${code}\n${readSample(file)}\`\`\``,
    )
    .replace(/\{\{([^{}|]+)(?:\|(\w+))?\}\}/g, (_tag, what: string, form?: string) =>
      what in tables ? tables[what as keyof typeof tables](language, document) : vectorText(what, form),
    );
}

/** A file of openapi/guides/samples as readers see it. */
export const readSample = (file: string): string =>
  readFileSync(new URL(`samples/${file}`, guidesFolder), "utf8").replace(
    /\{\{([^{}|]+)\}\}/g,
    (_tag, what: string) => vectorText(what),
  );

/** `Ed25519.signature` is the field `signature` of the vector named so in test/vectors. */
function vectorText(what: string, form?: string): string {
  const dot = what.lastIndexOf(".");
  const [name, field] = [what.slice(0, dot), what.slice(dot + 1)];
  const text = vectors.find((vector) => vector.name === name)?.[field];
  if (text === undefined)
    throw new Error(`{{${what}}}: test/vectors has no vector "${name}" with a field "${field}".`);
  if (form === "encoded") return encodeURIComponent(text);
  return form === "short" ? `${text.slice(0, 12)}…` : text.trim();
}

function operationsTable(language: Language, document: OpenApiDocument): string {
  const { method, endpoint, server, weight, perMinute } = words[language].limits;
  const rows = calls(document).map((call) => {
    const { operationId, "x-request-weight": cost } = call.operation;
    const { server: name, perMinute: most } = allowanceOf(document, call);
    const page = `/${folderOf(language)}operations/${operationId}.md`;
    return [`[${code(operationId)}](${page})`, code(endpointOf(call)), code(name), cost, most];
  });
  return table([method, endpoint, server, weight, perMinute], rows, ["---", "---", "---", "--:", "--:"]);
}

/** What the mock refuses, and where that is known from. */
function rulesTable(language: Language): string {
  const { names, columns, documented, assumed } = words[language].rules;
  const rows = rules.map(({ status, code, rule, page }) => {
    const name = language === "en" ? rule : (names as Record<string, string>)[rule];
    if (!name) throw new Error(`scripts/docs/words/${language}.json has no words for the rule "${rule}".`);
    return [status, `\`${code}\``, name, page ? `[${documented}](${page})` : assumed];
  });
  return table(columns, rows);
}

/** Every error of the client: what it is made of, whether it is repeated, and what to do. The order is that of the words. */
function errorsTable(language: Language): string {
  const { columns, retried, others, any, local, todo } = words[language].errorTable;
  const missing = decisions.find(({ error }) => !(error in todo));
  if (missing)
    throw new Error(`scripts/docs/words/${language}.json does not say what to do about ${missing.error}.`);
  const rows = Object.entries(todo).map(([name, what]) => {
    const own = decisions.filter(({ error, says }) => error === name && !says); // a row about wording says nothing in a table
    const status = (value: number | string) => (value === "4XX" ? others.replace("%", "4XX") : String(value));
    const when = own.flatMap((row) => [
      ...(row.status ?? []).map(status),
      ...(row.codes ?? []).map((each) => code(String(each))),
    ]);
    if (own.some((row) => !row.status && !row.codes)) when.push(any);
    const [cause, again] = (local as Record<string, string[]>)[name] ?? [];
    const kinds = [
      ...new Set(own.filter((row) => row.status || row.codes).map(({ retry }) => retried[retry])),
    ];
    return [
      `[${code(name)}](#${name.toLowerCase()})`,
      cause ?? when.join(", "),
      again ?? kinds.join("; "),
      what,
    ];
  });
  return table(columns, rows);
}

const tables = { operations: operationsTable, rules: rulesTable, errors: errorsTable };
