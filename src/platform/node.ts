import { setMaxListeners } from "node:events";
import type { Agent } from "node:http";
import { invalidArgument } from "../errors.js";
import { agentTransport } from "../transport/agent.js";
import { type Connection, Connections } from "../transport/connections.js";
import { type Body, openBody } from "../transport/decode-body.js";
import { readProxy } from "../transport/proxy.js";
import type { Transport, TransportOptions } from "../transport/transport.js";

export { hmac, privateKey } from "../signing/node.js";

/** Many calls may listen to one signal of the caller; Node takes more than ten for a leak. */
export const expectListeners = (signal: AbortSignal): void => setMaxListeners(0, signal);

/** What is the same for all requests to one address: its connections, and how their requests begin and go on. */
interface Place {
  connections: Connections;
  path: string;
  rest: string;
}

/** Connections of its own, kept and used again, one per call under way. Follows no redirect and keeps no cookie. */
export function createTransport({ agent, proxy: option }: TransportOptions): Transport {
  if (agent !== undefined) return agentTransport(agent as Agent);
  const proxyFor = readProxy(option, process.env);
  const servers = new Map<string, Connections>();
  const places = new Map<string, Place>();

  function placeOf(address: string): Place {
    const url = new URL(address);
    const connections = servers.get(url.origin) ?? new Connections(url, proxyFor(url));
    servers.set(url.origin, connections);
    const rest = ` HTTP/1.1\r\nHost: ${url.host}\r\nConnection: keep-alive\r\n`;
    const place = { connections, path: url.pathname, rest };
    places.set(address, place);
    return place;
  }

  return ({ address, query, headers, maxBytes, watch, onHeaders }) =>
    new Promise((resolve, reject) => {
      const { connections, path, rest } = places.get(address) ?? placeOf(address);
      let request = `GET ${path}?${checked(query)}${rest}`;
      for (const line of linesOf(headers)) request += line;
      let connection: Connection | undefined;
      let body: Body | undefined;
      const fail = (error: unknown) => {
        connection?.destroy();
        body?.destroy();
        reject(error);
      };
      watch.onEnd(fail);
      watch.enter("connect");
      connection = connections.send({
        request: `${request}\r\n`,
        onSent: () => watch.enter("headers"),
        onMoved: (to) => {
          connection = to;
        },
        onHead(status, headers) {
          onHeaders(status, headers);
          watch.enter("body");
          body = openBody(headers, maxBytes, resolve, fail, () => connection);
        },
        onBody: (chunk) => body?.add(chunk),
        onDone() {
          connection = undefined; // it may serve another call while this one's body is still decompressed
          body?.end();
        },
        onError: fail,
      });
    });
}

const defaults = { accept: "application/json", "accept-encoding": "gzip, br" };

/** Headers as lines, those of the caller's before the defaults. */
const linesOf = (headers: Record<string, string>): string[] =>
  Object.entries({ ...defaults, ...headers }).map(([name, value]) => `${checked(`${name}: ${value}`)}\r\n`);

/** What goes into the head of a request ends no line of it. */
function checked(text: string): string {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text))
    throw invalidArgument("A header or parameter holds a character that HTTP cannot carry.");
  return text;
}
