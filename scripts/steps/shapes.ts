import { calls, notice, type OpenApiDocument, resolve, type Schema } from "./document.js";

/** Names and known values of each answer, for telling what is new in it. */
export function shapesTs(document: OpenApiDocument): string {
  const named = new Map<string, string>();
  const answers = calls(document).map(({ operation }) => {
    const schema = resolve(document, operation.responses["200"] ?? {}).content?.["application/json"]?.schema ?? {};
    return `  ${operation.operationId}: ${shapeOf(document, schema, named)},\n`;
  });
  return `// ${notice}

/** An object is its fields, a list is an array of one shape, an open enumeration is a set of its known values, 0 is anything else. */
export type Shape = 0 | ReadonlySet<unknown> | readonly [Shape] | { readonly [name: string]: Shape };

${[...named].map(([name, shape]) => `const ${name}: Shape = ${shape};\n`).join("")}
export const shapes: { readonly [operationId: string]: Shape } = {
${answers.join("")}};
`;
}

function shapeOf(document: OpenApiDocument, schema: Schema, named: Map<string, string>): string {
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1);
    const shape = shapeOf(document, resolve(document, schema as { $ref: string }), named);
    if (shape === "0") return shape;
    named.set(name, shape);
    return name;
  }
  if (schema.type === "array") return `[${shapeOf(document, (schema.items ?? {}) as Schema, named)}]`;
  if (schema.properties) {
    const fields = Object.entries(schema.properties as Record<string, Schema>);
    return `{ ${fields.map(([name, field]) => `${name}: ${shapeOf(document, field, named)}`).join(", ")} }`;
  }
  const known = (schema.anyOf as Schema[] | undefined)?.find((branch) => Array.isArray(branch.enum));
  return known ? `new Set(${JSON.stringify(known.enum)})` : "0";
}
