import { invalidArgument } from "../errors.js";
import type { Listener } from "../inside/observers.js";
import { fetchTransport } from "../transport/fetch.js";
import type { Transport, TransportOptions } from "../transport/transport.js";

export { hmac, privateKey } from "../signing/web.js";

/** Creates a decoder of UTF-8. */
export const createDecoder = (options: TextDecoderOptions): TextDecoder => new TextDecoder("utf-8", options);

/** Does nothing: only Node limits the listeners of a signal. */
export const expectListeners = (_signal: AbortSignal): void => {};

/**
 * Creates a transport over the runtime's `fetch`, which chooses connections and proxies by itself.
 * @throws {BinanceError} INVALID_ARGUMENT for an option about connections.
 */
export function createTransport(options: TransportOptions): Transport {
  const [name] = Object.entries(options).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (name !== undefined)
    throw invalidArgument(
      `\`${name}\` needs Node, Bun or Deno: elsewhere the runtime makes the connections, or a \`fetch\` of yours.`,
    );
  return fetchTransport((url, init) => globalThis.fetch(url, init), createDecoder);
}

export const environment = (_name: string): string | undefined => undefined;

export const observersOfPlatform = (): Listener[] => [];

/** Browsers send their own `User-Agent`; to set another would have to be allowed by the server. */
export const sendsUserAgent = (): boolean => !("document" in globalThis || "WorkerNavigator" in globalThis);
