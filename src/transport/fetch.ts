import { invalidArgument } from "../errors.js";
import { BodyChunks, type CreateDecoder } from "./body.js";
import type { Transport } from "./transport.js";

/** A `fetch` of your own. It gets the URL as text and must not rewrite it, because every byte is signed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Creates a transport over any `fetch`. A call ends on time even if its `fetch` ignores the signal. */
export const fetchTransport =
  (fetch: Fetch, createDecoder: CreateDecoder): Transport =>
  async ({ address, query, headers, maxBytes, watch, onHeaders }) => {
    const controller = new AbortController();
    const { signal } = controller;
    watch.onEnd((reason) => controller.abort(reason));
    watch.enter("headers");
    // A redirect would give the key and the signed URL to another host. "manual", because not every runtime knows "error".
    const init: RequestInit = { method: "GET", headers, redirect: "manual", signal, ...browserOnly() };
    const response = await orAbort(signal, fetch(`${address}?${query}`, init));
    if (!isReadable(response)) {
      throw invalidArgument("`fetch` has to resolve with a Response whose body nobody has read.");
    }
    // A `fetch` that followed a redirect anyway has left our server.
    const status = response.type === "opaqueredirect" || response.redirected ? 302 : response.status;
    const reader = response.body?.getReader();
    const chunks = new BodyChunks(maxBytes);
    try {
      onHeaders(status, response.headers);
      watch.enter("body");
      while (reader) {
        const { done, value } = await orAbort(signal, reader.read());
        if (done) break;
        chunks.add(value);
      }
    } catch (error) {
      reader?.cancel().catch(() => {});
      throw error;
    }
    return chunks.decode(createDecoder);
  };

/** Turns off cache and cookies where they exist; Workers refuse these options. */
const browserOnly = (): RequestInit => ({
  ...(typeof Request !== "undefined" && "cache" in Request.prototype && { cache: "no-store" }),
  ...(typeof Request !== "undefined" && "credentials" in Request.prototype && { credentials: "omit" }),
});

/** Whether this is a response whose body nobody has read. */
function isReadable(response: Response): boolean {
  const { status, headers, body, bodyUsed } = response ?? {};
  const stream = body === null || body === undefined || typeof body.getReader === "function";
  return (
    typeof status === "number" &&
    typeof headers?.get === "function" &&
    typeof headers.has === "function" &&
    stream &&
    !bodyUsed
  );
}

/** Settles with the promise, or rejects with the signal's reason if that comes first. */
async function orAbort<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
