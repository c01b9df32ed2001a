/** What the docs take from the client and the mock: beside them, serve.ts and browser/try-it.ts alone import from src/. */
export { rules } from "../../src/mock/gate.js";
export { decide, decisions } from "../../src/response/decisions.js";
export { encode } from "../../src/signing/query.js";
