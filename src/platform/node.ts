import { setMaxListeners } from "node:events";
import { builtin } from "../builtin.js";
import { channels } from "../inside/channels.js";
import { logTo } from "../inside/log.js";
import type { Listener } from "../inside/observers.js";

export { hmac, privateKey } from "../signing/node.js";
export { createDecoder } from "../transport/decoder.js";
export { nodeTransport as createTransport } from "../transport/node-http.js";

/** Allows many listeners on one signal; Node takes more than ten for a leak. */
export function expectListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Node does not count listeners of a signal from another realm or a DOM library.
  }
}

/** A variable of the environment; Deno may not allow to read it. */
export function environment(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}

/** The runtime's own ways to look inside: diagnostics channels, and `NODE_DEBUG=binance-accounts`. */
export function observersOfPlatform(): Listener[] {
  const log = builtin("node:util").debuglog("binance-accounts");
  const line = (text: string) => log("%s", text);
  const debug = { error: line, warn: line, info: line, debug: line };
  return [channels(), ...(log.enabled ? [logTo(debug, "debug")] : [])];
}

export const sendsUserAgent = (): boolean => true;
