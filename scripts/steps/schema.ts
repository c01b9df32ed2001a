import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";
import { calls, notice, type OpenApiDocument, type Operation, resolve, type Schema } from "./document.js";
import { interfacesTs } from "./interfaces.js";

/** TypeScript types of what a caller writes and gets. The only file that knows openapi-typescript. */
export async function schemaTs(document: OpenApiDocument): Promise<string> {
  const view = callersView(document);
  const types = astToString(
    await openapiTS(view as never, { transform: (schema) => typeOf(schema as Schema) }),
  );
  return `// ${notice}\n\n${types}\n${interfacesTs(document)}`;
}

/** The document without what callers never meet: injected parameters, and answers that are not JSON. */
function callersView(document: OpenApiDocument): OpenApiDocument {
  const view = structuredClone(document);
  for (const { operation } of calls(view)) {
    operation.parameters = (operation.parameters ?? []).filter(
      (parameter) => !resolve(view, parameter)["x-injected"],
    );
    for (const [status, response] of Object.entries(operation.responses)) {
      if (!resolve(view, response).content?.["application/json"]) delete operation.responses[status];
    }
  }
  const { schemas, headers = {}, responses, parameters } = view.components;
  for (const [name, parameter] of Object.entries(parameters))
    if (parameter["x-injected"]) delete parameters[name];
  for (const [name, response] of Object.entries(responses))
    if (!response.content?.["application/json"]) delete responses[name];
  for (const media of calls(view).flatMap(({ operation }) => jsonBodies(view, operation)))
    delete media.examples;
  return { ...view, components: { schemas, headers, responses, parameters, securitySchemes: {} } };
}

const jsonBodies = (view: OpenApiDocument, operation: Operation) =>
  Object.values(operation.responses).flatMap((response) =>
    Object.values(resolve(view, response).content ?? {}),
  );

const { factory, SyntaxKind } = ts;
const decimal = factory.createTemplateLiteralType(factory.createTemplateHead(""), [
  factory.createTemplateLiteralTypeSpan(
    factory.createKeywordTypeNode(SyntaxKind.NumberKeyword),
    factory.createTemplateTail(""),
  ),
]);
const literal = (text: string) => factory.createLiteralTypeNode(factory.createStringLiteral(text));
// `string & {}` keeps the known values in an editor's completion, which plain `string` would swallow.
const anyOtherString = factory.createIntersectionTypeNode([
  factory.createKeywordTypeNode(SyntaxKind.StringKeyword),
  factory.createTypeLiteralNode([]),
]);

function typeOf(schema: Schema): ts.TypeNode | undefined {
  if (schema.format === "decimal") return decimal;
  if (schema.format === "decimal-or-empty") return factory.createUnionTypeNode([decimal, literal("")]);
  const values = openEnum(schema);
  return values && factory.createUnionTypeNode([...values.map(literal), anyOtherString]);
}

/** The known values of an enumeration that also lets other strings through, as `anyOf: [enum, string]`. */
function openEnum({ anyOf }: Schema): string[] | undefined {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return undefined;
  const [known, other] = anyOf as Schema[];
  return Array.isArray(known?.enum) && other?.type === "string" && !other.enum ? known.enum : undefined;
}
