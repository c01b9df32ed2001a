/**
 * What Binance's own pages have for each operation, beside what these docs have:
 *
 *   tsx test/docs/compare.ts FOLDER     prints the table of scripts/docs/README.md
 *
 * FOLDER holds saved copies of the pages, one text each; they are not a part of this repository.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { allowanceOf, errorsOf, examplesOf, fieldsOf, parametersOf } from "../../scripts/docs/fields.js";
import { table } from "../../scripts/docs/markup.js";
import { type Call, calls, type OpenApiDocument, successOf } from "../../scripts/steps/document.js";

interface Wish {
  what: string;
  theirs: (page: string) => boolean;
  ours: (document: OpenApiDocument, call: Call) => boolean;
}

export const wishes: Wish[] = [
  {
    what: "schema of the answer",
    theirs: (page) => /## Response (Schema|Parameters|Fields)/i.test(page),
    ours: (document, call) => fieldsOf(document, call).length > 0,
  },
  {
    what: "which fields are always there",
    theirs: (page) => /## Response[\s\S]*\| *(Mandatory|Required)\b/i.test(page),
    ours: (document, call) => fieldsOf(document, call).some(({ required }) => required),
  },
  {
    what: "errors",
    theirs: (page) => /## .*Error|-10\d\d\b/i.test(page),
    ours: (document, call) =>
      errorsOf(document, call).some(({ errors }) => errors.some(({ code }) => code === -1021)),
  },
  {
    what: "headers of the answer",
    theirs: (page) => /X-MBX-USED-WEIGHT|Retry-After/i.test(page),
    ours: (document, { operation }) =>
      "X-MBX-USED-WEIGHT-1M" in (successOf(document, operation).headers ?? {}),
  },
  {
    what: "the limit that the weight counts against",
    theirs: (page) => /per minute|\/min\b/i.test(page),
    ours: (document, call) => allowanceOf(document, call).limit > 0,
  },
  {
    what: "samples",
    theirs: (page) => /\b(curl|import requests|npm install|openssl)\b/i.test(page),
    ours: (_document, { operation }) => (operation["x-codeSamples"] ?? []).length > 0,
  },
  {
    what: "a way to try it",
    theirs: (page) => /\b(try it|send request|playground)\b/i.test(page),
    ours: (_document, { method }) => method === "get", // what the try-it page signs
  },
  {
    what: "a download for machines",
    theirs: (page) => /openapi|swagger|postman/i.test(page),
    ours: (document, { path }) => path in document.paths,
  },
  {
    what: "a description of every parameter",
    theirs: (page) => rows(page).every(({ description }) => description),
    ours: (document, call) => parametersOf(document, call).every(({ description }) => description),
  },
  {
    what: "an example that is JSON",
    theirs: (page) => (page.match(/^ {4}[[{][\s\S]*?^ {4}[\]}]/gm) ?? []).every(isJson),
    ours: (document, call) => examplesOf(document, call).length > 0,
  },
];

/** The tables of parameters in a saved page. */
const rows = (page: string) =>
  [...page.matchAll(/^(\w+)\| *\w+\| *(?:YES|NO)\|(.*)$/gm)].map(([, name, description = ""]) => ({
    name,
    description: description.trim(),
  }));

function isJson(text: string): boolean {
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false;
  }
}

/** How many operations of ours have each thing, such as "5 of 5". */
export const oursOf = (document: OpenApiDocument) =>
  wishes.map(({ what, ours }) => ({
    what,
    ours: `${calls(document).filter((call) => ours(document, call)).length} of ${calls(document).length}`,
  }));

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const folder = process.argv[2];
  if (!folder) throw new Error("Name the folder that holds saved copies of Binance's pages, one .txt each.");
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => readFileSync(join(folder, name), "utf8"));
  const document = JSON.parse(
    readFileSync(new URL("../../generated/openapi.json", import.meta.url), "utf8"),
  ) as OpenApiDocument;
  const theirsOf = (index: number) =>
    `${pages.filter((page) => wishes[index]?.theirs(page)).length} of ${pages.length}`;
  const counts = oursOf(document).map(({ what, ours }, index) => [what, theirsOf(index), ours]);
  console.log(table(["", "Binance's pages", "these docs"], counts));
  const parameters = pages.flatMap(rows);
  console.log(
    `\n${parameters.filter(({ description }) => description).length} of ${parameters.length} parameter rows in their tables have a description.`,
  );
}
