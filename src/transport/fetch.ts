import { invalidArgument } from "../errors.js";
import { BodyChunks } from "./body.js";
import type { Transport } from "./transport.js";

/** A `fetch` of yours: it gets the URL as text, which it must not rewrite, because every byte of it is signed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Sends with any `fetch`. One that ignores its signal is left behind, so a call still ends on time. */
export const fetchTransport =
  (fetch: Fetch): Transport =>
  async ({ address, query, headers, maxBytes, watch, onHeaders }) => {
    const controller = new AbortController();
    const { signal } = controller;
    watch.onEnd((reason) => controller.abort(reason));
    watch.enter("headers");
    // A redirect would hand the API key and the signed URL to another host: "manual", because not every runtime knows "error".
    const init: RequestInit = { method: "GET", headers, redirect: "manual", signal, ...browserOnly() };
    const response = await orAbort(signal, fetch(`${address}?${query}`, init));
    if (!isReadable(response)) {
      throw invalidArgument("`fetch` has to resolve with a Response whose body nobody has read.");
    }
    // A `fetch` that has followed a redirect all the same has left our server.
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
    return chunks.decode();
  };

/** Nothing is stored and no cookie is sent, where there is a store and where there are cookies; Workers refuse to be told so. */
const browserOnly = (): RequestInit => ({
  ...(typeof Request !== "undefined" && "cache" in Request.prototype && { cache: "no-store" }),
  ...(typeof Request !== "undefined" && "credentials" in Request.prototype && { credentials: "omit" }),
});

/** Whether a `fetch` has given us an answer whose body is still to be read. */
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

/** What the promise comes to, or the signal's reason if that is first. */
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
