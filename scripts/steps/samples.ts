import { readFileSync } from "node:fs";
import { encode } from "../../src/signing/query.js";
import { type Call, calls, type OpenApiDocument, type Parameter, resolve, serversOf } from "./document.js";

/** A program that makes one call and prints the response as JSON. */
export interface Sample {
  operationId: string;
  /** What it sends. */
  parameters: Record<string, unknown>;
  /** Of the file, such as `py`. */
  extension: string;
  /** As Redocly and editors name the language. */
  language: string;
  label: string;
  source: string;
}

type Value = string | number | boolean;

/** A parameter of a sample: its value, and the texts that are sent, more than one where its name is repeated. */
interface Sent {
  name: string;
  value: Value | Value[];
  texts: string[];
  isJoined: boolean;
}

/** One sample per operation and language, all from these templates. */
export const samplesOf = (document: OpenApiDocument): Sample[] =>
  calls(document).flatMap((call) => {
    const facts = factsOf(document, call);
    return templates.map(({ text, ...names }) => ({
      operationId: facts.id,
      parameters: Object.fromEntries(facts.parameters.map(({ name, value }) => [name, value])),
      ...names,
      source: fill(text, facts),
    }));
  });

/** The document with its samples, where readers of OpenAPI look for them. */
export function withSamples(document: OpenApiDocument): OpenApiDocument {
  const copy = structuredClone(document);
  const samples = samplesOf(document);
  for (const { operation } of calls(copy))
    operation["x-codeSamples"] = samples
      .filter(({ operationId }) => operationId === operation.operationId)
      .map(({ language: lang, label, source }) => ({ lang, label, source }));
  return copy;
}

function factsOf(document: OpenApiDocument, call: Call) {
  const { path, operation } = call;
  const [{ url: host } = { url: "" }] = serversOf(document, call);
  const excluded = (operation["x-mutually-exclusive"] ?? []).flatMap(([, ...others]) => others);
  const parameters = (operation.parameters ?? [])
    .map(
      (parameter) =>
        resolve(document, parameter) as Parameter & { examples?: Record<string, { value: Value | Value[] }> },
    )
    .filter(
      ({ name, schema, "x-injected": injected }) =>
        !injected && schema.default === undefined && !excluded.includes(name),
    )
    .flatMap(({ name, explode, examples = {} }) =>
      Object.values(examples)
        .slice(0, 1)
        .map(({ value }): Sent => {
          const isJoined = Array.isArray(value) && explode === false;
          return { name, value, texts: isJoined ? [value.join(",")] : [value].flat().map(String), isJoined };
        }),
    );
  return { id: operation.operationId, path, host, parameters };
}

// None of them follows a redirect: that would hand the API key and a signed address to another host.
const templates = [
  { extension: "sh", language: "Shell", label: "curl" },
  { extension: "sdk.ts", language: "TypeScript", label: "TypeScript" },
  { extension: "openapi-fetch.ts", language: "TypeScript (openapi-fetch)", label: "openapi-fetch" },
  { extension: "py", language: "Python", label: "Python" },
  { extension: "go", language: "Go", label: "Go" },
].map((names) => ({
  ...names,
  text: readFileSync(new URL(`samples/${names.extension}.txt`, import.meta.url), "utf8"),
}));

/** A template with what it asks for between angle brackets filled in. */
function fill(text: string, { id, path, host, parameters }: ReturnType<typeof factsOf>): string {
  const each = (write: (sent: Sent) => string) => parameters.map(write);
  const object = `{ ${each(({ name, value }) => `${name}: ${literal(value)}`).join(", ")} }`;
  const query = each(({ name, texts }) => texts.map((text) => `${name}=${encode(text)}&`).join("")).join("");
  const isList = parameters.some(({ texts }) => texts.length > 1);
  // openapi-fetch repeats the name of every list unless it is told how to write the query.
  const joins = parameters.some(({ isJoined }) => isJoined);
  const serializer = !joins
    ? ""
    : isList
      ? `, querySerializer: () => "${query.slice(0, -1)}"`
      : `, querySerializer: { array: { style: "form", explode: false } }`;
  const parts: Record<string, string> = {
    ...{ id, path, host },
    query,
    object: parameters.length > 0 ? object : "",
    init: parameters.length > 0 ? `, { params: { query: ${object} }${serializer} }` : "",
    python: each(({ name, value, texts }) => `"${name}": ${pythonOf(value, texts)}, `).join(""),
    doseq: isList ? "doseq=True, " : "",
    go: each(
      ({ name, texts }) => `"${name}": {${texts.map((text) => JSON.stringify(text)).join(", ")}}, `,
    ).join(""),
  };
  return text.replace(/<(\w+)>/g, (whole, name: string) => parts[name] ?? whole);
}

/** As TypeScript writes it. */
const literal = (value: Value | Value[]) =>
  Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(", ")}]` : JSON.stringify(value);

/** As Python writes it; true and false as the texts that are sent. */
function pythonOf(value: Value | Value[], texts: string[]): string {
  if (typeof value === "number") return String(value);
  return texts.length > 1 ? literal(texts) : JSON.stringify(texts[0]);
}
