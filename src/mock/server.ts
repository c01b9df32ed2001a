import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { operations } from "../../generated/operations.js";
import { operationAt } from "../operations.js";
import type { OperationId } from "../types.js";
import type { MockAccount } from "./account.js";
import { type Controlled, control } from "./control.js";
import { corsHeaders, isLocal } from "./cors.js";
import { decide, htmlPage, type MockExchange, usedWeight } from "./exchange.js";
import type { DrawnFault } from "./faults.js";
import { parse } from "./gate.js";
import { shown } from "./messages.js";
import { sendResponse } from "./send.js";
import { redact } from "./signature.js";
import { elsewhere } from "./warnings.js";

/** Listens, and answers as the exchange decides. Resolves when it is ready. */
export async function listen(
  mock: Controlled,
  port: number,
  host: string,
): Promise<{ server: Server; url: string }> {
  // Node ends slow senders by itself after these times; headers may be as long as those of any client.
  const options = {
    maxHeaderSize: 64 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 1_000,
  };
  const server = createServer(options, (request, response) => {
    handle(mock, request, response).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { title: "The mock cannot answer", detail: error.message });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 4096 }, resolve);
  });
  const { address, port: bound, family } = server.address() as AddressInfo;
  return { server, url: `http://${family === "IPv6" ? `[${address}]` : address}:${bound}` };
}

async function handle(mock: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const headers = headersOf(request);
  response.setHeader("x-mock", "1");
  for (const [name, value] of Object.entries(corsHeaders(headers, mock.origins)))
    response.setHeader(name, value);
  const { path, query } = split(request.url ?? "/");
  if (request.method === "OPTIONS") return send(response, 204);
  if (path !== elsewhere && (path === "/__mock" || path.startsWith("/__mock/"))) {
    if (headers.origin !== undefined && !isLocal(headers.origin))
      return send(response, 403, {
        title: `\`Origin\` must be a page of this machine to control the mock; received ${shown(headers.origin)}.`,
      });
    const { status, body } = await control(mock, {
      method: request.method ?? "GET",
      path,
      headers,
      text: await textOf(request),
    });
    return send(response, status, body);
  }
  const operationId = request.method === "GET" ? operationAt(path) : undefined;
  const account = mock.accounts.get(headers["x-mbx-apikey"] ?? "") ?? mock.first;
  await meet(mock, account, { operationId, path, query, headers, request, response });
}

/** A request of a client of Binance, and where its response goes. */
interface Visit {
  operationId: OperationId | undefined;
  path: string;
  query: string;
  headers: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
}

/** Serves one request for the exchange, from its arrival to the end of its response. */
async function meet(
  exchange: MockExchange,
  account: MockAccount,
  { operationId, path, query, headers, request, response }: Visit,
): Promise<void> {
  const { server, weight } = operationId ? operations[operationId] : { server: undefined, weight: 0 };
  const sent = parse(query);
  const entry = account.journal.begin({
    receivedAt: account.clock.now(),
    operation: operationId,
    server,
    method: request.method ?? "GET",
    path,
    query: redact(query),
    parameters: Object.fromEntries((sent ?? []).filter(([name]) => name !== "signature")),
    headers: withoutSecrets(headers),
    weight,
  });
  const address = addressOf(request);
  const body = hasBody(headers) ? await textOf(request) : "";
  account.warnings.look(entry, { address, body });

  if (!operationId) {
    return account.journal.finish(entry, { status: await sendResponse(response, htmlPage(404)) });
  }
  try {
    const {
      response: decided,
      outcome,
      faults,
    } = await decide(exchange, account, { operationId, path, query, sent, headers, address }, entry);
    entry.faults.push(...faults.map(({ fault }) => fault));
    const headersNow = headersAt(decided.headers, account.clock.now(), faults);
    account.warnings.asked(decided, { server: operations[operationId].server, address });
    const status = await sendResponse(response, { ...decided, headers: headersNow }, faults, {
      accepts: headers["accept-encoding"],
    });
    account.journal.finish(entry, status === 0 ? {} : { ...outcome, status });
  } catch (error) {
    // What the mock cannot answer stands in the journal too, as its own failure.
    account.journal.finish(entry, { status: 500 });
    throw error;
  }
}

/** Headers as they stand at this time, less what the faults take away. */
function headersAt(
  headers: Record<string, string>,
  now: number,
  faults: readonly DrawnFault[],
): Record<string, string> {
  const offset = faults.reduce((sum, fault) => sum + (fault.fault === "clockOffset" ? fault.ms : 0), 0);
  const dated: Record<string, string> = { ...headers, date: new Date(now + offset).toUTCString() };
  const leftOut = { noDate: "date", noRetryAfter: "retry-after", noWeightHeader: usedWeight } as const;
  for (const { fault } of faults) if (fault in leftOut) delete dated[leftOut[fault as keyof typeof leftOut]];
  return dated;
}

/** The target as it stands in the request line; clients of a proxy send the whole URL. */
function split(url: string): { path: string; query: string } {
  const target = url.replace(/^https?:\/\/[^/]*/, "");
  const at = target.indexOf("?");
  return at < 0 ? { path: target, query: "" } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

const headersOf = ({ headers }: IncomingMessage) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])) as Record<
    string,
    string
  >;

const identifying = new Set(["x-mbx-apikey", "authorization", "proxy-authorization", "cookie"]);
const withoutSecrets = (headers: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, identifying.has(name) ? "<redacted>" : value]),
  );

const addressOf = ({ socket }: IncomingMessage) => (socket.remoteAddress ?? "").replace(/^::ffff:/, "");

const hasBody = (headers: Record<string, string>) =>
  Number(headers["content-length"] ?? 0) > 0 || "transfer-encoding" in headers;

const longestBody = 16 * 1024 * 1024;

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function send(response: ServerResponse, status: number, body?: unknown): void {
  const text = body === undefined ? "" : `${JSON.stringify(body, null, 2)}\n`;
  const type = status < 400 ? "application/json" : "application/problem+json";
  response
    .writeHead(status, { ...(text && { "content-type": type }), "content-length": Buffer.byteLength(text) })
    .end(text);
}
