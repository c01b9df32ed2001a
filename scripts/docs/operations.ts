import {
  type Call,
  type OpenApiDocument,
  type Parameter,
  type Response,
  resolve,
  type Schema,
} from "../steps/document.js";
import { code, escapeHtml, type Inline, inline, slug, table } from "./markup.js";
import type { Sample } from "./samples.js";
import { decide } from "./source.js";
import { type Language, type Words, words } from "./words.js";

/** A field of a response, with the way to it: `positions[].symbol`. */
export interface Field {
  name: string;
  /** Its address on the page. */
  id: string;
  type: string;
  /** The schema that its type is named after; none for text, numbers and switches. */
  schema?: string | undefined;
  values: string[];
  description: string;
  required: boolean;
  example?: unknown;
}

interface Example {
  summary: string;
  description?: string;
  value: unknown;
}

/** Where Redoc and Scalar show an operation. */
export const referenceAnchor = ({ operation }: Call) =>
  `#/${operation.tags[0]?.toLowerCase()}/${operation.operationId.toLowerCase()}`;
export const tryItAnchor = ({ operation, method, path }: Call) =>
  `#tag/${operation.tags[0]?.toLowerCase()}/${method.toUpperCase()}${path}`;
/** For programs outside of the docs that print tables. */
export { table } from "./markup.js";
export const endpointOf = ({ method, path }: Call) => `${method.toUpperCase()} ${path}`;

export const parametersOf = (document: OpenApiDocument, { operation }: Call) =>
  (operation.parameters ?? []).map(
    (parameter) => resolve(document, parameter) as Parameter & { description: string },
  );

/** How often a minute an operation may be called when nothing else is. */
export function allowanceOf(document: OpenApiDocument, { item, operation }: Call) {
  const [host] = item.servers ?? document.servers;
  const limit = host?.["x-weight-limit"] ?? 0;
  return {
    host: host?.url ?? "",
    server: host?.["x-server"] ?? "",
    limit,
    perMinute: Math.floor(limit / operation["x-request-weight"]),
  };
}

/** Every field of a successful response, from the outside in. */
export function fieldsOf(document: OpenApiDocument, { operation }: Call, language: Language): Field[] {
  const w = words[language].operation;
  const found: Field[] = [];
  const visit = (schema: Schema, prefix: string) => {
    const {
      type,
      items,
      properties = {},
      required = [],
      anyOf = [],
      oneOf = [],
      additionalProperties: others,
    } = resolve(document, schema) as Schema & { required?: string[]; anyOf?: Schema[]; oneOf?: Schema[] };
    if (type === "array") return visit(items as Schema, `${prefix}[]`);
    for (const branch of [...anyOf, ...oneOf]) visit(branch, prefix);
    if (typeof others === "object") visit(others as Schema, `${prefix}.*`);
    for (const [property, field] of Object.entries(properties as Record<string, Schema>)) {
      const name = prefix && prefix !== "[]" ? `${prefix}.${property}` : property; // of a list of rows each field is named as in its row
      const { description, examples } = field as { description?: string; examples?: unknown[] };
      const id = name.replaceAll("[]", "").replaceAll(".", "-");
      const shown = typeOf(document, field, w);
      const twin = found.find((other) => other.name === name); // in another case of `oneOf`
      if (twin) {
        twin.values = [...new Set([...twin.values, ...shown.values])];
        continue;
      }
      found.push({
        name,
        id,
        ...shown,
        description: description ?? "",
        required: required.includes(property),
        example: examples?.[0],
      });
      visit(field, name);
    }
  };
  visit(
    (resolve(document, operation.responses["200"] ?? {}) as Response).content?.["application/json"]?.schema ??
      {},
    "",
  );
  return found;
}

export const valuesOf = (schema: Schema): string[] =>
  (
    (schema.enum ??
      (schema.anyOf as Schema[] | undefined)?.find((branch) => branch.enum)?.enum ??
      (schema.const === undefined ? [] : [schema.const])) as (string | null)[]
  ).filter((value) => value !== null);

type TypeWords = Pick<Words["operation"], "list" | "map" | "orNull">;

function typeOf(
  document: OpenApiDocument,
  schema: Schema,
  w: TypeWords,
): { type: string; schema: string | undefined; values: string[] } {
  const target = resolve(document, schema) as Schema & { anyOf?: Schema[]; oneOf?: Schema[] };
  const name = lastPart(schema.$ref);
  const of = (word: string, inner: Schema) => {
    const item = typeOf(document, inner, w);
    return { ...item, type: word.replace("%", () => item.type) };
  };
  if (target.type === "array") return of(w.list, target.items as Schema);
  const types = [target.type].flat().filter((type) => type !== "null");
  const branches = [...(target.anyOf ?? []), ...(target.oneOf ?? [])];
  const some = branches.filter(({ type }) => type !== "null");
  const orNull = some.length < branches.length || types.length < [target.type].flat().length;
  const shown = (type: string) => (orNull ? w.orNull.replace("%", () => type) : type);
  const [only] = some;
  if (!name && only && some.length === 1) return of(shown("%"), only);
  const map = target.additionalProperties as Schema | undefined;
  if (!name && typeof map === "object") return of(shown(w.map), map);
  const inner = [...new Set(some.map((branch) => typeOf(document, branch, w).type))];
  const type = name ?? (inner.length > 0 ? inner : types).join(" | ");
  return { type: shown(type), schema: name, values: valuesOf(target) };
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
      return {
        status,
        description: description.trim(),
        codes: [...new Set(examples.map(({ value }) => value.code))],
      };
    });

/** What the client makes of a refusal: the heading of the guide to errors. */
const errorCode = (status: string, binanceCode?: number) =>
  decide(Number.parseInt(status, 10) * (status.endsWith("XX") ? 100 : 1), binanceCode).error;

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

function factsOf(document: OpenApiDocument, language: Language, call: Call) {
  const w = words[language].operation;
  const success = resolve(document, call.operation.responses["200"] ?? {}) as Response;
  const examples = Object.values(success.content?.["application/json"]?.examples ?? {}).map((example) =>
    resolve(document, example as Example),
  );
  return {
    w,
    examples,
    fields: fieldsOf(document, call, language),
    parameters: parametersOf(document, call),
    errors: errorsOf(document, call),
    headers: headersOf(document, call),
  };
}

const neededWord = (w: Words["operation"], { required, "x-injected": injected }: Parameter) =>
  injected ? w.signer : required ? w.required : w.optional;
const own = (samples: Sample[], { operation }: Call) =>
  samples.filter(({ operationId }) => operationId === operation.operationId);
const fence = (extension: string, source: string, label = "") =>
  `\`\`\`${extension.split(".").at(-1)}${label && ` [${label}]`}\n${source.trimEnd()}\n\`\`\``;
const json = (value: unknown, label?: string) => fence("json", JSON.stringify(value, null, 2), label);

/** Everything that is known of one operation, as plain Markdown for programs that read. */
export function operationMarkdown(
  document: OpenApiDocument,
  language: Language,
  call: Call,
  samples: Sample[],
): string {
  const { operation } = call;
  const { w, examples, fields, parameters, errors, headers } = factsOf(document, language, call);
  const { host, perMinute } = allowanceOf(document, call);
  const meaning = ({ description, values, name }: Field) =>
    [description, ...values.map(code), formulaOf(language, call, name)].filter(Boolean).join(" ");
  return `# ${operation.summary}

${code(endpointOf(call))} · ${w.weight} **${operation["x-request-weight"]}** · ${w.perMinute.replace("%", String(perMinute))} · ${w.server} ${code(host)} · ${code(operation.operationId)}

${operation.description.trim()}

## ${w.parameters}

${table(
  [w.name, w.type, w.required, w.meaning],
  parameters.map((each) => {
    const { type, values } = typeOf(document, each.schema, w);
    return [
      code(each.name),
      type.replaceAll("|", "\\|"),
      neededWord(w, each),
      [each.description, ...values.map(code)].join(" "),
    ];
  }),
)}

## ${w.response}

${table(
  [w.field, w.type, w.meaning],
  fields.map((field) => [
    code(field.name) + (field.required ? "" : ` (${w.mayLack})`),
    field.type.replaceAll("|", "\\|"),
    meaning(field),
  ]),
)}

## ${w.headers}

${table(
  [w.name, w.meaning],
  headers.map(([name, description]) => [code(name), description]),
)}

## ${w.errors}

${table(
  [w.status, w.meaning, w.codes],
  errors.map(({ status, description, codes }) => [
    code(status),
    description,
    codes.map((each) => code(String(each))).join(" "),
  ]),
)}

## ${w.examples}

${examples.map(({ summary, description, value }) => `### ${summary}\n\n${description?.trim() ?? ""}\n\n${json(value)}`).join("\n\n")}

## ${w.samples}

${own(samples, call)
  .map(({ label, extension, source }) => `### ${label}\n\n${fence(extension, source)}`)
  .join("\n\n")}
`;
}

const formulaOf = (language: Language, { operation }: Call, field: string) =>
  words[language].formulas[`${operation.operationId}.${field}`] ?? "";

/** The same for people: two columns, each field with an address of its own. */
export function operationPage(
  document: OpenApiDocument,
  language: Language,
  call: Call,
  samples: Sample[],
): string {
  const { operation } = call;
  const { w, examples, fields, parameters, errors, headers } = factsOf(document, language, call);
  const { host, server, limit, perMinute } = allowanceOf(document, call);
  const weight = operation["x-request-weight"];
  const text: Inline = (markdown) => inline(markdown);
  const head = (id: string, name: string, tags: string[]) =>
    `<dt><a href="#${id}"><code>${escapeHtml(name).replaceAll(".", ".<wbr>")}</code></a> ${tags.join(" ")}</dt>`;
  const tag = (label: string, kind = "") => `<span class="tag ${kind}">${label}</span>`;
  const type = (label: string, schema?: string) =>
    schema
      ? `<a class="type" href="../types.html#${schema.toLowerCase()}">${escapeHtml(label)}</a>`
      : `<span class="type">${escapeHtml(label)}</span>`;
  const meanings = (schema: string | undefined, values: string[]) => {
    const known = words[language].values[schema ?? ""] ?? {};
    return values.length === 0
      ? ""
      : `<ul class="values">${values.map((value) => `<li><code>${value}</code>${known[value] ? ` ${text(known[value])}` : ""}</li>`).join("")}</ul>`;
  };
  const errorLink = (status: string, binanceCode: number | undefined, label: string) =>
    `<a href="../guides/errors.html#${errorCode(status, binanceCode).toLowerCase()}"><code>${label}</code></a>`;
  const list = (rows: string[]) => `<dl class="fields">\n${rows.join("\n")}\n</dl>`;
  return `# ${operation.summary}

<p class="endpoint"><span class="method">${call.method.toUpperCase()}</span> <code>${call.path.replaceAll("/", "/<wbr>")}</code></p>

<ul class="facts"><li>${w.weight} <strong>${weight}</strong> / ${limit}</li><li>${w.perMinute.replace("%", `<strong>${perMinute}</strong>`)}</li><li>${w.server} <code>${server}</code> <span>${host}</span></li><li>${w.method} <code>${operation.operationId}()</code></li></ul>

${text(operation.description.trim())
  .split("\n\n")
  .map((paragraph) => `<p>${paragraph}</p>`)
  .join("\n")}

<p class="doors"><a class="button" href="../try-it.html${tryItAnchor(call)}" target="_self">${w.tryIt}</a> <a href="../reference.html${referenceAnchor(call)}" target="_self">${w.reference}</a>${operation.externalDocs ? ` <a href="${operation.externalDocs.url}" target="_blank" rel="noreferrer">${w.source}</a>` : ""}</p>

<div class="columns">
<div class="side samples">

## ${w.samples} {#samples}

::: code-group
${own(samples, call)
  .map(({ label, extension, source }) => fence(extension, source, label))
  .join("\n")}
:::

## ${w.examples} {#examples}

::: code-group
${examples.map(({ summary, value }) => json(value, summary.split(/[,，]/)[0])).join("\n")}
:::

<details><summary>${w.origin}</summary>
<dl>${examples
    .map(({ summary, description = "" }) => `<dt>${text(summary)}</dt><dd>${text(description.trim())}</dd>`)
    .join("\n")
    .replace(/\n+/g, "\n")}</dl>
</details>

</div>
<div class="main">

## ${w.parameters} {#parameters}

${list(
  parameters.map((each) => {
    const { type: label, schema, values } = typeOf(document, each.schema, w);
    const id = `parameter-${each.name}`;
    const tags = [
      type(label, schema),
      tag(neededWord(w, each), each.required && !each["x-injected"] ? "required" : ""),
    ];
    return `<div id="${id}">${head(id, each.name, tags)}<dd>${text(each.description.trim().replace(/\n+/g, " "))}${meanings(schema, values)}</dd></div>`;
  }),
)}

## ${w.response} {#response}

${list(
  fields.map(({ name, id, type: label, schema, values, description, required, example }) => {
    const formula = formulaOf(language, call, name);
    const parts = [
      `<p>${text(description.trim().replace(/\n+/g, " "))}</p>`,
      meanings(schema, values),
      formula && `<p class="formula">${w.formula} ${text(formula)}</p>`,
      values.length === 0 && example !== undefined && example !== ""
        ? `<p class="example">${w.example} <code>${escapeHtml(JSON.stringify(example))}</code></p>`
        : "",
    ];
    return `<div id="${id}">${head(id, name, [type(label, schema), ...(required ? [] : [tag(w.mayLack)])])}<dd>${parts.filter(Boolean).join("")}</dd></div>`;
  }),
)}

## ${w.headers} {#headers}

${list(headers.map(([name, description]) => `<div id="${slug(name)}">${head(slug(name), name, [])}<dd>${text(description.trim().replace(/\n+/g, " "))}</dd></div>`))}

## ${w.errors} {#errors}

<p>${w.errorsText}</p>

${list(
  errors.map(({ status, description, codes }) => {
    const links =
      codes.length > 0
        ? codes.map((each) => errorLink(status, each, String(each)))
        : [errorLink(status, undefined, errorCode(status))];
    return `<div><dt><code>${status}</code> ${links.join(" ")}</dt><dd>${text(description.replace(/\n+/g, " "))}</dd></div>`;
  }),
)}

</div>
</div>
`;
}

/** Schemas that fields link to: what a type means, its values, and where it is used. */
export function typesPage(document: OpenApiDocument, language: Language, all: Call[]): string {
  const w = words[language].types;
  const used = (schema: string) =>
    all.flatMap((call) =>
      fieldsOf(document, call, language)
        .filter((field) => field.schema === schema)
        .map((field) => ({ call, field })),
    );
  const sections = Object.entries(document.components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => {
      const { description = "", pattern, format, properties } = schema as Record<string, string>;
      const known = words[language].values[name] ?? {};
      const values = valuesOf(schema).map((value) => [code(value), known[value] ?? ""]);
      const places = used(name).map(
        ({ call, field }) =>
          `[${code(`${call.operation.operationId}: ${field.name}`)}](operations/${call.operation.operationId}.md#${field.id})`,
      );
      return [
        `## ${name} {#${name.toLowerCase()}}`,
        description.trim(),
        pattern ? `${w.pattern} ${code(pattern)}` : "",
        (w.formats as Record<string, string>)[format ?? ""] ?? "",
        values.length > 0 ? table([w.value, w.meaning], values) : "",
        properties ? `${w.fields} ${Object.keys(properties).map(code).join(w.comma)}` : "",
        places.length > 0
          ? places.length > 6
            ? `${w.used.replace("%", String(places.length))}`
            : `${w.usedBy} ${places.join(w.comma)}`
          : "",
      ]
        .filter(Boolean)
        .join("\n\n");
    });
  return `# ${w.title}\n\n${w.intro}\n\n${sections.join("\n\n")}\n`;
}
