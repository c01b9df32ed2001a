import { existsSync } from "node:fs";
import { cp, readdir, symlink } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { examples } from "../support/document.js";
import { installPacked } from "../support/packed.js";
import { root, runProgram, temporaryFolder } from "../support/process.js";

// What the OpenTelemetry SDK exports of a client, with every instrumentation on: `npm run test:opentelemetry`.

const tools = join(root, "test/opentelemetry/node_modules");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
/** The SDK needs 22.15. */
const node = major > 22 || (major === 22 && minor >= 15) ? process.execPath : join(tools, "node-24/bin/node");
let project: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  if (!existsSync(tools)) throw new Error("The SDK is not installed: run `npm run test:opentelemetry`.");
  project = await temporaryFolder();
  await installPacked(project.path);
  await cp(join(root, "test/opentelemetry/cases"), project.path, { recursive: true });
  for (const name of await readdir(tools)) {
    if (!name.startsWith("."))
      await symlink(join(tools, name), join(project.path, "node_modules", name)).catch(ignoreExisting);
  }
}, 120_000);
afterAll(() => project?.[Symbol.asyncDispose]());

/** openapi-fetch is there already, with the package. */
function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}

interface Exported {
  outcome: string;
  spans: {
    name: string;
    kind: number;
    scope: string;
    attributes: Record<string, unknown>;
    status: { code: number };
    id: string;
    parent?: string;
  }[];
  series: { scope: string; name: string; unit: string; attributes: object; value: unknown }[];
  lines: { body: string }[];
}

const apiKey = "an-api-key-that-is-as-long-as-a-real-one-would-be-0123456789abcd";
const secret = "a-secret-that-is-as-long-as-a-real-one-would-be-0123456789abcdef";
const account = examples.find(({ operationId }) => operationId === "getUmAccount")?.value;

/** Runs a client against a server that fails at first, and returns what was exported, and which secrets are in it. */
async function run(client: string, failures = 1) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.setHeader("x-mbx-used-weight-1m", "25");
    if (requests.length <= failures) response.writeHead(503).end("{}");
    else response.end(JSON.stringify(account));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = { BASE_URL: `http://127.0.0.1:${port}`, API_KEY: apiKey, SECRET: secret, NODE_OPTIONS: "" };
  const args = ["--import", "./sdk.mjs", "program.mjs", client];
  const { stdout, stderr } = await runProgram(node, args, { cwd: project.path, env });
  server.close();
  server.closeAllConnections();
  const text = stdout.trim().split("\n").at(-1) ?? "";
  if (!text.startsWith("{")) throw new Error(stdout + stderr);
  const signatures = requests.map(({ url }) => /signature=(\w{64})$/.exec(url ?? "")?.[1] ?? "none");
  expect(signatures).not.toContain("none");
  const secrets = { "API key": [apiKey], secret: [secret], signature: signatures };
  const found = Object.entries(secrets).filter(([, values]) => values.some((value) => text.includes(value)));
  return { ...(JSON.parse(text) as Exported), found: found.map(([name]) => name), port, requests };
}

const clientSpans = ({ spans }: Exported) => spans.filter(({ kind }) => kind === 2);

test("each attempt is one client span, named and described by the conventions, below the program's own", async () => {
  const result = await run("binance-accounts/otel");
  const look = result.spans.find(({ name }) => name === "look");
  const attributes = {
    "http.request.method": "GET",
    "server.address": "127.0.0.1",
    "server.port": result.port,
    "url.scheme": "http",
    "url.template": "/papi/v1/um/account",
    "url.full": `http://127.0.0.1:${result.port}/papi/v1/um/account`,
    "binance_accounts.weight.used": 25,
  };
  const common = { name: "GET /papi/v1/um/account", scope: "binance-accounts", parent: look?.id };
  const failed = { ...attributes, "http.response.status_code": 503, "error.type": "UNAVAILABLE" };
  const good = { ...attributes, "http.response.status_code": 200, "http.request.resend_count": 1 };
  expect(clientSpans(result)).toEqual([
    expect.objectContaining({ ...common, attributes: failed, status: { code: 2 } }),
    expect.objectContaining({ ...common, attributes: good, status: { code: 0 } }),
  ]);
});

test("duration, retries and weight are metrics", async () => {
  const { series, port } = await run("binance-accounts/otel");
  const request = {
    ...{ "http.request.method": "GET", "server.address": "127.0.0.1", "server.port": port },
    ...{ "url.scheme": "http", "url.template": "/papi/v1/um/account" },
  };
  const failure = { "http.response.status_code": 503, "error.type": "UNAVAILABLE" };
  const server = { "binance_accounts.server": "papi" };
  const one = expect.objectContaining({ count: 1 });
  const own = series.filter(({ scope }) => scope === "binance-accounts");
  expect(own.map(({ name, unit, attributes, value }) => [name, unit, attributes, value])).toEqual([
    ["http.client.request.duration", "s", { ...request, ...failure }, one],
    ["http.client.request.duration", "s", { ...request, "http.response.status_code": 200 }, one],
    ["binance_accounts.retries", "{retry}", { ...server, ...failure }, 1],
    ["binance_accounts.weight.used", "{weight}", server, 25],
    ["binance_accounts.weight.limit", "{weight}", server, 6000],
  ]);
});

test("log lines are exported as they are", async () => {
  const { lines } = await run("binance-accounts/otel");
  expect(lines.map(({ body }) => body)).toEqual([
    expect.stringMatching(
      /getUmAccount attempt 1: 503 UNAVAILABLE, weight 25 of 6000, \d+ ms, again in 0 ms$/,
    ),
    expect.stringMatching(/getUmAccount attempt 2: 200, weight 25 of 6000, \d+ ms, done$/),
  ]);
});

const byHttp = "@opentelemetry/instrumentation-http";
const byUndici = "@opentelemetry/instrumentation-undici";

test.each([
  ["binance-accounts/otel", "binance-accounts", []],
  ["binance-accounts/otel over fetch", "binance-accounts", []],
  ["binance-accounts", byHttp, []],
  ["binance-accounts over fetch", byUndici, ["signature"]], // what the guide warns of
  ["binance", byHttp, ["signature"]],
  ["ccxt", byUndici, ["signature"]],
])(
  "with every instrumentation on, %s is traced by %s, and %j is exported",
  async (client, scope, secrets) => {
    const isOurs = client.startsWith("binance-accounts");
    const result = await run(client, isOurs ? 1 : 0);
    const scopes = clientSpans(result).map(({ scope }) => scope);
    expect([result.outcome, scopes]).toEqual(["data", isOurs ? [scope, scope] : [scope]]);
    expect(result.found).toEqual(secrets);
  },
);
