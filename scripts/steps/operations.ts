import {
  type Call,
  calls,
  notice,
  type OpenApiDocument,
  type Parameter,
  resolve,
  type Server,
} from "./document.js";

/** What the client and the mock need to know of each operation at run time, and nothing more. */
export function operationsTs(document: OpenApiDocument): string {
  const all = calls(document);
  const servers = new Map<string, object>();
  for (const { item } of all) describeServer(servers, item.servers ?? document.servers);
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

function describe(document: OpenApiDocument, { path, method, item, operation }: Call) {
  const parameters = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const elsewhere = parameters.find((parameter) => parameter.in !== "query");
  if (method !== "get" || elsewhere) {
    throw new Error(
      `${operation.operationId}: the client signs GET requests whose parameters are all in the query.`,
    );
  }
  return {
    path,
    server: (item.servers ?? document.servers)[0]?.["x-server"],
    weight: operation["x-request-weight"],
    parameters: Object.fromEntries(
      parameters.map((parameter) => [parameter.name, limits(document, parameter)]),
    ),
    exclusive: operation["x-mutually-exclusive"] ?? [],
  };
}

function limits(document: OpenApiDocument, { schema, required, "x-injected": injected }: Parameter) {
  const { type, enum: values, minimum, maximum, minLength } = resolve(document, schema);
  return {
    type,
    ...(required && { required }),
    ...(injected && { injected }),
    ...defined({ enum: values, minimum, maximum, minLength }),
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
function docstring({ path, method, operation }: Call): string {
  const lines = [
    `${operation.summary}: \`${method.toUpperCase()} ${path}\`, weight ${operation["x-request-weight"]}.`,
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
