export { servers } from "../generated/operations.js";
// Every type of the document by its name, so that a new operation's types are here without an edit.
export type * from "../generated/schema.js";
export { type Client, createClient } from "./client.js";
export { BinanceError, type ErrorCode } from "./errors.js";
export { type SigningOptions, signing } from "./middleware.js";
export type { ClientOptions, Fetch } from "./options.js";
export type { CallOptions, DataOf, GetResult, OperationId, ParametersOf } from "./types.js";
