import { invalidArgument } from "../errors.js";
import { fetchTransport } from "../transport/fetch.js";
import type { Transport, TransportOptions } from "../transport/transport.js";

export { hmac, privateKey } from "../signing/web.js";

/** Many calls may listen to one signal; only Node has an opinion about it. */
export const expectListeners = (_signal: AbortSignal): void => {};

/** The platform's own `fetch`. Which connections and proxies it takes is the runtime's affair. */
export function createTransport(options: TransportOptions): Transport {
  const [name] = Object.entries(options).find(([, value]) => value !== undefined && value !== false) ?? [];
  if (name !== undefined)
    throw invalidArgument(
      `\`${name}\` needs Node, Bun or Deno: elsewhere the runtime makes the connections, or a \`fetch\` of yours.`,
    );
  return fetchTransport((url, init) => globalThis.fetch(url, init));
}
