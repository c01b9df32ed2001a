import { createDecoder, createTransport, environment, observersOfPlatform } from "#platform";
import { servers as defaultServers } from "../generated/operations.js";
import { checkUrl } from "./base-url.js";
import { Budget, sharedBudget } from "./budget/budget.js";
import { type Clock, type ClockOption, checkedNow, createClock, steadyTime } from "./clock.js";
import { invalidArgument } from "./errors.js";
import { type ClientEvent, teller } from "./events.js";
import { mustBe, readFunction, readNames } from "./input.js";
import { readListeners } from "./inside/listeners.js";
import type { Logger, LogLevel } from "./inside/log.js";
import type { Observer } from "./inside/messages.js";
import { createObservers, type Observers } from "./inside/observers.js";
import type { Difference } from "./response/differences.js";
import type { ValidateOption } from "./response/judge.js";
import type { RetryOptions } from "./retry.js";
import { askedKeys, type CredentialsProvider, fixedKeys, type KeyRing } from "./signing/credentials.js";
import { type Credentials, credentialNames } from "./signing/keys.js";
import type { Timeouts } from "./transport/deadline.js";
import { type Fetch, fetchTransport } from "./transport/fetch.js";
import { sleep as defaultSleep, type Sleep } from "./transport/sleep.js";
import type { TlsOptions, Transport } from "./transport/transport.js";
import type { ServerName } from "./types.js";
import { readUserAgent } from "./user-agent.js";

/** Everything but the credentials. */
export interface CommonOptions {
  /** How long a request stays acceptable, in ms from 1 to 60000. @default not sent; Binance then takes 5000 */
  recvWindow?: number | undefined;
  /** One address for every operation: a mock, a proxy of yours. https, or http on this machine. @default Binance's */
  baseUrl?: string | undefined;
  /** Allows plain http to another machine, such as a mock in another container; never to a host of Binance. @default false */
  allowHttp?: boolean | undefined;
  /** An address per server; `servers.dapi.testUrl` is the COIN-M test host. @default Binance's, for each that is left out */
  servers?: { [Name in ServerName]?: string | undefined } | undefined;
  /**
   * Longest times in ms. A number is for the whole call, its retries and pauses included; the others are for each attempt.
   * Infinity waits for ever. Runtimes that use `fetch` cannot tell connecting from waiting for the headers.
   * @default { total: 10000, connect: 5000, headers: 5000, body: 5000 }
   */
  timeout?: number | Partial<Timeouts> | undefined;
  /**
   * How a call is repeated after failures that may pass, each time with a fresh signature.
   * @default { attempts: 4, baseDelay: 200, maxDelay: 5000 }
   */
  retry?: RetryOptions | undefined;
  /**
   * For a machine whose clock is wrong. `learn` takes the server's time from the `Date` of its responses; `system` trusts this
   * machine; a number is added to this machine's time, in ms.
   * @default "learn"
   */
  clock?: ClockOption | undefined;
  /** What to do with a response that does not match the document: `throw`, `report` it and return it, or `off`. @default "throw" */
  validate?: ValidateOption | undefined;
  /** Called once for each field and value that the document does not know, so that a change at Binance is seen early. @default none */
  onDifference?: ((difference: Difference) => void) | undefined;
  /** Largest body to accept, in bytes after decompression. @default 16 MiB */
  maxBodyBytes?: number | undefined;
  /** Sends the signed requests. @default the platform's own HTTP */
  fetch?: Fetch | undefined;
  /** An Agent of node:https that makes the connections. Node, Bun and Deno only. @default the client's own */
  agent?: object | undefined;
  /**
   * Address of a proxy that opens tunnels, such as `http://user:password@proxy.example:3128`, or `false` for none. Node, Bun and
   * Deno only. Requests by http to this machine never take a proxy.
   * @default what `HTTPS_PROXY` or `ALL_PROXY` and `NO_PROXY` say; `NO_PROXY` lists hosts with all that ends in them, addresses
   * and networks such as 10.0.0.0/8, each perhaps with a port, or `*`.
   */
  proxy?: string | false | undefined;
  /** Authorities, client certificate and other options of TLS. Node, Bun and Deno only. @default the runtime's */
  tls?: TlsOptions | undefined;
  /** IP version to connect with, where an API key's IP list has addresses of one only. Node, Bun and Deno only. @default either */
  family?: 4 | 6 | undefined;
  /** Address of this machine to connect from, where it has several. Node, Bun and Deno only. @default the system's choice */
  localAddress?: string | undefined;
  /**
   * Shares pause, ban, weight and retries with the other clients that have it, see `createBudget()`.
   * @default one for all clients of the process that send from the same `localAddress`, by the same `proxy`, `agent` or `fetch`; a
   * client whose time you make (`now`, `monotonic`, `sleep`) has its own, because its minutes are not those of the others.
   */
  budget?: Budget | undefined;
  /** Called when a call has to wait, and when a server wants to be left alone. @default none */
  onEvent?: ((event: ClientEvent) => void) | undefined;
  /**
   * Takes lines about what happens inside: one per attempt, and waits, pauses, clock corrections and differences.
   * @default standard error, where a level is set
   */
  logger?: Logger | undefined;
  /**
   * What is logged: `error` and `warn` what should be looked into, `info` also failures that pass and waits, `debug` every attempt.
   * @default the variable `BINANCE_ACCOUNTS_LOG` on Node, Bun and Deno; else "warn" with a `logger`, and "off" without
   */
  logLevel?: LogLevel | undefined;
  /** Is told what happens inside; `openTelemetry()` of `binance-accounts/otel` makes spans and metrics of it. @default none */
  observer?: Observer | undefined;
  /** Your program's name, such as `risk-monitor/2.0`: sent in front of this package's in `User-Agent`. @default none */
  userAgent?: string | undefined;
  /** This machine's time, in ms since 1970: what timestamps are made of. Nothing is timed by it. @default Date.now */
  now?: (() => number) | undefined;
  /** Ms of a clock that only moves forward, by which deadlines and pauses are counted. @default performance.now */
  monotonic?: (() => number) | undefined;
  /** Waits, in ms, and rejects with the signal's reason when it aborts: for tests in virtual time. @default a timer */
  sleep?: Sleep | undefined;
  /** A number from 0 to 1 that spreads retries. @default Math.random */
  random?: (() => number) | undefined;
}

/** An API key and one way to sign for it, or a function that is asked for both; and how the client behaves. */
export type ClientOptions = CommonOptions &
  (
    | (Credentials & { credentials?: undefined })
    | {
        /**
         * Resolves with the credentials, as from a secret manager: asked at the first call and kept; asked again after `UNAUTHORIZED`, and
         * after `refreshCredentials()`, so that keys rotate without a new client.
         */
        credentials: CredentialsProvider;
        apiKey?: undefined;
        secret?: undefined;
        privateKey?: undefined;
        passphrase?: undefined;
        sign?: undefined;
      }
  );

export interface Settings {
  keys: KeyRing;
  recvWindow: number | undefined;
  servers: Record<ServerName, string>;
  timeouts: Timeouts;
  retry: Required<{ [Name in keyof RetryOptions]: number }>;
  clock: Clock;
  validate: ValidateOption;
  onDifference: ((difference: Difference) => void) | undefined;
  maxBodyBytes: number;
  transport: Transport;
  budget: Budget;
  /** Tells `onEvent`. */
  tell(event: ClientEvent): void;
  observers: Observers;
  /** Headers of every request. */
  headers: Record<string, string>;
  monotonic: () => number;
  /** This machine's time as anybody else reads it, in ms since 1970. */
  wall: () => number;
  sleep: Sleep;
  random: () => number;
}

const names = [
  ...credentialNames,
  ...[
    "credentials",
    "recvWindow",
    "baseUrl",
    "allowHttp",
    "servers",
    "timeout",
    "retry",
    "clock",
    "validate",
  ],
  ...["onDifference", "maxBodyBytes", "fetch", "agent", "proxy", "tls", "family", "localAddress"],
  ...["budget", "onEvent", "logger", "logLevel", "observer", "userAgent"],
  ...["now", "monotonic", "sleep", "random"],
];

/** Checks every option once, so that a mistake shows where it was made and not at the first call. */
export function readOptions(given: ClientOptions): Settings {
  const options = readNames("createClient", given, names);
  const {
    recvWindow,
    retry = {},
    clock = "learn",
    validate = "throw",
    maxBodyBytes = 16 * 2 ** 20,
  } = options;
  const now = readFunction("now", options.now);
  const random = readFunction("random", options.random) ?? Math.random;
  if (
    recvWindow !== undefined &&
    !(Number.isInteger(recvWindow) && recvWindow >= 1 && recvWindow <= 60_000)
  ) {
    throw mustBe("`recvWindow`", "an integer from 1 to 60000 (ms)", recvWindow);
  }
  if (clock !== "learn" && clock !== "system" && !Number.isFinite(clock)) {
    throw mustBe("`clock`", '"learn", "system" or an offset in ms', clock);
  }
  if (!["throw", "report", "off"].includes(validate))
    throw mustBe("`validate`", '"throw", "report" or "off"', validate);
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw mustBe("`maxBodyBytes`", "an integer above 0", maxBodyBytes);
  }
  const tell = teller(readFunction("onEvent", options.onEvent));
  const monotonic = readFunction("monotonic", options.monotonic) ?? (() => performance.now());
  return {
    keys: readKeyRing(options),
    recvWindow,
    servers: readServers(options),
    timeouts: readTimeouts(options.timeout, defaultTimeouts),
    retry: readRetry(retry),
    // A clock that learns must not jump; one that does not learn has to follow this machine's.
    clock: createClock(clock, now ? checkedNow(now) : clock === "learn" ? steadyTime() : () => Date.now()),
    validate,
    onDifference: readFunction("onDifference", options.onDifference),
    maxBodyBytes,
    transport: readTransport(options),
    budget: readBudget(options),
    tell,
    observers: createObservers(readListeners(options, tell, { environment, observersOfPlatform }), monotonic),
    headers: readUserAgent(options.userAgent),
    wall: now ? checkedNow(now) : () => Date.now(),
    monotonic,
    sleep: readFunction("sleep", options.sleep) ?? defaultSleep,
    random: () => clamp(random()),
  };
}

function readKeyRing({ credentials, ...options }: ClientOptions): KeyRing {
  if (credentials === undefined) return fixedKeys(options as Credentials);
  const fixed = credentialNames.find((name) => options[name] !== undefined);
  if (fixed) throw invalidArgument(`Give either \`credentials\` or \`${fixed}\`, not both.`);
  return askedKeys(credentials);
}

/** Chooses what carries the requests. */
function readTransport({ fetch, agent, proxy, tls, family, localAddress }: CommonOptions): Transport {
  const connections = { proxy: proxy === false ? undefined : proxy, tls, family, localAddress };
  const [one, ...more] = [{ fetch }, { agent }, connections]
    .map((way) => Object.entries(way).flatMap(([name, value]) => (value === undefined ? [] : [name])))
    .filter((given) => given.length > 0);
  if (one && more.length > 0) {
    const [first, second] = [one[0], more[0]?.[0]];
    throw invalidArgument(
      `Give \`${first}\` or \`${second}\`, not both: \`${first}\` makes the connections by itself.`,
    );
  }
  const own = readFunction("fetch", fetch);
  return own
    ? fetchTransport(own, createDecoder)
    : createTransport({ agent, proxy, tls, family, localAddress });
}

function readBudget(options: CommonOptions): Budget {
  const { budget, now, monotonic, sleep, fetch, agent, localAddress, proxy } = options;
  // Its class may be that of another copy of this package: a bundled client beside the mock, or CommonJS beside ES modules.
  if (budget !== undefined && typeof (budget as Partial<Budget> | null)?.gate !== "function")
    throw mustBe("`budget`", "what `createBudget()` returns", budget);
  if (budget || now || monotonic || sleep) return budget ?? new Budget();
  const own = (fetch === globalThis.fetch ? undefined : fetch) ?? agent;
  return sharedBudget(own ?? `${localAddress ?? ""} ${proxy || ""}`);
}

/** A share from 0 to 1; what is none counts as 1, the longest pause. */
const clamp = (share: number) => (share >= 0 && share <= 1 ? share : 1);

/** Phases are shorter than the whole, so that what stalls is repeated within the call. */
export const defaultTimeouts: Timeouts = { total: 10_000, connect: 5000, headers: 5000, body: 5000 };

/** A call's or client's `timeout`, with what it leaves out. */
export function readTimeouts(timeout: number | Partial<Timeouts> | undefined, defaults: Timeouts): Timeouts {
  if (timeout === undefined) return defaults;
  const given =
    typeof timeout === "object" ? readNames("`timeout`", timeout, Object.keys(defaults)) : { total: timeout };
  for (const [name, value] of Object.entries(given)) {
    if (!(typeof value === "number" && value > 0)) {
      const option = `timeout${typeof timeout === "object" ? `.${name}` : ""}`;
      throw mustBe(`\`${option}\``, "a number of ms above 0", value);
    }
  }
  return { ...defaults, ...given };
}

function readRetry(given: RetryOptions): Settings["retry"] {
  const {
    attempts = 4,
    baseDelay = 200,
    maxDelay = 5000,
  } = readNames("`retry`", given, ["attempts", "baseDelay", "maxDelay"]);
  if (!Number.isInteger(attempts) || attempts < 1)
    throw mustBe("`retry.attempts`", "an integer above 0", attempts);
  for (const [name, value] of Object.entries({ baseDelay, maxDelay })) {
    if (!Number.isFinite(value) || value < 0)
      throw mustBe(`\`retry.${name}\``, "a number of ms, 0 or more", value);
  }
  return { attempts, baseDelay, maxDelay };
}

function readServers(options: CommonOptions): Record<ServerName, string> {
  const { baseUrl, servers: given = {}, allowHttp = false } = options;
  if (typeof allowHttp !== "boolean") throw mustBe("`allowHttp`", "true or false", allowHttp);
  const names = Object.keys(defaultServers) as ServerName[];
  const servers = readNames("`servers`", given, names);
  if (baseUrl !== undefined && Object.keys(servers).length > 0)
    throw invalidArgument("Give either `baseUrl` or `servers`, not both.");
  const entries = names.map((name) => {
    const option = baseUrl === undefined ? `servers.${name}` : "baseUrl";
    return [
      name,
      checkUrl(
        option,
        [baseUrl, servers[name], defaultServers[name].url].find((url) => url !== undefined),
        allowHttp,
      ),
    ];
  });
  return Object.fromEntries(entries);
}
