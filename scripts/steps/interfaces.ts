import {
  bodyOf,
  calls,
  type OpenApiDocument,
  type Operation,
  type Parameter,
  resolve,
  type Schema,
} from "./document.js";

/** A named interface or type for each schema and for each operation's parameters, so that an editor shows names. */
export function interfacesTs(document: OpenApiDocument): string {
  const schemas = Object.entries(document.components.schemas)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, schema]) => declaration(name, schema));
  const all = calls(document);
  const parameters = all.map(({ operation }) => parametersInterface(document, operation));
  const table = (name: string, text: string, typeOf: (operation: Operation) => string) =>
    `/** ${text} */\nexport interface ${name} {\n${all.map(({ operation }) => `  ${operation.operationId}: ${typeOf(operation)};\n`).join("")}}\n`;
  return [
    ...schemas,
    ...parameters,
    table("ResponseBodies", "Body of a successful response, by operation.", (operation) =>
      typeOf(bodyOf(document, operation)),
    ),
    table("QueryParameters", "Query parameters that a caller may send, by operation.", ({ operationId }) =>
      parametersName(operationId),
    ),
  ].join("\n");
}

const parametersName = (operationId: string) =>
  `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Parameters`;

function declaration(name: string, schema: Schema): string {
  const text = docstring(schema, "");
  if (schema.type !== "object") return `${text}export type ${name} = ${typeOf(schema)};\n`;
  return `${text}export interface ${name} ${objectType(schema, "")}\n`;
}

function parametersInterface(document: OpenApiDocument, operation: Operation): string {
  const fields = (operation.parameters ?? [])
    .map((parameter) => resolve(document, parameter) as Parameter & Schema)
    .filter((parameter) => !parameter["x-injected"])
    .map(({ name, required, schema, description, examples }) => {
      const first = Object.values((examples ?? {}) as Record<string, { value: unknown }>)[0];
      const words = { description, ...(first && { examples: [first.value] }) };
      return `${docstring(words, "  ")}  ${key(name)}${required ? "" : "?"}: ${typeOf(schema)}${required ? "" : " | undefined"};\n`;
    });
  const text = `/** Parameters of \`${operation.operationId}\`. */\n`;
  return `${text}export interface ${parametersName(operation.operationId)} {\n${fields.join("")}}\n`;
}

const decimal = `\`\${number}\``;

/** A schema as a type: by its name where it has one. */
export function typeOf(schema: Schema, indent = ""): string {
  if (typeof schema.$ref === "string") return schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
  const { type, format, items, const: only, enum: values } = schema;
  const branches = schema.anyOf ?? schema.oneOf;
  if (format === "decimal") return decimal;
  if (format === "decimal-or-empty") return `${decimal} | ""`;
  if (branches) {
    // `string & {}` keeps the known values in an editor's completion, which plain `string` would swallow.
    const isOpen = branches.some(({ type, enum: known }) => type === "string" && known);
    const names = branches.map((one) =>
      isOpen && one.type === "string" && !one.enum ? "(string & {})" : typeOf(one, indent),
    );
    return [...new Set(names)].join(" | ");
  }
  if (only !== undefined) return JSON.stringify(only);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(type)) return type.map((one) => typeOf({ ...schema, type: one }, indent)).join(" | ");
  switch (type) {
    case "array": {
      const item = typeOf(items ?? {}, indent);
      return item.includes(" ") ? `(${item})[]` : `${item}[]`;
    }
    case "object":
      return objectType(schema, indent);
    case "integer":
      return "number";
    default:
      return String(type ?? "unknown");
  }
}

function objectType(
  { properties = {}, required = [], additionalProperties }: Schema,
  indent: string,
): string {
  const inner = `${indent}  `;
  const values = typeof additionalProperties === "object" ? typeOf(additionalProperties, inner) : undefined;
  if (values && Object.keys(properties).length === 0) return `{ [name: string]: ${values} }`;
  const fields = Object.entries(properties).map(([name, field]) => {
    const optional = required.includes(name) ? "" : "?";
    return `${docstring(field, inner)}${inner}${key(name)}${optional}: ${typeOf(field, inner)};\n`;
  });
  return `{\n${fields.join("")}${indent}}`;
}

/** What an editor shows: the description, and an example value. */
function docstring({ description, examples }: Schema, indent: string): string {
  if (!description) return "";
  const lines = String(description).trim().split("\n");
  const [example] = Array.isArray(examples) ? examples : [];
  if (example !== undefined) lines.push(`@example ${JSON.stringify(example)}`);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
