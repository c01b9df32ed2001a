export { servers } from "../generated/operations.js";
// Every type of the document by its name, so that a new operation's types are here without an edit.
export type * from "../generated/schema.js";
export { type Budget, type BudgetOptions, type BudgetStore, createBudget } from "./budget/budget.js";
export type { WeightState } from "./budget/ledger.js";
export type { CallOptions, CallPromise, CallResponse, GetResult } from "./call-types.js";
export { type Client, createClient } from "./client.js";
export type { Bounds, ClockOption } from "./clock.js";
export { BinanceError, type ErrorCode, type TimeoutPhase } from "./errors.js";
export type { ClientEvent } from "./events.js";
export type { Logger, LogLevel } from "./inside/log.js";
export type {
  AttemptMessage,
  CallMessage,
  ChannelMessages,
  ClockMessage,
  DegradedMessage,
  DifferenceMessage,
  FailureSummary,
  MissedMessage,
  Observer,
  PaceMessage,
  PauseMessage,
  Scope,
  WaitMessage,
  WeightMessage,
} from "./inside/messages.js";
export type { ClientOptions, CommonOptions } from "./options.js";
export type { Difference } from "./response/differences.js";
export type { ValidateOption } from "./response/judge.js";
export type { RetryOptions } from "./retry.js";
export type { CredentialsProvider } from "./signing/credentials.js";
export type {
  Credentials,
  HmacCredentials,
  NodePrivateKey,
  PrivateKeyCredentials,
  SignerCredentials,
  WebCryptoKey,
} from "./signing/keys.js";
export { type SigningOptions, signing } from "./signing/middleware.js";
export type { PrivateJwk } from "./signing/signer.js";
export type { Timeouts } from "./transport/deadline.js";
export type { Fetch } from "./transport/fetch.js";
export type { Sleep } from "./transport/sleep.js";
export type { TlsOptions } from "./transport/transport.js";
export type { DataOf, FreeOperationId, OperationId, ParametersOf, Priority } from "./types.js";
export type { FailedLook, Look, Watch, WatchOptions } from "./watch/options.js";
export type { Snapshot } from "./watch/snapshot.js";
export type { WakeSource } from "./watch/wake.js";
