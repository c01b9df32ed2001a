import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { operations } from "../../generated/operations.js";
import type { OperationId } from "../types.js";
import { gate, type KnownKeys } from "./gate.js";
import { Ledger } from "./ledger.js";
import { documentedExamples, type Preference, type Prism } from "./prism.js";

export interface Exchange {
  keys: KnownKeys;
  now: () => number;
  prism: Prism;
  /** Which example answers when the request does not say. */
  preference(operationId: OperationId): Preference;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** Listens, and answers each request as the gate and Prism decide. Resolves when it is ready. */
export async function listen(exchange: Exchange, port: number, host: string): Promise<{ server: Server; url: string }> {
  const ledger = new Ledger();
  const server = createServer((request, response) => {
    answer(exchange, ledger, request)
      .catch(
        (error: Error): Answer => ({ status: 500, headers: problem, body: { title: "The mock cannot answer", detail: error.message } }),
      )
      .then((result) => write(response, exchange, result))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return { server, url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}` };
}

const problem = { "content-type": "application/problem+json" };

async function answer(exchange: Exchange, ledger: Ledger, request: IncomingMessage): Promise<Answer> {
  const target = (request.url ?? "/").replace(/^https?:\/\/[^/]*/, ""); // clients of a proxy send the whole URL
  const at = target.indexOf("?");
  const path = at < 0 ? target : target.slice(0, at);
  const query = at < 0 ? "" : target.slice(at + 1);
  const operationId = request.method === "GET" ? operationAt(path) : undefined;
  if (!operationId) {
    return { status: 404, headers: { "content-type": "text/html" }, body: "<html><body><h1>404 Not Found</h1></body></html>" };
  }
  const { server, weight } = operations[operationId];
  const headers = { "x-mbx-used-weight-1m": String(ledger.spend(server, weight, exchange.now())) };
  const apiKey = headersOf(request)["x-mbx-apikey"];
  const refusal = gate({ operationId, query, apiKey }, exchange.keys, exchange.now());
  if (refusal) {
    const { status, ...body } = refusal;
    return { status, headers, body };
  }
  const preference = { ...exchange.preference(operationId), ...readPrefer(request) };
  if (!isDocumented(path, preference)) {
    const detail = `There is no such answer. By status there are: ${JSON.stringify(documentedExamples(path))}`;
    return { status: 400, headers: problem, body: { title: "Prefer asks for what the document does not have", detail } };
  }
  const parameters = Object.fromEntries(new URLSearchParams(query));
  const { status, headers: mocked, body } = await exchange.prism({ path, query: parameters, headers: headersOf(request) }, preference);
  return { status, headers: { ...mocked, ...headers }, body };
}

function operationAt(path: string): OperationId | undefined {
  return (Object.keys(operations) as OperationId[]).find((id) => operations[id].path === path);
}

const headersOf = ({ headers }: IncomingMessage) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) as Record<string, string>;

/** Prism's own way to choose an answer: `Prefer: code=429, example=overWeight`. */
function readPrefer({ headers }: IncomingMessage): Preference {
  const prefer = String(headers.prefer ?? "");
  const code = /(?:^|[\s,;])code="?(\d{3})\b/.exec(prefer)?.[1];
  const example = /(?:^|[\s,;])example="?([\w.-]+)/.exec(prefer)?.[1];
  return { ...(code && { code: Number(code), example: undefined }), ...(example && { example }) };
}

/** Whether the document has an answer of this status and example; 500 to 599 share theirs. */
function isDocumented(path: string, { code = 200, example }: Preference): boolean {
  const known = documentedExamples(path);
  const names = known[code] ?? known[`${Math.floor(code / 100)}XX`];
  return names !== undefined && (example === undefined || names.includes(example));
}

function write(response: ServerResponse, { now }: Exchange, { status, headers = {}, body }: Answer): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json;charset=UTF-8",
    ...headers,
    date: new Date(now()).toUTCString(),
    "x-mock": "1",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
