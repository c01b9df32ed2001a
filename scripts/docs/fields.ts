import { decide } from "../../src/response/decisions.js";
import {
  bodyOf,
  type Call,
  type OpenApiDocument,
  type Parameter,
  type Response,
  resolve,
  type Schema,
  serversOf,
  successOf,
} from "../steps/document.js";

/** A parameter, or a field of a response with the way to it: `positions[].symbol`. */
export interface Field {
  name: string;
  /** Its address on the page. */
  id: string;
  /** In the notation of TypeScript. */
  type: string;
  values: string[];
  description: string;
  required: boolean;
  isInjected?: boolean | undefined;
  example?: unknown;
}

/** How often a minute an operation may be called when nothing else is. */
export function allowanceOf(document: OpenApiDocument, call: Call) {
  const [host] = serversOf(document, call);
  const limit = host?.["x-weight-limit"] ?? 0;
  const perMinute = Math.floor(limit / call.operation["x-request-weight"]);
  return { host: host?.url ?? "", server: host?.["x-server"] ?? "", limit, perMinute };
}

export const parametersOf = (document: OpenApiDocument, { operation }: Call): Field[] =>
  (operation.parameters ?? [])
    .map((given) => resolve<Parameter>(document, given))
    .map(({ name, description, required = false, schema, "x-injected": isInjected }) => ({
      ...{ name, id: `parameter-${name}`, description, required, isInjected },
      ...{ type: typeName(schema), values: valuesOf(document, schema) },
    }));

/** Every field of a successful response, from the outside in. */
export function fieldsOf(document: OpenApiDocument, { operation }: Call): Field[] {
  const found = new Map<string, Field>();
  const visit = (given: Schema, prefix: string): void => {
    const { items, additionalProperties: others, properties = {}, ...schema } = resolve(document, given);
    if (items) visit(items, `${prefix}[]`);
    for (const branch of branchesOf(schema)) visit(branch, prefix);
    if (typeof others === "object") visit(others, `${prefix}.*`);
    for (const [property, field] of Object.entries(properties)) {
      const name = prefix && prefix !== "[]" ? `${prefix}.${property}` : property; // of a list of rows each field is named as in its row
      const { description = "", examples } = field;
      const twin = found.get(name); // in another case of `oneOf`
      found.set(name, {
        ...{ name, id: name.replaceAll("[]", "").replaceAll(".", "-"), type: typeName(field), description },
        ...{ required: schema.required?.includes(property) ?? false, example: [examples].flat()[0], ...twin },
        values: [...new Set([...(twin?.values ?? []), ...valuesOf(document, field)])],
      });
      visit(field, name);
    }
  };
  visit(bodyOf(document, operation), "");
  return [...found.values()];
}

const branchesOf = ({ anyOf = [], oneOf = [] }: Schema) => [...anyOf, ...oneOf];

/** As TypeScript writes it: `UmAsset[]`, `Decimal | null`. */
function typeName(schema: Schema): string {
  const { $ref, type, items, additionalProperties: others } = schema;
  if ($ref) return String($ref).replace(/.*\//, "");
  if (items) return `${typeName(items).replace(/^.* .*$/, "($&)")}[]`;
  if (typeof others === "object") return `Record<string, ${typeName(others)}>`;
  const branches = branchesOf(schema).map(typeName);
  return [...new Set(branches.length > 0 ? branches : [type].flat())].join(" | ");
}

/** The values that a schema lists, also those of its rows. */
export function valuesOf(document: OpenApiDocument, given: Schema): string[] {
  const schema = resolve(document, given);
  const own = [schema.enum ?? schema.const ?? []].flat() as (string | null)[];
  const inner = [...branchesOf(schema), ...(schema.items ? [schema.items] : [])];
  return [...own.filter((value) => value !== null), ...inner.flatMap((each) => valuesOf(document, each))];
}

const examplesIn = (document: OpenApiDocument, { content = {} }: Partial<Response>) =>
  Object.values(content["application/json"]?.examples ?? {}).map((given) => resolve(document, given));

export const examplesOf = (document: OpenApiDocument, { operation }: Call) =>
  examplesIn(document, successOf(document, operation));

/** What an operation can be refused with, and what the client makes of it: the heading of the guide to errors. */
export const errorsOf = (document: OpenApiDocument, { operation }: Call) =>
  Object.entries(operation.responses)
    .filter(([status]) => status !== "200")
    .map(([status, given]) => {
      const response = resolve(document, given);
      const errorOf = (code?: number) => decide(Number(status.replace("XX", "00")), code).error;
      const codes = [...new Set(examplesIn(document, response).map(({ value }) => value.code))];
      const errors = (codes.length > 0 ? codes : [undefined]).map((code) => ({ code, error: errorOf(code) }));
      return { status, description: response.description, errors };
    });

/** Headers of its responses by name, with what they mean. */
export const headersOf = (document: OpenApiDocument, { operation }: Call): Record<string, string> =>
  Object.fromEntries(
    Object.values(operation.responses)
      .flatMap((response) => Object.entries(resolve(document, response).headers ?? {}))
      .map(([name, header]) => [name, resolve(document, header).description]),
  );
