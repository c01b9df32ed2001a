/// <reference lib="esnext.disposable" preserve="true" />
import { Budget } from "../budget/budget.js";
import { invalidArgument } from "../errors.js";
import { readNames } from "../input.js";
import { isLoopback } from "../loopback.js";
import {
  type AccountOptions,
  accountOptionNames,
  MockAccount,
  type NewAccount,
  type SharedLimits,
} from "./account.js";
import type { Controlled } from "./control-actions.js";
import type { PermittedKey } from "./gate.js";
import { readKey, throwAwayKey } from "./keys.js";
import { Ledger } from "./ledger.js";
import { readLimits } from "./limits.js";
import { mustBe, shown } from "./messages.js";
import { keyFields, type MockKey } from "./mock-key.js";
import { sharedPrism } from "./prism.js";
import { KnownSecrets } from "./redaction.js";
import { listen } from "./server.js";
import { type MockTls, readTls } from "./tls.js";
import { QuietTimes } from "./warnings.js";

export type { AccountOptions, MockAccount, MockCredentials, NewAccount } from "./account.js";
export type { MockClock } from "./clock.js";
export type { Breakage, Duration, ErrorExample, FaultRule, OwnError, When } from "./fault-rules.js";
export type { Faults } from "./faults.js";
export type { Har, HarEntry } from "./har.js";
export type { Journal, JournalCall, JournalView } from "./journal.js";
export type { JournalEntry, SignatureMistake } from "./journal-entry.js";
export type { MockKey } from "./mock-key.js";
export type { Scenario } from "./scenarios.js";
export type { Fields, MockState, Part } from "./state.js";
export type { SharedTime } from "./time.js";
export type { MockTls } from "./tls.js";

/** How the mock begins; the options of an account hold for every account. */
export interface MockOptions extends AccountOptions {
  /** Keys to accept, each with an account of its own. @default one throw-away HMAC key */
  keys?: readonly MockKey[] | undefined;
  /** Port to listen on; 0 takes a free one. @default 0 */
  port?: number | undefined;
  /** Address to listen on. @default "127.0.0.1" */
  host?: string | undefined;
  /** Allows a `host` that other machines can reach: anyone who can reach the mock controls it. @default false */
  allowRemote?: boolean | undefined;
  /** Web origins, such as `https://example.com`, whose pages may call the exchange; those of this machine always may. */
  allowOrigins?: readonly string[] | undefined;
  /** Serves https instead of http: `true` makes a certificate, whose authority is `mock.ca`. @default false */
  tls?: MockTls | false | undefined;
  /** Counts weight per address as Binance does, for all keys together; limits, 429 and bans are then shared. @default false */
  shareLimits?: boolean | undefined;
}

/** A mock that runs; it is also its first account. */
export interface Mock extends MockAccount {
  /** Creates another account, apart from all others: for tests that run at the same time. */
  createAccount(options?: NewAccount): MockAccount;
  /** Removes an account and its key; the first stays. */
  removeAccount(account: Pick<MockAccount, "apiKey">): void;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
  /** Closes the mock, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

const ownOptionNames = ["keys", "port", "host", "allowRemote", "allowOrigins", "tls", "shareLimits"];

/**
 * Starts an exchange on this machine that refuses what Binance refuses and breaks the way Binance breaks.
 * Resolves when it is ready for requests.
 *
 * @throws {BinanceError} INVALID_ARGUMENT if an option is unknown or out of range, INVALID_KEY if a key is malformed.
 * @example
 * await using mock = await startMock({ scenario: "hedge" });
 * const binance = mock.client();
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const {
    keys = [throwAwayKey()],
    port = 0,
    host = "127.0.0.1",
    allowRemote = false,
    allowOrigins: origins = [],
    tls: givenTls,
    shareLimits = false,
    limits,
    patience,
    ...defaults
  } = readNames("startMock", options, [...ownOptionNames, ...accountOptionNames]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw mustBe("`port`", "an integer from 0 to 65535", port);
  checkHost(host, allowRemote);
  const badOrigin = Array.isArray(origins) ? origins.find((origin) => !isOrigin(origin)) : origins;
  if (badOrigin !== undefined)
    throw mustBe(
      "`allowOrigins`",
      "a list of origins such as https://example.com, without a path",
      badOrigin,
    );
  const tls = readTls(givenTls, host);
  if (typeof shareLimits !== "boolean") throw mustBe("`shareLimits`", "true or false", shareLimits);
  if (!Array.isArray(keys)) throw mustBe("`keys`", "a list", keys);

  const known = new Map<string, PermittedKey>();
  const accounts = new Map<string, MockAccount>();
  const secrets = new KnownSecrets();
  const address = { url: "", ca: tls?.ca };
  const weights = readLimits(limits, patience);
  // Shared limits are counted by the clock of the first account, which does not exist yet.
  let limitTime: () => number = Date.now;
  const shared: SharedLimits | undefined = shareLimits
    ? { ledger: new Ledger(weights), quiet: new QuietTimes(), budget: new Budget(), now: () => limitTime() }
    : undefined;
  const ownLimits = shared ? {} : { limits, patience };

  const add = (given: unknown, accountOptions: AccountOptions) => {
    const { apiKey, secret, permitted } = readKey(given);
    if (known.has(apiKey))
      throw invalidArgument("`apiKey` must name each key once; received one that the mock has.");
    const account = new MockAccount({ apiKey, secret }, accountOptions, { address, shared });
    known.set(apiKey, permitted);
    accounts.set(apiKey, account);
    secrets.add("apiKey", apiKey);
    if (secret !== undefined) secrets.add("secret", secret);
    return account;
  };
  for (const key of keys) add(key, { ...defaults, ...ownLimits });
  const [first] = accounts.values();
  if (!first)
    throw invalidArgument(
      "`keys` must name at least one key; received an empty list. Omit it for a throw-away key.",
    );
  limitTime = first.clock.now;

  const createAccount = (own: NewAccount = {}) => {
    const { apiKey, secret, publicKey, servers, addresses, ...accountOptions } = readNames(
      "createAccount",
      own as Record<string, unknown>,
      [...keyFields, ...accountOptionNames],
    );
    const key =
      apiKey === undefined && secret === undefined && publicKey === undefined
        ? { ...throwAwayKey(), servers, addresses }
        : { apiKey, secret, publicKey, servers, addresses };
    return add(key, { ...defaults, ...ownLimits, ...accountOptions });
  };
  const removeAccount = (account: Pick<MockAccount, "apiKey">) => {
    const { apiKey } = account;
    const found = accounts.get(apiKey);
    if (!found)
      throw invalidArgument("`apiKey` must be the key of an account; received a key that no account has.");
    if (found === first)
      throw invalidArgument("The first account of a mock cannot be removed; `reset()` it.");
    found.reset();
    accounts.delete(apiKey);
    known.delete(apiKey);
    secrets.remove(apiKey);
    if (found.secret !== "") secrets.remove(found.secret);
  };

  const strangers = shared?.ledger ?? new Ledger(weights);
  const prism = await sharedPrism();
  const controlled: Controlled = {
    ...{ prism, keys: known, accounts, secrets, strangers, first, shareLimits, origins, host, allowRemote },
    ...{ createAccount, removeAccount },
  };
  const { server, url } = await listen(controlled, port, host, tls).catch((error: NodeJS.ErrnoException) => {
    const what = ["EADDRINUSE", "EACCES"].includes(error.code ?? "")
      ? `\`port\` must be free on ${host}; received ${port} (${error.code}). Choose another, or 0 for any free port.`
      : `\`host\` must be an address of this machine; received ${shown(host)} (${error.code}).`;
    throw invalidArgument(what, error);
  });
  address.url = url;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(first, { createAccount, removeAccount, close, [Symbol.asyncDispose]: close });
}

const isOrigin = (text: unknown) =>
  typeof text === "string" && URL.canParse(text) && new URL(text).origin === text;

function checkHost(host: unknown, allowRemote: unknown): void {
  if (typeof host !== "string" || host === "") throw mustBe("`host`", "an address such as 127.0.0.1", host);
  if (isLoopback(host) || allowRemote === true) return;
  throw invalidArgument(
    `\`host\` must be a loopback address unless \`allowRemote\` is set; received ${shown(host)}. Anyone who can reach the mock controls it.`,
  );
}
