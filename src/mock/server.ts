import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { operations } from "../../generated/operations.js";
import { builtin } from "../builtin.js";
import { operationAt } from "../operations.js";
import type { OperationId } from "../types.js";
import type { MockAccount } from "./account.js";
import type { Attempt } from "./attempt.js";
import { Connections, type SeenConnection } from "./connections.js";
import { control } from "./control.js";
import type { Controlled } from "./control-actions.js";
import { corsHeaders, isLocal } from "./cors.js";
import { decide, htmlPage, usedWeight } from "./exchange.js";
import type { DrawnFault } from "./faults.js";
import { isOwnName, type NamedHost, namedHost } from "./hosts.js";
import { type JournalEntry, nameFor } from "./journal-entry.js";
import { shown } from "./messages.js";
import type { Finding } from "./redaction.js";
import { addressOf, decodeQuery, hasBody, headersOf, longestBody, splitTarget, textOf } from "./request.js";
import { type OutgoingResponse, sendResponse } from "./send.js";
import type { ServerTls } from "./tls.js";
import { elsewhere } from "./warnings.js";

/** Starts the HTTP server. Resolves when it is ready for requests. */
export async function listen(
  mock: Controlled,
  port: number,
  host: string,
  tls?: ServerTls,
): Promise<{ server: Server; url: string }> {
  // Node ends slow requests after these times.
  const options = {
    maxHeaderSize: 64 * 1024,
    headersTimeout: 10_000,
    requestTimeout: 30_000,
    connectionsCheckingInterval: 1_000,
  };
  const connections = new Connections();
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const seen = connections.use(request.socket, response);
    handle(mock, request, response, seen).catch((error: Error) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { title: "The mock cannot respond.", detail: error.message });
    });
  };
  const server = tls
    ? builtin("node:https").createServer({ ...options, cert: tls.cert, key: tls.key }, onRequest)
    : createServer(options, onRequest);
  server.on(tls ? "secureConnection" : "connection", (socket: Socket) => connections.add(socket));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, backlog: 4096 }, resolve);
  });
  const scheme = tls ? "https" : "http";
  return { server, url: `${scheme}://${usableHost(server.address() as AddressInfo)}` };
}

/** Returns an address that a client on this machine can use; 0.0.0.0 is none. */
function usableHost({ address, port, family }: AddressInfo): string {
  const usable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address;
  return `${family === "IPv6" ? `[${usable}]` : usable}:${port}`;
}

async function handle(
  mock: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
  seen: SeenConnection,
): Promise<void> {
  const headers = headersOf(request);
  const { method = "GET" } = request;
  response.setHeader("x-mock", "1");
  for (const [name, value] of Object.entries(corsHeaders(headers, mock.origins)))
    response.setHeader(name, value);
  const { path, query } = splitTarget(request.url);
  if (method === "OPTIONS") return send(response, 204);
  if (path !== elsewhere && (path === "/__mock" || path.startsWith("/__mock/"))) {
    const title = whyNotControl(mock, headers);
    if (title) return send(response, 403, { title });
    const text = await textOf(request);
    if (text === undefined)
      return send(response, 413, {
        title: `The body must have at most ${longestBody} bytes; received more.`,
      });
    const outcome = control(mock, { method, path, query, headers, text });
    return send(response, outcome.status, outcome.body, outcome.headers);
  }
  const account = mock.accounts.get(headers["x-mbx-apikey"] ?? "") ?? mock.first;
  await visit(mock, account, { method, path, query, headers, request, response, seen });
}

/** Says why a request may not control the mock, if it comes from a page of another machine. */
function whyNotControl({ host, allowRemote }: Controlled, { origin, host: named }: Record<string, string>) {
  if (origin !== undefined && !isLocal(origin))
    return `\`Origin\` must be a page of this machine to control the mock; received ${shown(origin)}.`;
  if (!allowRemote && !isOwnName(named, host))
    return `\`Host\` must name this machine to control the mock; received ${shown(named)}.`;
  return undefined;
}

/** A request to the exchange, and where its response goes. */
interface Visit {
  method: string;
  path: string;
  query: string;
  headers: Record<string, string>;
  request: IncomingMessage;
  response: ServerResponse;
  seen: SeenConnection;
}

/** Serves one request for the exchange, from its arrival to the end of its response. */
async function visit(exchange: Controlled, account: MockAccount, visit: Visit): Promise<void> {
  const { method, path, query, headers, response } = visit;
  const host = namedHost(headers.host);
  const operationId = method === "GET" ? servedAt(host, path) : undefined;
  const address = addressOf(visit.request);
  const body = hasBody(headers) ? ((await textOf(visit.request)) ?? "") : "";
  const sent = decodeQuery(query);
  const { attempt, found } = note(exchange, account, visit, { operationId, address });
  const inBody = new Set<Finding>();
  exchange.secrets.redact(body, inBody);
  for (const finding of inBody) found.set(finding, "the body");
  const signed = query.includes("signature=") ? nameFor(`${path}?${query}`) : undefined;
  account.warnings.arrived(attempt, { signed, body, found });

  const finish = (status: number, outcome: object, kept?: OutgoingResponse) =>
    account.journal.finish(
      attempt,
      status === 0 ? {} : { ...outcome, status },
      status === 0 ? undefined : kept,
      (ended) => account.warnings.ended(ended),
    );
  if (!operationId) {
    const refusal = nothingAt(host, method, path);
    return finish(await sendResponse(response, refusal), codeOf(refusal), refusal);
  }
  try {
    const request = { operationId, path, query, sent, headers, address };
    const { response: decided, outcome, faults } = await decide(exchange, account, request, attempt.entry);
    attempt.entry.faults.push(...faults.map(({ fault }) => fault));
    const outgoing = { ...decided, headers: headersAt(decided.headers, account.clock.now(), faults) };
    const way = { accepts: headers["accept-encoding"], signal: account.waiting };
    const status = await sendResponse(response, outgoing, faults, way);
    const isCut = status === 0 || faults.some(({ fault }) => fault === "reset" || fault === "truncatedBody");
    if (!isCut) account.warnings.asked(decided, { server: operations[operationId].server, address });
    finish(status, outcome, outgoing);
  } catch (error) {
    // The journal notes failures of the mock itself too.
    finish(500, {});
    throw error;
  }
}

/** Writes a request into the journal without secrets; returns which were found where they do not belong. */
function note(
  { secrets }: Controlled,
  account: MockAccount,
  { method, path, query, headers, request: { socket }, seen: { number: connection, quiet } }: Visit,
  { operationId, address }: { operationId: OperationId | undefined; address: string },
): { attempt: Attempt; found: Map<Finding, string> } {
  const found = new Map<Finding, string>();
  const within = <T>(where: string, look: (seen: Set<Finding>) => T): T => {
    const seen = new Set<Finding>();
    const kept = look(seen);
    for (const finding of seen) found.set(finding, where);
    return kept;
  };
  const { server, weight } = operationId ? operations[operationId] : { server: undefined, weight: 0 };
  const shownQuery = within("the query", (seen) => secrets.redactQuery(query, seen));
  const attempt = account.journal.begin(
    {
      receivedAt: account.clock.now(),
      operation: operationId,
      server,
      method,
      path: within("the path", (seen) => secrets.redact(path, seen)),
      query: shownQuery,
      parameters: Object.fromEntries(
        (decodeQuery(shownQuery) ?? []).filter(([name]) => name !== "signature"),
      ),
      headers: within("a header", (seen) => secrets.redactFields(headers, seen, ["x-mbx-apikey"])),
      address,
      connection,
      ...sessionOf(socket),
      weight,
    },
    { quiet },
  );
  return { attempt, found };
}

// On Bun, every socket has `encrypted`, and none can tell of its session.
function sessionOf(socket: Socket): Pick<JournalEntry, "tls"> {
  const session = socket as Partial<TLSSocket>;
  if (!session.encrypted) return {};
  return { tls: { version: session.getProtocol?.() ?? "", resumed: session.isSessionReused?.() ?? false } };
}

/** Returns the operation at a path if the named host serves it. */
function servedAt(host: NamedHost, path: string): OperationId | undefined {
  const operationId = operationAt(path);
  if (!operationId || host.kind === "mock") return operationId;
  return host.kind === "server" && host.server === operations[operationId].server ? operationId : undefined;
}

/** Returns what a host sends for a path that it does not serve. */
function nothingAt(host: NamedHost, method: string, path: string): OutgoingResponse {
  if (host.kind !== "server" || !host.isTest) return htmlPage(404);
  // The futures test host answers Portfolio Margin paths with 202 and no body.
  if (operationAt(path)) return { status: 202, headers: {}, body: "" };
  const body = { code: -5000, msg: `Path ${path}, Method ${method} is invalid` };
  return { status: 404, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

const codeOf = ({ body }: OutgoingResponse) => (body.startsWith('{"code":-5000') ? { code: -5000 } : {});

/** Adds `Date`, and removes the headers that faults leave out. */
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

function send(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): void {
  const text =
    body === undefined ? "" : typeof body === "string" ? body : `${JSON.stringify(body, null, 2)}\n`;
  const type = status < 400 ? "application/json" : "application/problem+json";
  response
    .writeHead(status, {
      ...(text && { "content-type": type }),
      "content-length": Buffer.byteLength(text),
      ...headers,
    })
    .end(text);
}
