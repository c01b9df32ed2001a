/// <reference lib="esnext.disposable" preserve="true" />
import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { servers } from "../../generated/operations.js";
import { invalidArgument, invalidKey } from "../errors.js";
import { ownProperties, readNames } from "../input.js";
import { checkToken } from "../signing/keys.js";
import type { ServerName } from "../types.js";
import { type AccountOptions, accountOptionNames, MockAccount } from "./account.js";
import type { PermittedKey } from "./gate.js";
import { Ledger } from "./ledger.js";
import { mustBe, shown } from "./messages.js";
import { sharedPrism } from "./prism.js";
import { listen } from "./server.js";

export type { AccountOptions, MockAccount } from "./account.js";
export type { MockClock } from "./clock.js";
export type { Breakage, Duration, ErrorExample, FaultRule, OwnError, When } from "./fault-rules.js";
export type { Faults } from "./faults.js";
export type { Journal, JournalCall, JournalEntry, SignatureMistake } from "./journal.js";
export type { Scenario } from "./scenarios.js";
export type { Fields, MockState, Part } from "./state.js";

/** A key that the mock accepts: an HMAC secret, or the public half of an RSA or Ed25519 key as PEM. */
export type MockKey = ({ secret: string } | { publicKey: string }) & {
  apiKey: string;
  /** Servers that it may read; all when left out. Others are refused with -2015. */
  servers?: readonly ServerName[] | undefined;
  /** Addresses that it may be used from; all when left out. Others are refused with -2015. */
  addresses?: readonly string[] | undefined;
};

/** How the mock begins; the options of an account hold for every account. */
export interface MockOptions extends AccountOptions {
  /** Keys to accept, each with an account of its own. Without them a throw-away HMAC key is made. */
  keys?: readonly MockKey[] | undefined;
  /** 0, the default, takes a free port. */
  port?: number | undefined;
  /** Address to listen on; default 127.0.0.1. */
  host?: string | undefined;
  /** Has to be set for a host that other machines can reach: whoever reaches the mock controls it. */
  allowRemote?: boolean | undefined;
  /** Web origins, such as `https://example.com`, whose pages may call the exchange from a browser; those of this machine always may. */
  allowOrigins?: readonly string[] | undefined;
}

/** A mock that runs; it is also its first account. */
export interface Mock extends MockAccount {
  /** Give it to the client as `baseUrl`. */
  readonly url: string;
  /** Another account with a throw-away key, apart from all others: for tests that run at the same time. */
  createAccount(options?: AccountOptions): MockAccount;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an exchange on this machine that refuses what Binance refuses and breaks the way Binance breaks.
 * Resolves when it is ready for requests.
 *
 * @throws {BinanceError} INVALID_ARGUMENT if an option is unknown or out of range, INVALID_KEY if a key is malformed.
 * @example
 * await using mock = await startMock({ scenario: "hedge" });
 * const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const names = ["keys", "port", "host", "allowRemote", "allowOrigins", ...accountOptionNames];
  const {
    keys = [throwAwayKey()],
    port = 0,
    host = "127.0.0.1",
    allowRemote = false,
    allowOrigins: origins = [],
    ...defaults
  } = readNames("startMock", options, names);
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
  const known = readKeys(keys);
  const accounts = new Map(
    keys.map((key) => [key.apiKey, new MockAccount({ apiKey: key.apiKey, secret: secretOf(key) }, defaults)]),
  );
  const [first] = accounts.values();
  if (!first)
    throw invalidArgument(
      "`keys` must name at least one key; received an empty list. Omit it for a throw-away key.",
    );

  const createAccount = (own: AccountOptions = {}) => {
    const key = throwAwayKey();
    const account = new MockAccount(key, {
      ...defaults,
      ...readNames("createAccount", own, accountOptionNames),
    });
    accounts.set(key.apiKey, account);
    known.set(key.apiKey, { secret: key.secret });
    return account;
  };
  const strangers = new Ledger(first.ledger.limits);
  const prism = await sharedPrism();
  const controlled = { keys: known, accounts, first, strangers, origins, createAccount, prism };
  const { server, url } = await listen(controlled, port, host).catch((error: NodeJS.ErrnoException) => {
    const what = ["EADDRINUSE", "EACCES"].includes(error.code ?? "")
      ? `\`port\` must be free on ${host}; received ${port} (${error.code}). Choose another, or 0 for any free port.`
      : `\`host\` must be an address of this machine; received ${shown(host)} (${error.code}).`;
    throw invalidArgument(what, error);
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(first, { url, createAccount, close, [Symbol.asyncDispose]: close });
}

const isOrigin = (text: unknown) =>
  typeof text === "string" && URL.canParse(text) && new URL(text).origin === text;

function checkHost(host: unknown, allowRemote: unknown): void {
  if (typeof host !== "string" || host === "") throw mustBe("`host`", "an address such as 127.0.0.1", host);
  const isLoopback = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (isLoopback || allowRemote === true) return;
  throw invalidArgument(
    `\`host\` must be a loopback address unless \`allowRemote\` is set; received ${shown(host)}. Anyone who can reach the mock controls it.`,
  );
}

const throwAwayKey = () => ({
  apiKey: randomBytes(32).toString("hex"),
  secret: randomBytes(32).toString("hex"),
});
const secretOf = (key: MockKey) => ("secret" in key ? key.secret : undefined);

function readKeys(keys: readonly MockKey[]): Map<string, PermittedKey> {
  if (!Array.isArray(keys)) throw mustBe("`keys`", "a list", keys);
  const known = new Map<string, PermittedKey>();
  for (const key of keys) {
    const { apiKey, secret, publicKey, servers: readable, addresses } = ownProperties(key) ?? {};
    const name = checkToken("apiKey", apiKey);
    if (known.has(name))
      throw invalidArgument("`keys` must name each API key once; received one of them twice.");
    const permitted = {
      servers: readList<ServerName>("servers", readable, (server) => Object.hasOwn(servers, server)),
      addresses: readList<string>("addresses", addresses, (address) => isIP(address) > 0),
    };
    const half =
      publicKey === undefined
        ? { secret: checkToken("secret", secret) }
        : { publicKey: readPublicKey(publicKey) };
    known.set(name, { ...half, ...permitted });
  }
  return known;
}

function readList<T>(
  name: string,
  list: unknown,
  test: (value: string) => boolean,
): readonly T[] | undefined {
  if (list === undefined) return list;
  const bad = Array.isArray(list) ? list.find((value) => !test(value)) : list;
  if (bad === undefined) return list as T[];
  const what = name === "servers" ? Object.keys(servers).join(" or ") : "IP addresses";
  throw mustBe(`\`${name}\` of a key`, `a list of ${what}`, bad);
}

function readPublicKey(pem: unknown): KeyObject {
  try {
    const key = createPublicKey(pem as string);
    if (key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ed25519") return key;
  } catch {}
  throw invalidKey("`publicKey` must be the PEM of an RSA or Ed25519 public key; received something else.");
}
