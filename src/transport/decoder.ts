import { builtin } from "../builtin.js";

/** Creates a decoder of UTF-8. Jest's jsdom hides that of Node. */
export const createDecoder = (options: TextDecoderOptions): TextDecoder =>
  new (globalThis.TextDecoder ?? builtin("node:util").TextDecoder)("utf-8", options);
