import {
  type Call,
  type OpenApiDocument,
  type Parameter,
  type Response,
  resolve,
  type Schema,
} from "../steps/document.js";
import type { Language } from "./languages.js";
import type { Sample } from "./samples.js";
import { words } from "./words.js";

/** A field of an answer, with the way to it: `positions[].symbol`. */
export interface Field {
  name: string;
  type: string;
  description: string;
  required: boolean;
}

interface Example {
  summary: string;
  description?: string;
  value: unknown;
}

/** Everything that is known of one operation, as one page of Markdown. */
export function operationMarkdown(
  document: OpenApiDocument,
  language: Language,
  call: Call,
  samples: Sample[],
): string {
  const { operation, path, method, item } = call;
  const w = words[language].operation;
  const [host] = item.servers ?? document.servers;
  const success = resolve(document, operation.responses["200"] ?? {}) as Response;
  const examples = Object.values(success.content?.["application/json"]?.examples ?? {}).map((example) =>
    resolve(document, example as Example),
  );
  const own = samples.filter(({ operationId }) => operationId === operation.operationId);
  return `# ${operation.summary}

\`${method.toUpperCase()} ${path}\` · ${w.weight} **${operation["x-request-weight"]}** · ${w.server} \`${host?.url}\` · \`${operation.operationId}\`

${operation.description.trim()}

[${w.reference}](../reference.html${referenceAnchor(call)}) · [${w.tryIt}](../try-it.html${tryItAnchor(call)})${operation.externalDocs ? ` · [${w.source}](${operation.externalDocs.url})` : ""}

## ${w.parameters}

${table(
  [w.name, w.type, w.required, w.meaning],
  parametersOf(document, call).map(({ name, schema, required, description, "x-injected": injected }) => [
    `\`${name}\``,
    typeOf(document, schema, w.list),
    injected ? w.signer : required ? w.yes : w.no,
    description,
  ]),
)}

## ${w.answer}

${table(
  [w.field, w.type, w.meaning],
  fieldsOf(document, call, language).map(({ name, type, description, required }) => [
    `\`${name}\`${required ? "" : " ?"}`,
    type,
    description,
  ]),
)}

## ${w.headers}

${table(
  [w.name, w.meaning],
  headersOf(document, call).map(([name, description]) => [`\`${name}\``, description]),
)}

## ${w.errors}

${table(
  [w.status, w.meaning, w.codes],
  errorsOf(document, call).map(({ status, description, codes }) => [
    `\`${status}\``,
    description,
    codes.map((code) => `\`${code}\``).join(" "),
  ]),
)}

## ${w.examples}

${examples.map(({ summary, description, value }) => `### ${summary}\n\n${description?.trim() ?? ""}\n\n\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``).join("\n\n")}

## ${w.samples}

${own.map(({ label, extension, source }) => `### ${label}\n\n\`\`\`${extension.split(".").at(-1)}\n${source}\`\`\``).join("\n\n")}
`;
}

/** Where Redoc and Scalar show an operation. */
export const referenceAnchor = ({ operation }: Call) =>
  `#/${operation.tags[0]?.toLowerCase()}/${operation.operationId.toLowerCase()}`;
export const tryItAnchor = ({ operation, method, path }: Call) =>
  `#tag/${operation.tags[0]?.toLowerCase()}/${method.toUpperCase()}${path}`;

export const parametersOf = (document: OpenApiDocument, { operation }: Call) =>
  (operation.parameters ?? []).map(
    (parameter) => resolve(document, parameter) as Parameter & { description: string },
  );

/** Every field of a successful answer, from the outside in. */
export function fieldsOf(document: OpenApiDocument, { operation }: Call, language: Language): Field[] {
  const { list } = words[language].operation;
  const found: Field[] = [];
  const visit = (schema: Schema, prefix: string) => {
    const {
      type,
      items,
      properties = {},
      required = [],
    } = resolve(document, schema) as Schema & { required?: string[] };
    if (type === "array") return visit(items as Schema, `${prefix}[]`);
    for (const [name, field] of Object.entries(properties as Record<string, Schema>)) {
      const way = prefix ? `${prefix}.${name}` : name;
      found.push({
        name: way,
        type: typeOf(document, field, list),
        description: String(field.description ?? ""),
        required: required.includes(name),
      });
      visit(field, way);
    }
  };
  visit(
    (resolve(document, operation.responses["200"] ?? {}) as Response).content?.["application/json"]?.schema ??
      {},
    "",
  );
  return found;
}

function typeOf(document: OpenApiDocument, schema: Schema, list: string): string {
  const target = resolve(document, schema) as Schema;
  if (target.type === "array")
    return list.replace("%", lastPart((target.items as Schema | undefined)?.$ref) ?? "").trim();
  const name = lastPart(schema.$ref);
  const values = (target.anyOf as Schema[] | undefined)?.find((branch) => branch.enum)?.enum as
    | string[]
    | undefined;
  return values ? values.map((value) => `\`${value}\``).join(" ") : (name ?? String(target.type));
}

const lastPart = (ref: unknown) =>
  typeof ref === "string" ? ref.slice(ref.lastIndexOf("/") + 1) : undefined;

export const errorsOf = (document: OpenApiDocument, { operation }: Call) =>
  Object.entries(operation.responses)
    .filter(([status]) => status !== "200")
    .map(([status, response]) => {
      const { description, content = {} } = resolve(document, response) as Response & { description: string };
      const examples = Object.values(content["application/json"]?.examples ?? {}) as {
        value: { code: number };
      }[];
      return { status, description, codes: [...new Set(examples.map(({ value }) => value.code))] };
    });

function headersOf(document: OpenApiDocument, { operation }: Call): [string, string][] {
  const headers = Object.values(operation.responses).flatMap((response) =>
    Object.entries((resolve(document, response) as { headers?: object }).headers ?? {}),
  );
  return [
    ...new Map(
      headers.map(([name, header]) => [
        name,
        (resolve(document, header) as { description: string }).description,
      ]),
    ),
  ];
}

const cell = (text: string | number) => String(text).trim().replace(/\n+/g, " ").replaceAll("|", "\\|");

/** A table of Markdown; `ruler` sets columns to the right where it says `--:`. */
export const table = (head: string[], rows: (string | number)[][], ruler: string[] = head.map(() => "---")) =>
  [head, ruler, ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
