import { readdirSync, readFileSync } from "node:fs";
import { rules } from "../../src/mock/gate.js";
import { type Call, calls, type OpenApiDocument } from "../steps/document.js";
import type { Language } from "./languages.js";
import { table } from "./operations.js";
import { vectors } from "./vectors.js";
import { words } from "./words.js";

export const guidesFolder = new URL("../../openapi/guides/", import.meta.url);

/** The order in which guides are listed; those that are not named come last, by name. */
const order = [
  "quick-start",
  "signing",
  "clock",
  "limits",
  "errors",
  "reading-the-numbers",
  "mock",
  "performance",
  "migrating",
];

export interface Guide {
  topic: string;
  title: string;
  /** Markdown with samples, vectors and tables filled in. */
  markdown: string;
}

/** Every guide of the folder in this language, in order. */
export function readGuides(language: Language, document: OpenApiDocument): Guide[] {
  const topics = readdirSync(guidesFolder).flatMap((name) =>
    name.endsWith(`.${language}.md`) ? [name.slice(0, -`.${language}.md`.length)] : [],
  );
  return topics.sort(byOrder).map((topic) => {
    const markdown = expand(
      readFileSync(new URL(`${topic}.${language}.md`, guidesFolder), "utf8"),
      language,
      document,
    );
    const title = /^# (.+)$/m.exec(markdown)?.[1];
    if (!title)
      throw new Error(
        `openapi/guides/${topic}.${language}.md needs a title: a first line such as "# Signing".`,
      );
    return { topic, title, markdown };
  });
}

const rank = (topic: string) => (order.includes(topic) ? order.indexOf(topic) : order.length);
const byOrder = (a: string, b: string) => rank(a) - rank(b) || (a < b ? -1 : 1);

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
    const [host] = call.item.servers ?? document.servers;
    const cost = call.operation["x-request-weight"];
    return [
      code(call.operation.operationId),
      code(endpointOf(call)),
      code(host?.["x-server"]),
      cost,
      Math.floor((host?.["x-weight-limit"] ?? 0) / cost),
    ];
  });
  return table([method, endpoint, server, weight, perMinute], rows, ["---", "---", "---", "--:", "--:"]);
}

/** What the mock refuses, and where that is known from. */
function rulesTable(language: Language): string {
  const { names, columns, documented, assumed } = words[language].rules;
  const rows = rules.map(({ status, code, rule, page }) => {
    const name = (names as Record<string, string> | undefined)?.[rule] ?? rule;
    if (names && name === rule)
      throw new Error(`scripts/docs/words.ts has no ${language} for the rule "${rule}".`);
    return [status, `\`${code}\``, name, page ? `[${documented}](${page})` : assumed];
  });
  return table(columns, rows);
}

const tables = { operations: operationsTable, rules: rulesTable };

const code = (text = "") => `\`${text}\``;
const endpointOf = ({ method, path }: Call) => `${method.toUpperCase()} ${path}`;
