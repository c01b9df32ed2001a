export { servers } from "../generated/operations.js";
// Every type of the document by its name, so that a new operation's types are here without an edit.
export type * from "../generated/schema.js";
export { type Client, createClient } from "./client.js";
export type { Bounds, ClockOption } from "./clock.js";
export type { TimeoutPhase, Timeouts } from "./deadline.js";
export type { Difference } from "./differences.js";
export { BinanceError, type ErrorCode } from "./errors.js";
export type { WebCryptoKey } from "./keys.js";
export { type SigningOptions, signing } from "./middleware.js";
export type { ClientOptions } from "./options.js";
export type { Fetch } from "./platform/fetch.js";
export type { ValidateOption } from "./response.js";
export type { RetryOptions } from "./retry.js";
export type { Sleep } from "./sleep.js";
export type { CallOptions, DataOf, GetResult, OperationId, ParametersOf } from "./types.js";
