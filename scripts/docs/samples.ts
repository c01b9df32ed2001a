import { readFileSync } from "node:fs";
import { type Call, calls, type OpenApiDocument, type Parameter, resolve } from "../steps/document.js";
import { encode } from "./source.js";

/** A program that makes one call and prints the response as JSON. */
export interface Sample {
  operationId: string;
  /** Of the file, such as `py`. */
  extension: string;
  /** As Redocly and editors name the language. */
  language: string;
  label: string;
  source: string;
}

interface Facts {
  id: string;
  path: string;
  host: string;
  parameters: [name: string, value: string | number][];
}

/** One sample per operation and language, all from these templates. */
export const samplesOf = (document: OpenApiDocument): Sample[] =>
  calls(document).flatMap((call) => {
    const facts = factsOf(document, call);
    return templates.map(({ text, ...names }) => ({
      operationId: facts.id,
      ...names,
      source: fill(text, facts),
    }));
  });

function factsOf(document: OpenApiDocument, { path, item, operation }: Call): Facts {
  const [{ url: host } = { url: "" }] = item.servers ?? document.servers;
  const excluded = (operation["x-mutually-exclusive"] ?? []).flatMap(([, ...others]) => others);
  const parameters = (operation.parameters ?? [])
    .map(
      (parameter) =>
        resolve(document, parameter) as Parameter & { examples?: Record<string, { value: string | number }> },
    )
    .filter(
      ({ name, schema, "x-injected": injected }) =>
        !injected && schema.default === undefined && !excluded.includes(name),
    )
    .flatMap(({ name, examples = {} }) =>
      Object.values(examples)
        .slice(0, 1)
        .map(({ value }): [string, string | number] => [name, value]),
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
function fill(text: string, { id, path, host, parameters }: Facts): string {
  const each = (write: (name: string, value: string | number) => string) =>
    parameters.map(([name, value]) => write(name, value));
  const object = `{ ${each((name, value) => `${name}: ${JSON.stringify(value)}`).join(", ")} }`;
  const parts: Record<string, string> = {
    ...{ id, path, host },
    query: each((name, value) => `${name}=${encode(String(value))}&`).join(""),
    object: parameters.length > 0 ? object : "",
    init: parameters.length > 0 ? `, { params: { query: ${object} } }` : "",
    python: each((name, value) => `"${name}": ${JSON.stringify(value)}, `).join(""),
    go: each((name, value) => `"${name}": {"${value}"}, `).join(""),
  };
  return text.replace(/<(\w+)>/g, (whole, name: string) => parts[name] ?? whole);
}
