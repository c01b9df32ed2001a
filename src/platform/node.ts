import type { KeyObject } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Agent } from "node:http";
import { invalidArgument, invalidKey } from "../errors.js";
import { safeCause } from "../redact.js";
import { tidyPem } from "../signing/pem.js";
import type { Pem, Sign } from "../signing/signer.js";
import { agentTransport } from "../transport/agent.js";
import { type Connection, Connections } from "../transport/connections.js";
import { type Body, openBody } from "../transport/decode-body.js";
import { readProxy } from "../transport/proxy.js";
import type { Transport, TransportOptions } from "../transport/transport.js";

// Node's own modules are loaded when they are first needed: importing this package costs a program nothing that it does not use.
const crypto = () => process.getBuiltinModule("node:crypto");

/** HMAC-SHA256, as lower-case hex. */
export function hmac(secret: string): Sign {
  const { createHmac, createSecretKey } = crypto();
  const key = createSecretKey(secret, "utf8");
  return (payload) => createHmac("sha256", key).update(payload).digest("hex");
}

/** RSA (PKCS#1 v1.5 with SHA-256) or Ed25519, whichever the key is, as base64. */
export function privateKey(pem: Pem, passphrase: string | undefined): Sign {
  const { sign } = crypto();
  const key = open(pem, passphrase);
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return (payload) => sign(null, Buffer.from(payload), key).toString("base64");
    case "rsa":
      // An RSA-4096 signature takes milliseconds: the callback form runs it off the event loop.
      return (payload) =>
        new Promise((resolve, reject) => {
          sign("sha256", Buffer.from(payload), key, (error, signature) =>
            error ? reject(error) : resolve(signature.toString("base64")),
          );
        });
    default:
      // Node would sign with RSA-PSS and EC keys too, under a scheme that Binance refuses.
      throw invalidKey(
        `\`privateKey\` holds a key of type ${key.asymmetricKeyType}; Binance takes RSA and Ed25519 keys.`,
      );
  }
}

function open(pem: Pem, passphrase: string | undefined): KeyObject {
  const { encrypted } = pem;
  if (encrypted && passphrase === undefined)
    throw invalidKey("`privateKey` is encrypted; give its `passphrase`.");
  try {
    return crypto().createPrivateKey({ key: tidyPem(pem), ...(encrypted && { passphrase }) });
  } catch (error) {
    throw invalidKey(
      encrypted
        ? "`privateKey` cannot be opened: its `passphrase` is wrong, or it is damaged."
        : "`privateKey` cannot be read: it is damaged or incomplete.",
      safeCause(error),
    );
  }
}

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
