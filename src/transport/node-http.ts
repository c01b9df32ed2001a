import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { builtin } from "../builtin.js";
import { invalidArgument } from "../errors.js";
import { describe, mustBe, readNames } from "../input.js";
import { safeCause } from "../redact.js";
import { type AgentRequest, createAgent } from "./agent.js";
import { BodyChunks } from "./body.js";
import { decode } from "./decode.js";
import { createDecoder } from "./decoder.js";
import { readProxy } from "./proxy.js";
import {
  StaleConnection,
  type TlsOptions,
  type Transport,
  TransportError,
  type TransportOptions,
  type WireBody,
  type WireHeaders,
  type WireRequest,
} from "./transport.js";

/** What all requests to one address share. */
interface Route extends RequestOptions, AgentRequest, Pick<ConnectionOptions, "rejectUnauthorized"> {
  agent: Agent;
  path: string;
  secure: boolean;
  /** Whether a proxy leads to the server. */
  proxied: boolean;
}

/** Checks the options that only this platform has. */
function checked({ agent, proxy, tls, family, localAddress }: TransportOptions): TransportOptions {
  if (agent !== undefined && typeof (agent as { addRequest?: unknown } | null)?.addRequest !== "function") {
    throw invalidArgument(
      `\`agent\` must be an Agent of node:https or node:http; received ${describe(agent)}. For one of undici give a \`fetch\` that uses it.`,
    );
  }
  if (family !== undefined && family !== 4 && family !== 6) throw mustBe("`family`", "4 or 6", family);
  if (localAddress !== undefined && typeof localAddress !== "string")
    throw mustBe("`localAddress`", "an IP address", localAddress);
  return { agent, proxy, tls: tls && readTls(tls), family, localAddress };
}

function readTls(tls: TlsOptions): TlsOptions {
  if (Object.hasOwn(tls, "rejectUnauthorized"))
    throw invalidArgument(
      "Certificates are always checked: give the authority as `tls.ca`, not `rejectUnauthorized`.",
    );
  return readNames("`tls`", tls, ["ca", "cert", "key", "passphrase", "servername", "minVersion"]);
}

/**
 * Creates a transport over node:http(s), with the given agent or a keep-alive agent for each server.
 * @throws {BinanceError} INVALID_ARGUMENT for an option that cannot be used.
 */
export function nodeTransport(given: TransportOptions): Transport {
  const options = checked(given);
  const { setImmediate: nextTurn } = builtin("node:timers");
  const proxyFor = readProxy(options.proxy, process.env);
  const agents = new Map<string, Agent>();
  const routes = new Map<string, Route>();

  function routeTo(address: string): Route {
    const url = new URL(address);
    const { origin, protocol, hostname, port, pathname: path } = url;
    const proxy = options.agent === undefined ? proxyFor(url) : undefined;
    const own = agents.get(origin) ?? createAgent(url, proxy, options);
    agents.set(origin, own);
    const route: Route = {
      ...{ protocol, hostname: hostname.replace(/^\[|\]$/g, ""), port, path },
      agent: (options.agent as Agent | undefined) ?? own,
      secure: protocol === "https:",
      proxied: proxy !== undefined,
      rejectUnauthorized: true,
    };
    routes.set(address, route);
    return route;
  }

  return (wire) =>
    new Promise((resolve, reject) => {
      const route = routes.get(wire.address) ?? routeTo(wire.address);
      const { watch } = wire;
      const tunnel = route.proxied ? new AbortController() : undefined;
      let request: ClientRequest | undefined;
      let body: Readable | undefined;
      let isOver = false;

      function fail(error: unknown): void {
        isOver = true;
        tunnel?.abort();
        request?.destroy();
        body?.destroy();
        reject(error);
      }

      function send(): void {
        let hasResponse = false;
        const sent = startRequest(route, wire, tunnel?.signal);
        request = sent;
        sent.on("socket", (socket) => {
          if (!isConnecting(socket)) watch.enter("headers");
          else socket.once(route.secure ? "secureConnect" : "connect", () => watch.enter("headers"));
        });
        sent.on("error", (error) => {
          if (hasResponse || !sent.reusedSocket) return fail(error);
          // The server closed this kept connection, and most likely the other idle ones too.
          if (options.agent === undefined) endIdle(route.agent);
          fail(new StaleConnection());
        });
        // Some requests end without a response, as after a 101.
        sent.on("close", () => hasResponse || fail(new TransportError("ECONNRESET")));
        sent.on("response", (response) => {
          hasResponse = true;
          response.on("error", fail); // also when the connection ends before the body is complete
          try {
            const headers = readHeaders(response);
            wire.onHeaders(response.statusCode ?? 0, headers);
            watch.enter("body");
            body = decode(response, headers.get("content-encoding"));
            collect(body, wire.maxBytes, resolve, fail);
          } catch (error) {
            fail(error); // thrown here, it would end the program
          }
        });
        sent.path = `${route.path}?${wire.query}`;
        sent.end();
        sent.path = route.path;
      }

      watch.onEnd(fail);
      watch.enter("connect");
      // Two turns, so that what a kept connection already holds is read before it is used: its end, or bytes that nobody asked
      // for. The first turn may pass without reading, for example while another connection is read.
      nextTurn(() =>
        nextTurn(() => {
          try {
            if (!isOver) send();
          } catch (error) {
            fail(error);
          }
        }),
      );
    });
}

const defaults = { accept: "application/json", "accept-encoding": "gzip, br" };

/**
 * Creates a request that has no query yet: tracing tools export the address of a request as it is created, and the signature is in
 * the query.
 */
function startRequest(route: Route, { query, headers }: WireRequest, givenUp?: AbortSignal): ClientRequest {
  const { request } = builtin(route.secure ? "node:https" : "node:http");
  if (/[^!-~]/.test(query)) throw unsendable();
  try {
    const options = Object.assign({}, route, { headers: Object.assign({}, defaults, headers), givenUp });
    return request(options);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ERR_INVALID_PROTOCOL")
      throw invalidArgument(
        "`agent` must be for the protocol of the server: https needs an Agent of node:https.",
      );
    if (code === undefined || !malformed.has(code)) throw error;
    throw unsendable(safeCause(error));
  }
}

const unsendable = (cause?: unknown) =>
  invalidArgument("A header or parameter holds a character that HTTP cannot carry.", cause);

/** Codes of node:http for what it cannot write into a request. */
const malformed = new Set([
  ...[
    "ERR_INVALID_CHAR",
    "ERR_INVALID_HTTP_TOKEN",
    "ERR_HTTP_INVALID_HEADER_VALUE",
    "ERR_UNESCAPED_CHARACTERS",
  ],
]);

const isConnecting = (socket: Socket | TLSSocket): boolean =>
  socket.connecting || (socket as { secureConnecting?: boolean }).secureConnecting === true;

function endIdle({ freeSockets }: Agent): void {
  for (const socket of Object.values(freeSockets).flat()) socket?.destroy();
}

/** Wraps headers as received. They are looked up, not collected, because most are never read. */
function readHeaders({ rawHeaders: raw }: IncomingMessage): WireHeaders {
  const get = (name: string): string | null => {
    const found: string[] = [];
    for (let i = 0; i < raw.length; i += 2)
      if (raw[i]?.length === name.length && raw[i]?.toLowerCase() === name) found.push(raw[i + 1] as string);
    return found.length > 0 ? found.join(", ") : null;
  };
  return {
    get,
    has: (name) => get(name) !== null,
    *[Symbol.iterator]() {
      for (let i = 0; i < raw.length; i += 2) yield [raw[i], raw[i + 1]] as [string, string];
    },
  };
}

/** Reads a body to its end. */
function collect(
  body: Readable,
  maxBytes: number,
  resolve: (body: WireBody) => void,
  fail: (error: unknown) => void,
): void {
  const chunks = new BodyChunks(maxBytes);
  body.on("data", (chunk: Uint8Array) => {
    try {
      chunks.add(chunk);
    } catch (error) {
      fail(error);
    }
  });
  body.on("end", () => {
    try {
      resolve(chunks.decode(createDecoder));
    } catch (error) {
      fail(error);
    }
  });
  body.on("error", fail);
}
