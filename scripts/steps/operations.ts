import {
  annotations,
  type Call,
  calls,
  endpointOf,
  notice,
  type OpenApiDocument,
  type Parameter,
  resolve,
  type Schema,
  type Server,
  serversOf,
} from "./document.js";

/** What the client and the mock need to know of each operation at run time, and nothing more. */
export function operationsTs(document: OpenApiDocument): string {
  const all = calls(document);
  const servers = new Map<string, object>();
  for (const call of all) describeServer(servers, serversOf(document, call));
  const entries = all.map(
    (call) =>
      `${docstring(call)}  ${call.operation.operationId}: ${indent(print(describe(document, call)))},\n`,
  );
  return `// ${notice}

/** Hosts, each with a weight budget of its own. \`weightLimit\` is per minute and IP address. */
export const servers = ${print(Object.fromEntries([...servers].sort()))} as const;

/** One entry per \`operationId\`. \`weight\` is what one request costs the server's budget. */
export const operations = {
${entries.join("")}} as const;
`;
}

function describe(document: OpenApiDocument, call: Call) {
  const { path, method, operation } = call;
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const elsewhere = parameters.find((parameter) => parameter.in !== "query");
  const stray =
    (method !== "get" && endpointOf(call)) ||
    (operation.requestBody !== undefined && "`requestBody`") ||
    (elsewhere && `\`${elsewhere.name}\` in the ${elsewhere.in}`);
  if (stray)
    throw new Error(
      `${operation.operationId}: must be a GET request whose parameters are all in the query, since that is what the client signs; received ${stray}.`,
    );
  return {
    path,
    server: serversOf(document, call)[0]?.["x-server"],
    weight: operation["x-request-weight"],
    parameters: Object.fromEntries(
      parameters.map((parameter) => [parameter.name, ruleOf(document, parameter, operation.operationId)]),
    ),
    exclusive: operation["x-mutually-exclusive"] ?? [],
  };
}

/** What the client, the mock and the command check of a parameter. Says by name what they cannot. */
function ruleOf(document: OpenApiDocument, parameter: Parameter, where: string) {
  const { name, schema, required, style, explode, "x-injected": injected } = parameter;
  const at = `${where}, parameter ${name}`;
  const rule = valueRule(resolve(document, schema), at);
  if (rule.type === "array") {
    if (style !== undefined && style !== "form")
      throw new Error(
        `${at}: \`style: ${style}\` cannot be sent; use \`form\`, with \`explode: false\` for items joined by commas.`,
      );
    const { items, minItems, maxItems } = resolve(document, schema) as {
      items?: Schema;
      minItems?: number;
      maxItems?: number;
    };
    if (!items) throw new Error(`${at}: a list needs \`items\`.`);
    const item = valueRule(resolve(document, items as Schema), `${at}, items`);
    if (item.type === "array") throw new Error(`${at}: a list of lists cannot be sent.`);
    Object.assign(
      rule,
      { items: item, sent: explode === false ? "joined" : "repeated" },
      defined({ minItems, maxItems }),
    );
  }
  const { type, ...rest } = rule;
  return { type, ...(required && { required }), ...(injected && { injected }), ...rest };
}

const checkable = new Set([
  "type",
  "enum",
  "const",
  "anyOf",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "pattern",
  "items",
  "minItems",
  "maxItems",
]);

function valueRule(schema: Schema, where: string): { type: string; [keyword: string]: unknown } {
  const unknown = Object.keys(schema).find(
    (keyword) => !checkable.has(keyword) && !annotations.has(keyword) && !keyword.startsWith("x-"),
  );
  if (unknown)
    throw new Error(
      `${where}: the client cannot check \`${unknown}\`; teach it to src/parameters.ts, or leave it out.`,
    );
  // An open enumeration is any string: a value that Binance adds may be sent.
  const anyOf = schema.anyOf as Schema[] | undefined;
  if (anyOf) {
    const isOpen = anyOf.every(({ type }) => type === "string") && anyOf.some((branch) => !branch.enum);
    if (!isOpen) throw new Error(`${where}: \`anyOf\` must be known values and any string.`);
    return { type: "string", minLength: 1 };
  }
  const { type, enum: values, const: only, minimum, maximum, minLength, maxLength, pattern } = schema;
  if (!["string", "integer", "boolean", "array"].includes(String(type)))
    throw new Error(
      `${where}: \`type: ${JSON.stringify(type)}\` cannot be sent. Expected one of: string, integer, boolean, array.`,
    );
  return {
    type: String(type),
    ...defined({
      enum: values ?? (only === undefined ? undefined : [only]),
      minimum,
      maximum,
      minLength,
      maxLength,
      pattern,
    }),
  };
}

const defined = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function describeServer(servers: Map<string, object>, list: Server[]) {
  const [server] = list;
  if (!server?.["x-server"] || !server["x-weight-limit"])
    throw new Error("The first server of a path needs `x-server` and `x-weight-limit`.");
  const test = list.find((other) => other["x-test-host"]);
  servers.set(server["x-server"], {
    url: server.url,
    ...(test && { testUrl: test.url }),
    weightLimit: server["x-weight-limit"],
  });
}

/** What an editor shows over a method of the client. */
function docstring(call: Call): string {
  const { operation } = call;
  const lines = [
    `${operation.summary}: \`${endpointOf(call)}\`, weight ${operation["x-request-weight"]}.`,
    "",
    ...operation.description.trim().split("\n"),
    "",
    "@throws {BinanceError} whenever there is no answer that matches the document.",
    ...(operation.externalDocs ? [`@see ${operation.externalDocs.url}`] : []),
  ];
  return `  /**\n${lines.map((line) => `   * ${line}`.trimEnd()).join("\n")}\n   */\n`;
}

const indent = (text: string) => text.replaceAll("\n", "\n  ");

/** JSON, with the keys bare where TypeScript allows it. */
const print = (value: object) =>
  JSON.stringify(value, null, 2).replace(/^(\s*)"([A-Za-z_$][\w$]*)":/gm, "$1$2:");
