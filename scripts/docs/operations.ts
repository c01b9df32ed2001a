import { type Call, endpointOf, type OpenApiDocument } from "../steps/document.js";
import {
  allowanceOf,
  errorsOf,
  examplesOf,
  type Field,
  fieldsOf,
  headersOf,
  parametersOf,
  valuesOf,
} from "./fields.js";
import { code, fence, safe, sections, table } from "./markup.js";
import { type Language, words } from "./words.js";

/** Everything that is known of one operation, in two columns; each parameter and field has an address of its own. */
export function operationPage(document: OpenApiDocument, language: Language, call: Call): string {
  const {
    operationId,
    "x-request-weight": weight,
    "x-codeSamples": samples = [],
    ...operation
  } = call.operation;
  const { operation: w, formulas } = words[language];
  const { host, server, limit, perMinute } = allowanceOf(document, call);
  const tag = operation.tags[0]?.toLowerCase();
  const examples = examplesOf(document, call);
  const row = (field: Field, note: string) => {
    const formula = formulas[`${operationId}.${field.name}`];
    const isTelling = field.values.length === 0 && (field.example ?? "") !== "";
    const example = isTelling && `${w.example} ${code(JSON.stringify(field.example))}`;
    return sections(
      `### ${code(field.name)} {#${field.id}}`,
      [linked(field.type), note, example].filter(Boolean).join(" · "),
      safe(field.description),
      valuesList(language, field.type, field.values),
      formula && `${w.formula} ${formula}`,
    );
  };
  return sections(
    `# ${operation.summary}`,
    `${code(endpointOf(call))} · ${code(`${operationId}()`)}`,
    `${w.weight} **${weight}** / ${limit} · ${w.perMinute.replace("%", `**${perMinute}**`)} · ${w.server} ${code(server)} ${code(host)}`,
    safe(operation.description),
    `**[${w.tryIt}](../try-it.html#tag/${tag}/${call.method.toUpperCase()}${call.path})** · [${w.reference}](../reference.html#/${tag}/${operationId.toLowerCase()})${operation.externalDocs ? ` · [${w.source}](${operation.externalDocs.url})` : ""}`,
    `<div class="columns">\n<div class="side">`,
    `## ${w.samples} {#samples}`,
    `<div class="samples">`,
    group(samples.map(({ lang, label, source }) => fence(lang.split(" ")[0]?.toLowerCase(), source, label))),
    "</div>",
    `## ${w.examples} {#examples}`,
    group(
      examples.map(({ summary, value }) =>
        fence("json", JSON.stringify(value, null, 2), summary.split(/[,，]/)[0]),
      ),
    ),
    `### ${w.origin} {#origin}`,
    examples
      .map(({ summary, description = "" }) => `- **${safe(summary)}**: ${safe(description)}`)
      .join("\n"),
    `</div>\n<div class="main">`,
    `## ${w.parameters} {#parameters}`,
    ...parametersOf(document, call).map((field) =>
      row(field, field.isInjected ? w.signer : field.required ? `**${w.required}**` : w.optional),
    ),
    `## ${w.response} {#response}`,
    ...fieldsOf(document, call).map((field) => row(field, field.required ? "" : w.mayLack)),
    `## ${w.headers} {#headers}`,
    table(
      [w.name, w.meaning],
      Object.entries(headersOf(document, call)).map(([name, meaning]) => [code(name), safe(meaning)]),
    ),
    `## ${w.errors} {#errors}`,
    w.errorsText,
    table(
      [w.status, w.codes, w.meaning],
      errorsOf(document, call).map(({ status, description, errors }) => [
        code(status),
        errors
          .map(
            (each) =>
              `[${code(String(each.code ?? each.error))}](../guides/errors.md#${each.error.toLowerCase()})`,
          )
          .join(" "),
        safe(description),
      ]),
    ),
    "</div>\n</div>\n",
  );
}

const group = (fences: string[]) => `::: code-group\n${fences.join("\n")}\n:::`;

/** A type with the names of schemas leading to what they mean. */
const linked = (type: string) =>
  safe(type).replace(/\b(?!Record)[A-Z]\w+/g, (name) => `[${name}](../types.md#${name.toLowerCase()})`);

/** What each value means, as far as it is known. */
function valuesList(language: Language, type: string, values: string[]): string {
  const known = words[language].values[/[A-Z]\w+/.exec(type)?.[0] ?? ""] ?? {};
  return values.map((value) => `- ${code(value)}${known[value] ? ` – ${known[value]}` : ""}`).join("\n");
}

/** Schemas that fields link to: what a type means, and its values. */
export function typesPage(document: OpenApiDocument, language: Language): string {
  const w = words[language].types;
  const byName = Object.entries(document.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return sections(
    `# ${w.title}`,
    w.intro,
    ...byName.map(([name, { description = "", pattern, format = "", properties, ...schema }]) =>
      sections(
        `## ${name} {#${name.toLowerCase()}}`,
        safe(description),
        pattern && `${w.pattern} ${code(String(pattern))}`,
        (w.formats as Record<string, string>)[String(format)],
        valuesList(language, name, valuesOf(document, schema)),
        properties && `${w.fields} ${Object.keys(properties).map(code).join(w.comma)}`,
      ),
    ),
  );
}
