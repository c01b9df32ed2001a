import { invalidArgument } from "../errors.js";
import { Collector, type Transport } from "./transport.js";

/** A `fetch` of yours: it gets the URL as text, which it must not rewrite, because every byte of it is signed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Sends with any `fetch`. One that ignores its signal is left behind, so a call still ends on time. */
export const fetchTransport =
  (fetch: Fetch): Transport =>
  async ({ url, headers, maxBytes, signal, onPhase }) => {
    onPhase("headers");
    // A redirect would hand the API key and the signed URL to another host: "manual", because not every runtime knows "error".
    const init: RequestInit = { method: "GET", headers, redirect: "manual", cache: "no-store", credentials: "omit", signal };
    const response = await orAbort(signal, fetch(url, init));
    if (typeof response?.status !== "number" || typeof response.headers?.get !== "function" || response.bodyUsed) {
      throw invalidArgument("`fetch` has to resolve with a Response whose body nobody has read.");
    }
    onPhase("body");
    const reader = response.body?.getReader();
    const collector = new Collector(maxBytes);
    try {
      while (reader) {
        const { done, value } = await orAbort(signal, reader.read());
        if (done) break;
        collector.add(value);
      }
    } catch (error) {
      reader?.cancel().catch(() => {});
      throw error;
    }
    // A `fetch` that has followed a redirect all the same has left our server.
    const status = response.type === "opaqueredirect" || response.redirected ? 302 : response.status;
    return { status, headers: response.headers, body: collector.bytes() };
  };

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
