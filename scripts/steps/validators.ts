import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { calls, notice, type OpenApiDocument, resolve, type Schema } from "./document.js";

/** One function per operation that tells whether a body is what the document says, without any import. */
export function validatorsTs(document: OpenApiDocument): string {
  const ajv = new Ajv({ code: { source: true, esm: true, lines: true }, schemas: namedSchemas(document) });
  const ids = calls(document).map(({ operation }) => {
    const schema = resolve(document, operation.responses["200"] ?? {}).content?.["application/json"]?.schema;
    if (!schema) throw new Error(`${operation.operationId}: the response "200" has to be application/json with a schema.`);
    ajv.addSchema({ $id: operation.operationId, ...assertionsOf(schema) });
    return operation.operationId;
  });
  const code = standalone.default(ajv, Object.fromEntries(ids.map((id) => [id, id])));
  if (/\brequire\(|\bimport\b/.test(code)) throw new Error("A schema uses a keyword whose validator needs ajv at run time.");
  return `// ${notice}
// @ts-nocheck: written by ajv.
${code}
export const validators = { ${ids.join(", ")} };
`;
}

const namedSchemas = ({ components }: OpenApiDocument) =>
  Object.entries(components.schemas).map(([name, schema]) => ({ $id: name, ...assertionsOf(schema) }));

/** The part of a schema that can be violated. Words and examples would only make the client heavier. */
function assertionsOf(schema: Schema): Schema {
  const kept: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "$ref") kept.$ref = String(value).replace("#/components/schemas/", "");
    else if (keyword === "properties") kept[keyword] = mapValues(value as Record<string, Schema>, assertionsOf);
    else if (keyword === "items") kept[keyword] = assertionsOf(value as Schema);
    else if (keyword === "anyOf") {
      const branches = (value as Schema[]).map(assertionsOf);
      // An open enumeration lets every string through, and a string is all there is to check.
      if (branches.some(isAnyString)) kept.type = "string";
      else kept[keyword] = branches;
    } else if (!annotations.has(keyword) && !keyword.startsWith("x-")) kept[keyword] = value;
  }
  return kept;
}

const annotations = new Set(["description", "title", "examples", "example", "default", "format", "deprecated"]);
const isAnyString = (schema: Schema) => schema.type === "string" && Object.keys(schema).length === 1;
const mapValues = <V, W>(object: Record<string, V>, map: (value: V) => W) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
