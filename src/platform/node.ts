import { createHmac, createPrivateKey, createSecretKey, type KeyObject, sign } from "node:crypto";
import { setMaxListeners } from "node:events";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import { invalidKey } from "../errors.js";
import { safeCause } from "../redact.js";
import type { Pem, Sign } from "./keys.js";
import { BadEncoding, Collector, type Transport } from "./transport.js";

/** HMAC-SHA256, as lower-case hex. */
export function hmac(secret: string): Sign {
  const key = createSecretKey(secret, "utf8");
  return (payload) => createHmac("sha256", key).update(payload).digest("hex");
}

/** RSA (PKCS#1 v1.5 with SHA-256) or Ed25519, whichever the key is, as base64. */
export function privateKey(pem: Pem, passphrase: string | undefined): Sign {
  const key = open(pem, passphrase);
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return (payload) => sign(null, Buffer.from(payload), key).toString("base64");
    case "rsa":
      // An RSA-4096 signature takes milliseconds: the callback form runs it off the event loop.
      return (payload) =>
        new Promise((resolve, reject) => {
          sign("sha256", Buffer.from(payload), key, (error, signature) => (error ? reject(error) : resolve(signature.toString("base64"))));
        });
    default:
      // Node would sign with RSA-PSS and EC keys too, under a scheme that Binance refuses.
      throw invalidKey(`\`privateKey\` holds a key of type ${key.asymmetricKeyType}; Binance takes RSA and Ed25519 keys.`);
  }
}

function open({ text, encrypted }: Pem, passphrase: string | undefined): KeyObject {
  if (encrypted && passphrase === undefined) throw invalidKey("`privateKey` is encrypted; give its `passphrase`.");
  try {
    return createPrivateKey({ key: text, ...(encrypted && { passphrase }) });
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

/** Keep-alive connections of node:https, one per call under way. node:http follows no redirect and keeps no cookie. */
export function createTransport(): Transport {
  const agents = { "http:": new HttpAgent({ keepAlive: true }), "https:": new HttpsAgent({ keepAlive: true }) };
  return ({ url, headers, maxBytes, signal, onPhase, onHeaders }) =>
    new Promise((resolve, reject) => {
      const { protocol, hostname, port, pathname, search } = new URL(url);
      const send = protocol === "https:" ? requestHttps : requestHttp;
      onPhase("connect");
      const request = send({
        agent: agents[protocol as keyof typeof agents],
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port,
        path: pathname + search,
        headers: { accept: "application/json", "accept-encoding": "gzip, br", ...headers },
      });
      const fail = (error: unknown) => {
        signal.removeEventListener("abort", onAbort);
        request.destroy();
        reject(error);
      };
      const onAbort = () => fail(signal.reason);
      signal.addEventListener("abort", onAbort);
      request.once("socket", (socket) => {
        if (!socket.connecting && !(socket as { secureConnecting?: boolean }).secureConnecting) onPhase("headers");
        else socket.once(protocol === "https:" ? "secureConnect" : "connect", () => onPhase("headers"));
      });
      request.on("error", fail);
      const onClose = () => fail(new Error()); // when it ends without a word, as after a 101
      request.once("close", onClose);
      request.once("response", (response) => {
        request.off("close", onClose);
        const status = response.statusCode ?? 0;
        const headers = headersOf(response);
        onHeaders(status, headers);
        onPhase("body");
        readBody(response, maxBytes).then((body) => {
          signal.removeEventListener("abort", onAbort);
          resolve({ status, headers, body });
        }, fail);
      });
      request.end();
    });
}

function headersOf({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i] ?? "", rawHeaders[i + 1] ?? "");
  return headers;
}

const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The decompressed body, read to its end. */
function readBody(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const encoding = response.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
    const decoder = decoders[encoding]?.();
    if (!decoder && encoding !== "identity") return reject(new BadEncoding());
    const collector = new Collector(maxBytes);
    const fail = (error: unknown) => {
      response.destroy();
      decoder?.destroy();
      reject(error);
    };
    response.on("error", fail); // also when the connection ends before the body is complete
    decoder?.on("error", () => fail(new BadEncoding()));
    (decoder ? response.pipe(decoder) : response)
      .on("data", (chunk: Uint8Array) => {
        try {
          collector.add(chunk);
        } catch (error) {
          fail(error);
        }
      })
      .on("end", () => resolve(collector.bytes()));
  });
}
