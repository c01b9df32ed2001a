import { calls, notice, type OpenApiDocument, resolve, type Schema } from "./document.js";

/** What each answer has to be and what is known of it: the part of its schema that can be violated, and open enumerations. */
export function answersTs(document: OpenApiDocument): string {
  const named = new Map<string, string>();
  const answers = calls(document).map(({ operation }) => {
    const schema = resolve(document, operation.responses["200"] ?? {}).content?.["application/json"]?.schema;
    if (!schema)
      throw new Error(
        `${operation.operationId}: the response "200" has to be application/json with a schema.`,
      );
    return `  ${operation.operationId}: ${checkOf(document, schema, operation.operationId, named)},\n`;
  });
  return `// ${notice}
import type { Schema } from "../src/response/schema.js";

${[...named].map(([name, check]) => `const ${name}: Schema = ${check};\n`).join("")}
export const answers: { readonly [operationId: string]: Schema } = {
${answers.join("")}};
`;
}

/** The schema as source text; named schemas become constants of that name. */
function checkOf(
  document: OpenApiDocument,
  schema: Schema,
  where: string,
  named: Map<string, string>,
): string {
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    if (!named.has(name))
      named.set(name, checkOf(document, resolve(document, schema as { $ref: string }), name, named));
    return name;
  }
  const {
    anyOf,
    properties,
    required = [],
    items,
    type,
    ...rest
  } = schema as Schema & { properties?: Record<string, Schema> };
  const branches = anyOf as Schema[] | undefined;
  if (branches?.some(isAnyString)) {
    // An open enumeration lets every string through; its values are known, so that a new one can be told of.
    return source({
      type: "string",
      known: branches.flatMap((branch) => (branch.enum as string[] | undefined) ?? []),
    });
  }
  const unknown = Object.keys(rest).find(
    (keyword) =>
      !keywords[String(type)]?.has(keyword) && !annotations.has(keyword) && !keyword.startsWith("x-"),
  );
  if (branches || unknown !== undefined || !(String(type) in keywords)) {
    const what = branches
      ? "`anyOf` without a branch for any string"
      : unknown
        ? `\`${unknown}\``
        : `\`type: ${JSON.stringify(type)}\``;
    throw new Error(
      `${where}: the client cannot check ${what}; teach it to src/response/schema.ts, or describe the answer without.`,
    );
  }
  if (type === "array")
    return `{ type: "array", items: ${checkOf(document, (items ?? {}) as Schema, where, named)} }`;
  if (type !== "object")
    return source({
      type,
      ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => keywords[String(type)]?.has(keyword))),
    });
  const names = Object.keys(properties ?? {});
  const stray = (required as string[]).find((name) => !names.includes(name));
  if (stray !== undefined) throw new Error(`${where}: \`${stray}\` is required and has no schema.`);
  const fields = Object.entries(properties ?? {}).map(
    ([name, field]) => `${key(name)}: ${checkOf(document, field, `${where}.${name}`, named)}`,
  );
  const optional = names.filter((name) => !(required as string[]).includes(name));
  const last = optional.length > 0 ? `, optional: ${JSON.stringify(optional)}` : "";
  return `{ type: "object", properties: { ${fields.join(", ")} }${last} }`;
}

/** What src/response/schema.ts checks, by type. */
const keywords: Record<string, Set<string>> = {
  object: new Set(),
  array: new Set(),
  boolean: new Set(),
  string: new Set(["pattern"]),
  integer: new Set(["minimum", "maximum"]),
};

const annotations = new Set([
  "description",
  "title",
  "examples",
  "example",
  "default",
  "format",
  "deprecated",
]);
const isAnyString = (schema: Schema) =>
  schema.type === "string" &&
  Object.keys(schema).every((keyword) => keyword === "type" || annotations.has(keyword));
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const source = (schema: Schema) =>
  `{ ${Object.entries(schema)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
