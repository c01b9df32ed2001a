import { setMaxListeners } from "node:events";

export { hmac, privateKey } from "../signing/node.js";
export { nodeTransport as createTransport } from "../transport/node-http.js";

/** Many calls may listen to one signal of the caller; Node takes more than ten for a leak. */
export function expectListeners(signal: AbortSignal): void {
  try {
    setMaxListeners(0, signal);
  } catch {
    // A signal of another realm or of a DOM library is not counted by Node.
  }
}
