import type { Call, OpenApiDocument } from "../steps/document.js";
import {
  allowanceOf,
  endpointOf,
  errorsOf,
  examplesOf,
  type Field,
  fieldsOf,
  headersOf,
  parametersOf,
  valuesOf,
} from "./fields.js";
import { code, fence, safe, table } from "./markup.js";
import type { Sample } from "./samples.js";
import { type Language, words } from "./words.js";

/** Everything that is known of one operation, in two columns; each parameter and field has an address of its own. */
export function operationPage(
  document: OpenApiDocument,
  language: Language,
  call: Call,
  samples: Sample[],
): string {
  const { operation } = call;
  const { operation: w, formulas } = words[language];
  const { host, server, limit, perMinute } = allowanceOf(document, call);
  const tag = operation.tags[0]?.toLowerCase();
  const own = samples.filter(({ operationId }) => operationId === operation.operationId);
  const examples = examplesOf(document, call);
  const needed = ({ required, isInjected }: Field) =>
    isInjected ? w.signer : required ? `**${w.required}**` : w.optional;
  const row = (field: Field, note: string) => {
    const formula = formulas[`${operation.operationId}.${field.name}`];
    const isTelling = field.values.length === 0 && (field.example ?? "") !== "";
    const example = isTelling && `${w.example} ${code(JSON.stringify(field.example))}`;
    return [
      `### ${code(field.name)} {#${field.id}}`,
      [linked(field.type), note, example].filter(Boolean).join(" · "),
      safe(field.description.trim()),
      valuesList(language, field),
      formula && `${w.formula} ${formula}`,
    ]
      .filter(Boolean)
      .join("\n\n");
  };
  const errorLink = ({ code: number, error }: { code?: number | undefined; error: string }) =>
    `[${code(String(number ?? error))}](../guides/errors.md#${error.toLowerCase()})`;
  return `# ${operation.summary}

${code(endpointOf(call))} · ${code(`${operation.operationId}()`)}

${w.weight} **${operation["x-request-weight"]}** / ${limit} · ${w.perMinute.replace("%", `**${perMinute}**`)} · ${w.server} ${code(server)} ${code(host)}

${safe(operation.description.trim())}

**[${w.tryIt}](../try-it.html#tag/${tag}/${call.method.toUpperCase()}${call.path})** · [${w.reference}](../reference.html#/${tag}/${operation.operationId.toLowerCase()})${operation.externalDocs ? ` · [${w.source}](${operation.externalDocs.url})` : ""}

<div class="columns">
<div class="side">

## ${w.samples} {#samples}

<div class="samples">

::: code-group
${own.map(({ label, extension, source }) => fence(extension.split(".").at(-1), source, label)).join("\n")}
:::

</div>

## ${w.examples} {#examples}

::: code-group
${examples.map(({ summary, value }) => fence("json", JSON.stringify(value, null, 2), summary.split(/[,，]/)[0])).join("\n")}
:::

### ${w.origin} {#origin}

${examples.map(({ summary, description = "" }) => `- **${safe(summary)}**: ${safe(description.trim())}`).join("\n")}

</div>
<div class="main">

## ${w.parameters} {#parameters}

${parametersOf(document, call)
  .map((field) => row(field, needed(field)))
  .join("\n\n")}

## ${w.response} {#response}

${fieldsOf(document, call)
  .map((field) => row(field, field.required ? "" : w.mayLack))
  .join("\n\n")}

## ${w.headers} {#headers}

${table(
  [w.name, w.meaning],
  [...headersOf(document, call)].map(([name, meaning]) => [code(name), safe(meaning)]),
)}

## ${w.errors} {#errors}

${w.errorsText}

${table(
  [w.status, w.codes, w.meaning],
  errorsOf(document, call).map(({ status, description, errors }) => [
    code(status),
    errors.map(errorLink).join(" "),
    safe(description),
  ]),
)}

</div>
</div>
`;
}

/** A type with the names of schemas leading to what they mean. */
const linked = (type: string) =>
  safe(type).replace(/\b(?!Record)[A-Z]\w+/g, (name) => `[${name}](../types.md#${name.toLowerCase()})`);

/** What each value means, as far as it is known. */
function valuesList(language: Language, { type, values }: Pick<Field, "type" | "values">): string {
  const known = words[language].values[/[A-Z]\w+/.exec(type)?.[0] ?? ""] ?? {};
  return values.map((value) => `- ${code(value)}${known[value] ? ` – ${known[value]}` : ""}`).join("\n");
}

/** Schemas that fields link to: what a type means, and its values. */
export function typesPage(document: OpenApiDocument, language: Language): string {
  const w = words[language].types;
  const section = ([name, schema]: [string, Record<string, unknown>]) => {
    const { description = "", pattern, format, properties } = schema as Record<string, string>;
    return [
      `## ${name} {#${name.toLowerCase()}}`,
      safe(description.trim()),
      pattern && `${w.pattern} ${code(pattern)}`,
      (w.formats as Record<string, string>)[format ?? ""],
      valuesList(language, { type: name, values: valuesOf(document, schema) }),
      properties && `${w.fields} ${Object.keys(properties).map(code).join(w.comma)}`,
    ]
      .filter(Boolean)
      .join("\n\n");
  };
  const byName = Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return `# ${w.title}\n\n${w.intro}\n\n${byName.map(section).join("\n\n")}\n`;
}
