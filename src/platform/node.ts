import { setMaxListeners } from "node:events";

export { hmac, privateKey } from "../signing/node.js";
export { nodeTransport as createTransport } from "../transport/node-http.js";

/** Allows many listeners on one signal; Node takes more than ten for a leak. */
export function expectListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // Node does not count listeners of a signal from another realm or a DOM library.
  }
}
