import {
  type Call,
  type OpenApiDocument,
  type Parameter,
  type Reference,
  type Response,
  resolve,
  type Schema,
} from "../steps/document.js";
import { decide } from "./source.js";

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

/** The keywords that lead further into a schema, and those that are shown. */
interface Shape extends Schema {
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  additionalProperties?: Schema | boolean;
  enum?: (string | null)[];
  const?: string;
  description?: string;
  examples?: unknown[];
}

export interface Example {
  summary: string;
  description?: string;
  value: { code?: number };
}

export const endpointOf = ({ method, path }: Call) => `${method.toUpperCase()} ${path}`;

/** How often a minute an operation may be called when nothing else is. */
export function allowanceOf(document: OpenApiDocument, { item, operation }: Call) {
  const [host] = item.servers ?? document.servers;
  const limit = host?.["x-weight-limit"] ?? 0;
  const perMinute = Math.floor(limit / operation["x-request-weight"]);
  return { host: host?.url ?? "", server: host?.["x-server"] ?? "", limit, perMinute };
}

export const parametersOf = (document: OpenApiDocument, { operation }: Call): Field[] =>
  (operation.parameters ?? [])
    .map((given) => resolve(document, given) as Parameter & { description: string })
    .map(({ name, description, required = false, schema, "x-injected": isInjected }) => ({
      ...{ name, id: `parameter-${name}`, description, required, isInjected },
      ...typeOf(document, schema),
    }));

/** Every field of a successful response, from the outside in. */
export function fieldsOf(document: OpenApiDocument, { operation }: Call): Field[] {
  const found = new Map<string, Field>();
  const visit = (given: Schema, prefix: string): void => {
    const schema = resolve(document, given) as Shape;
    if (schema.items) visit(schema.items, `${prefix}[]`);
    for (const branch of branchesOf(schema)) visit(branch, prefix);
    if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, `${prefix}.*`);
    for (const [property, field] of Object.entries(schema.properties ?? {})) {
      const name = prefix && prefix !== "[]" ? `${prefix}.${property}` : property; // of a list of rows each field is named as in its row
      const { description = "", examples } = field as Shape;
      const { type, values } = typeOf(document, field);
      const twin = found.get(name); // in another case of `oneOf`
      found.set(name, {
        ...{ name, id: name.replaceAll("[]", "").replaceAll(".", "-"), type, example: examples?.[0] },
        ...{ description, required: schema.required?.includes(property) ?? false, ...twin },
        values: [...new Set([...(twin?.values ?? []), ...values])],
      });
      visit(field, name);
    }
  };
  visit(successOf(document, operation).content?.["application/json"]?.schema ?? {}, "");
  return [...found.values()];
}

const successOf = (document: OpenApiDocument, { responses }: Call["operation"]) =>
  resolve(document, responses["200"] ?? {}) as Response;

const branchesOf = ({ anyOf = [], oneOf = [] }: Shape) => [...anyOf, ...oneOf];

const typeOf = (document: OpenApiDocument, schema: Schema) => ({
  type: typeName(schema),
  values: valuesOf(document, schema),
});

/** As TypeScript writes it: `UmAsset[]`, `Decimal | null`. */
function typeName(schema: Shape): string {
  if (typeof schema.$ref === "string") return schema.$ref.split("/").at(-1) ?? "";
  const { type, items, additionalProperties: others } = schema;
  if (items)
    return typeName(items)
      .replace(/^.* .*$/, "($&)")
      .concat("[]");
  if (typeof others === "object") return `Record<string, ${typeName(others)}>`;
  const branches = branchesOf(schema).map(typeName);
  return [...new Set(branches.length > 0 ? branches : [type].flat())].join(" | ");
}

/** The values that a schema lists, also those of its rows. */
export function valuesOf(document: OpenApiDocument, given: Schema): string[] {
  const schema = resolve(document, given) as Shape;
  const own = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  const inner = [...branchesOf(schema), ...(schema.items ? [schema.items] : [])];
  return [...own.filter((value) => value !== null), ...inner.flatMap((each) => valuesOf(document, each))];
}

const examplesIn = (document: OpenApiDocument, { content = {} }: Response) =>
  Object.values(content["application/json"]?.examples ?? {}).map((given) =>
    resolve(document, given as Example | Reference),
  );

export const examplesOf = (document: OpenApiDocument, { operation }: Call) =>
  examplesIn(document, successOf(document, operation));

/** What an operation can be refused with, and what the client makes of it: the heading of the guide to errors. */
export const errorsOf = (document: OpenApiDocument, { operation }: Call) =>
  Object.entries(operation.responses)
    .filter(([status]) => status !== "200")
    .map(([status, given]) => {
      const response = resolve(document, given) as Response & { description: string };
      const errorOf = (code?: number) => decide(Number(status.replace("XX", "00")), code).error;
      const codes = [...new Set(examplesIn(document, response).map(({ value }) => value.code))];
      const errors = (codes.length > 0 ? codes : [undefined]).map((code) => ({ code, error: errorOf(code) }));
      return { status, description: response.description, errors };
    });

/** Headers of its responses by name, with what they mean. */
export function headersOf(document: OpenApiDocument, { operation }: Call): Map<string, string> {
  const headers = Object.values(operation.responses).flatMap((response) =>
    Object.entries((resolve(document, response) as { headers?: Record<string, object> }).headers ?? {}),
  );
  const meaning = (header: object) => (resolve(document, header) as { description: string }).description;
  return new Map(headers.map(([name, header]) => [name, meaning(header)]));
}
