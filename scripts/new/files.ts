import { stringify } from "yaml";
import type { PageParameter } from "./page.js";

export interface Outline {
  path: string;
  name: string;
  weight: number;
  tag: string;
  parameters: PageParameter[];
  example: unknown;
  url?: string | undefined;
}

/** A method's name for a path: /papi/v1/um/positionRisk is getUmPositionRisk. */
export function nameFor(path: string): string {
  const words = path
    .split("/")
    .filter((part) => part !== "" && !/^(papi|v\d+)$/.test(part))
    .flatMap((part) => part.split(/[^A-Za-z0-9]/));
  return `get${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("")}`;
}

/** The files of a new operation. Texts are left empty: the linter asks for each. */
export function filesOf(outline: Outline): {
  created: Record<string, string>;
  appended: Record<string, string>;
} {
  const { path, name, example } = outline;
  const schemas = new Schemas(name.replace(/^get/, ""));
  const body =
    example === undefined
      ? { type: "object", description: "", required: [], properties: {} }
      : schemas.of(example, schemas.root);
  return {
    created: {
      [`openapi/paths/${path.slice(1).replaceAll("/", "_")}.yaml`]: yaml(
        pathFile(outline, body, schemas.named),
      ),
      [`openapi/components/examples/${name}.example.yaml`]: yaml({ summary: "", value: example ?? {} }),
    },
    appended: { "openapi/overlays/zh-CN.yaml": chinese(outline, schemas.named) },
  };
}

type Node = Record<string, unknown>;

const yaml = (value: unknown) => stringify(value, { lineWidth: 0 });
const ref = (file: string) => ({ $ref: `../components/${file}.yaml` });

const errors = {
  "400": "BadRequest",
  "401": "Unauthorized",
  "403": "Forbidden",
  "404": "NotFound",
  "408": "RequestTimeout",
  "418": "IpBanned",
  "429": "RateLimited",
  "5XX": "ServerError",
};

function pathFile(
  { name, weight, tag, parameters, url }: Outline,
  schema: Node,
  schemas: Record<string, Node>,
): Node {
  return {
    get: {
      operationId: name,
      tags: [tag],
      summary: "",
      description: "",
      ...(url && { externalDocs: { description: "Binance's page", url } }),
      "x-request-weight": weight,
      parameters: [...parameters.map(parameterOf), ref("parameters/recvWindow"), ref("parameters/timestamp")],
      responses: {
        "200": {
          description: "",
          headers: { "X-MBX-USED-WEIGHT-1M": ref("headers/UsedWeight1m") },
          content: {
            "application/json": { schema, examples: { example: ref(`examples/${name}.example`) } },
          },
        },
        ...Object.fromEntries(
          Object.entries(errors).map(([status, file]) => [status, ref(`responses/${file}`)]),
        ),
      },
    },
    "x-schemas": schemas,
  };
}

const types: Record<string, Node> = {
  LONG: { type: "integer" },
  INT: { type: "integer" },
  INTEGER: { type: "integer" },
  BOOLEAN: { type: "boolean" },
  DECIMAL: { $ref: "../components/schemas/Decimal.yaml" },
};

function parameterOf({ name, type, required }: PageParameter): Node {
  const isList = /^(LIST|ARRAY)/.test(type);
  const item = { type: "string", minLength: 1, description: "" };
  const schema = isList
    ? { type: "array", description: "", items: item }
    : { ...(types[type] ?? { type: "string", minLength: 1 }), description: "" };
  return {
    ...{ name, in: "query", required },
    ...(isList && { style: "form", explode: false }),
    ...{ description: "", schema },
    ...(required && { examples: { usual: { summary: "", value: "" } } }),
  };
}

/** Schemas for an example: what is read off its values, the rest is to be said. */
class Schemas {
  readonly named: Record<string, Node> = {};
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  of(value: unknown, name: string): Node {
    if (Array.isArray(value))
      return { type: "array", description: "", items: this.of(value[0] ?? {}, singular(name)) };
    if (typeof value === "object" && value !== null) {
      const properties = Object.entries(value).map(([field, inner]) => [
        field,
        this.#field(field, inner, name),
      ]);
      this.named[name] = {
        ...{ type: "object", description: "", required: Object.keys(value) },
        properties: Object.fromEntries(properties),
      };
      return { $ref: `#/x-schemas/${name}` };
    }
    return scalar(value);
  }

  #field(field: string, value: unknown, owner: string): Node {
    const nested = typeof value === "object" && value !== null;
    const isTime = typeof value === "number" && /time(stamp)?$/i.test(field);
    const schema = isTime ? ref("schemas/TimestampMs") : this.of(value, `${owner}${capital(field)}`);
    return { ...schema, description: "", ...(!nested && { examples: [value] }) };
  }
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const singular = (word: string) => (word.endsWith("s") ? word.slice(0, -1) : word);

function scalar(value: unknown): Node {
  if (value === null) return { type: ["string", "null"] };
  if (typeof value === "boolean") return { type: "boolean" };
  if (typeof value === "number") return { type: "integer" };
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(String(value)) ? ref("schemas/Decimal") : { type: "string" };
}

/** The Chinese block, with every text that it needs, empty. */
function chinese({ path, name, parameters }: Outline, schemas: Record<string, Node>): string {
  const texts = Object.entries(schemas).map(([schema, { properties = {} }]) => [
    schema,
    {
      description: "",
      properties: Object.fromEntries(
        Object.keys(properties as Node).map((field) => [field, { description: "" }]),
      ),
    },
  ]);
  const actions = [
    {
      target: `$.paths['${path}'].get`,
      update: { summary: "", description: "", responses: { "200": { description: "" } } },
    },
    ...parameters.map((parameter) => ({
      target: `$.paths['${path}'].get.parameters[?@.name=='${parameter.name}']`,
      update: { description: "", schema: { description: "" } },
    })),
    {
      target: "$.components",
      update: { schemas: Object.fromEntries(texts), examples: { [`${name}.example`]: { summary: "" } } },
    },
  ];
  const rule = "─".repeat(Math.max(3, 56 - name.length));
  return `\n  # ── ${name} ${rule}\n${yaml(actions).replace(/^(?=.)/gm, "  ")}`;
}
