import {
  annotations,
  calls,
  notice,
  type OpenApiDocument,
  resolve,
  type Schema,
  successOf,
} from "./document.js";

/** What each answer has to be and what is known of it: the part of its schema that can be violated, and open enumerations. */
export function answersTs(document: OpenApiDocument): string {
  const named = new Map<string, string>();
  const answers = calls(document).map(({ operation }) => {
    const schema = successOf(document, operation).content?.["application/json"]?.schema;
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
export function checkOf(
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
  const said = { ...schema };
  const branches = (said.anyOf ?? said.oneOf) as Schema[] | undefined;
  const refuse = (what: string): never => {
    throw new Error(
      `${where}: the client cannot check ${what}; teach it to src/response/schema.ts, or describe the response without.`,
    );
  };

  // `null` beside something: `type: [string, "null"]`, or a branch of its own.
  const types = [said.type].flat();
  if (types.includes("null") && types.length === 2) {
    const [type] = types.filter((type) => type !== "null");
    const { enum: values } = said as { enum?: unknown[] };
    const rest = { ...said, type, ...(values && { enum: values.filter((value) => value !== null) }) };
    return nullable(checkOf(document, rest, where, named));
  }
  if (branches?.some(isNull)) {
    const others = branches.filter((branch) => !isNull(branch));
    const name = said.anyOf ? "anyOf" : "oneOf";
    const [only] = others;
    const rest = others.length === 1 && only ? only : { ...said, [name]: others };
    return nullable(checkOf(document, rest, where, named));
  }
  if (said.anyOf) {
    if (!branches?.some(isAnyString)) return refuse("`anyOf` without a branch for any string or null");
    // An open enumeration lets every string through; its values are known, so that a new one can be told of.
    const known = branches.flatMap((branch) => (branch.enum as string[] | undefined) ?? []);
    return source({ type: "string", known });
  }
  if (said.oneOf) return oneOf(document, said, where, named, refuse);

  const type = String(said.type);
  const known = keywords[type];
  if (!known) return refuse(`\`type: ${JSON.stringify(said.type)}\``);
  const unknown = Object.keys(said).find(
    (keyword) => !known.has(keyword) && !annotations.has(keyword) && !/^x-|^type$/.test(keyword),
  );
  if (unknown) return refuse(`\`${unknown}\``);
  if (type === "array") {
    if (!said.items) return refuse("a list without `items`");
    return `{ type: "array", items: ${checkOf(document, said.items as Schema, where, named)} }`;
  }
  if (type === "object") return object(document, said, where, named, refuse);
  const limits = Object.fromEntries(Object.entries(said).filter(([keyword]) => known.has(keyword)));
  if ("const" in limits) {
    limits.enum = [limits.const];
    delete limits.const;
  }
  return source({ type, ...limits, ...(said["x-unit"] === "ms" && { unit: "ms" }) });
}

type Refuse = (what: string) => never;

function object(
  document: OpenApiDocument,
  { properties = {}, required = [], additionalProperties }: Schema & { properties?: Record<string, Schema> },
  where: string,
  named: Map<string, string>,
  refuse: Refuse,
): string {
  const names = Object.keys(properties);
  const stray = (required as string[]).find((name) => !names.includes(name));
  if (stray !== undefined) throw new Error(`${where}: \`${stray}\` is required and has no schema.`);
  if (additionalProperties === false)
    return refuse("`additionalProperties: false`, because Binance adds fields without notice");
  const fields = Object.entries(properties).map(
    ([name, field]) => `${key(name)}: ${checkOf(document, field, `${where}.${name}`, named)}`,
  );
  const optional = names.filter((name) => !(required as string[]).includes(name));
  const values =
    typeof additionalProperties === "object" && Object.keys(additionalProperties as object).length > 0
      ? `, values: ${checkOf(document, additionalProperties as Schema, `${where}.*`, named)}`
      : "";
  const last = optional.length > 0 ? `, optional: ${JSON.stringify(optional)}` : "";
  return `{ type: "object", properties: { ${fields.join(", ")} }${last}${values} }`;
}

/** One of several objects, told apart by a field that each of them requires and has a value of its own for. */
function oneOf(
  document: OpenApiDocument,
  { oneOf: branches, discriminator }: Schema,
  where: string,
  named: Map<string, string>,
  refuse: Refuse,
): string {
  const { propertyName: field } = (discriminator ?? {}) as { propertyName?: string };
  if (!field) return refuse("`oneOf` without a `discriminator.propertyName`");
  const cases = (branches as Schema[]).flatMap((branch) => {
    const { properties = {}, required = [] } = resolve(document, branch as { $ref: string }) as Schema & {
      properties?: Record<string, Schema>;
    };
    const said = properties[field] && (resolve(document, properties[field]) as Schema);
    const values = (said?.const === undefined ? said?.enum : [said.const]) as string[] | undefined;
    if (!values || !(required as string[]).includes(field))
      return refuse(`a branch of \`oneOf\` that does not require \`${field}\` with a \`const\` or \`enum\``);
    return values.map((value) => `${key(value)}: ${checkOf(document, branch, where, named)}`);
  });
  return `{ type: "oneOf", field: ${JSON.stringify(field)}, cases: { ${cases.join(", ")} } }`;
}

const isNull = (schema: Schema) => schema.type === "null";
const nullable = (check: string) =>
  check.startsWith("{") ? check.replace(/ \}$/, ", nullable: true }") : `{ ...${check}, nullable: true }`;

/** What src/response/schema.ts checks, by type. */
const keywords: Record<string, Set<string>> = {
  object: new Set(["properties", "required", "additionalProperties"]),
  array: new Set(["items"]),
  boolean: new Set(),
  string: new Set(["pattern", "minLength", "maxLength", "enum", "const"]),
  integer: new Set(["minimum", "maximum", "enum", "const"]),
};

const isAnyString = (schema: Schema) =>
  schema.type === "string" &&
  Object.keys(schema).every((keyword) => keyword === "type" || annotations.has(keyword));
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const source = (schema: Schema) =>
  `{ ${Object.entries(schema)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(", ")} }`;
