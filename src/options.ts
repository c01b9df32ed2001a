import { createTransport } from "#platform";
import { servers as defaultServers } from "../generated/operations.js";
import { type Clock, type ClockOption, checkedNow, createClock, monotonic } from "./clock.js";
import type { Timeouts } from "./deadline.js";
import type { Difference } from "./differences.js";
import { invalidArgument } from "./errors.js";
import { type Credentials, checkToken, createSigner, type Sign } from "./keys.js";
import { type Fetch, fetchTransport } from "./platform/fetch.js";
import type { Transport } from "./platform/transport.js";
import { safeCause } from "./redact.js";
import type { ValidateOption } from "./response.js";
import type { RetryOptions } from "./retry.js";
import { sleep as defaultSleep, type Sleep } from "./sleep.js";
import type { ServerName } from "./types.js";

export interface ClientOptions extends Credentials {
  /** How long a request stays acceptable, in ms from 1 to 60000; Binance takes 5000 when it is not sent. */
  recvWindow?: number | undefined;
  /** One address for every operation: a mock, a proxy of yours. https, or http on this machine. */
  baseUrl?: string | undefined;
  /** An address per server; those left out keep Binance's. `servers.dapi.testUrl` is the COIN-M test host. */
  servers?: { [Name in ServerName]?: string | undefined } | undefined;
  /**
   * Longest times in ms. A number is for the whole call, its repetitions and pauses included (10000 unless set); the
   * others are for each attempt: to `connect` (5000), for the `headers` (10000) and for the `body` (10000).
   * Infinity waits for ever. Runtimes other than Node cannot tell connecting from waiting for the headers.
   */
  timeout?: number | Partial<Timeouts> | undefined;
  /** How a call is repeated after failures that may pass: at most `attempts` requests (4), pauses doubling from `baseDelay` (200 ms) to `maxDelay` (5000 ms). */
  retry?: RetryOptions | undefined;
  /**
   * For a machine whose clock is wrong. `learn`, the default, takes the server's time from the `Date` of its answers;
   * `system` trusts this machine; a number is added to this machine's time, in ms.
   */
  clock?: ClockOption | undefined;
  /** What becomes of an answer that does not match the document: `throw` (default), `report` it and return it, or `off`. */
  validate?: ValidateOption | undefined;
  /** Told once of each field and value that the document does not know, so that a change at Binance is seen early. */
  onDifference?: ((difference: Difference) => void) | undefined;
  /** Largest body to accept, in bytes after decompression; 16 MiB unless set. */
  maxBodyBytes?: number | undefined;
  /** Sends the signed request, in place of the platform's own connections. */
  fetch?: Fetch | undefined;
  /** This machine's time, in ms since 1970. */
  now?: (() => number) | undefined;
  /** Waits, in ms, and rejects with the signal's reason when it aborts: for tests in virtual time. */
  sleep?: Sleep | undefined;
  /** A number from 0 to 1 that spreads repetitions; `Math.random` unless set. */
  random?: (() => number) | undefined;
}

export interface Settings {
  apiKey: string;
  sign: Sign;
  recvWindow: number | undefined;
  servers: Record<ServerName, string>;
  timeouts: Timeouts;
  retry: Required<{ [Name in keyof RetryOptions]: number }>;
  clock: Clock;
  validate: ValidateOption;
  onDifference: ((difference: Difference) => void) | undefined;
  maxBodyBytes: number;
  transport: Transport;
  sleep: Sleep;
  random: () => number;
}

const names = [
  ...["apiKey", "secret", "privateKey", "passphrase", "recvWindow", "baseUrl", "servers", "timeout", "retry"],
  ...["clock", "validate", "onDifference", "maxBodyBytes", "fetch", "now", "sleep", "random"],
];

/** Checks every option once, so that a mistake shows where it was made and not at the first call. */
export function readOptions(given: ClientOptions): Settings {
  const options = readNames("createClient", given, names);
  const { apiKey, recvWindow, retry = {}, clock = "learn", validate = "throw", maxBodyBytes = 16 * 2 ** 20 } = options;
  const fetch = readFunction("fetch", options.fetch);
  const now = readFunction("now", options.now);
  const { sleep = defaultSleep, random = Math.random } = {
    sleep: readFunction("sleep", options.sleep),
    random: readFunction("random", options.random),
  };
  if (recvWindow !== undefined && !(Number.isInteger(recvWindow) && recvWindow >= 1 && recvWindow <= 60_000)) {
    throw invalidArgument(`\`recvWindow\` is a whole number from 1 to 60000 (ms), not ${describe(recvWindow)}.`);
  }
  if (clock !== "learn" && clock !== "system" && !Number.isFinite(clock)) {
    throw invalidArgument(`\`clock\` is "learn", "system" or an offset in ms, not ${describe(clock)}.`);
  }
  if (!["throw", "report", "off"].includes(validate)) throw invalidArgument('`validate` is "throw", "report" or "off".');
  if (!Number.isInteger(maxBodyBytes) || maxBodyBytes < 1) {
    throw invalidArgument(`\`maxBodyBytes\` is a whole number above 0, not ${describe(maxBodyBytes)}.`);
  }
  return {
    apiKey: checkToken("apiKey", apiKey),
    sign: createSigner(options),
    recvWindow,
    servers: readServers(options),
    timeouts: readTimeouts(options.timeout, { total: 10_000, connect: 5000, headers: 10_000, body: 10_000 }),
    retry: readRetry(retry),
    clock: createClock(clock, now ? checkedNow(now) : monotonic()),
    validate,
    onDifference: readFunction("onDifference", options.onDifference),
    maxBodyBytes,
    transport: fetch ? fetchTransport(fetch) : createTransport(),
    sleep,
    random,
  };
}

export function readFunction<F>(name: string, value: F | undefined): F | undefined {
  if (value === undefined || typeof value === "function") return value;
  throw invalidArgument(`\`${name}\` is a function, not ${describe(value)}.`);
}

/** A call's or client's `timeout`, with what it leaves out. */
export function readTimeouts(timeout: number | Partial<Timeouts> | undefined, defaults: Timeouts): Timeouts {
  if (timeout === undefined) return defaults;
  const given = typeof timeout === "object" ? readNames("`timeout`", timeout, Object.keys(defaults)) : { total: timeout };
  for (const [name, value] of Object.entries(given)) {
    if (!(typeof value === "number" && value > 0)) {
      throw invalidArgument(
        `\`timeout${typeof timeout === "object" ? `.${name}` : ""}\` is a number of ms above 0, not ${describe(value)}.`,
      );
    }
  }
  return { ...defaults, ...given };
}

function readRetry(given: RetryOptions): Settings["retry"] {
  const { attempts = 4, baseDelay = 200, maxDelay = 5000 } = readNames("`retry`", given, ["attempts", "baseDelay", "maxDelay"]);
  if (!Number.isInteger(attempts) || attempts < 1)
    throw invalidArgument(`\`retry.attempts\` is a whole number from 1, not ${describe(attempts)}.`);
  for (const [name, value] of Object.entries({ baseDelay, maxDelay })) {
    if (!Number.isFinite(value) || value < 0) throw invalidArgument(`\`retry.${name}\` is a number of ms from 0, not ${describe(value)}.`);
  }
  return { attempts, baseDelay, maxDelay };
}

/**
 * Options as given, copied: own properties only, whose names are all known. A misspelt option would otherwise be a silent
 * default, and a polluted Object.prototype would choose the address that the key is sent to.
 */
export function readNames<T extends object>(where: string, options: T, names: readonly string[]): T {
  const own = ownProperties(options);
  if (!own) throw invalidArgument(`${where} takes an object of options, not ${describe(options)}.`);
  const unknown = Object.keys(own).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidArgument(`${where} has no option \`${unknown}\`; there are ${names.join(", ")}.`);
  return own as T;
}

/** Whether an object is a literal, of this realm or another. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** The defined own properties of a plain object, read once. Undefined for anything else, such as a Map or an AbortSignal. */
export function ownProperties(value: unknown): Record<string, unknown> | undefined {
  try {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    if (!isPlain(value)) return undefined;
    const entries = Object.entries(value).filter(([, field]) => field !== undefined);
    return Object.assign(Object.create(null), Object.fromEntries(entries));
  } catch (cause) {
    throw invalidArgument("An object cannot be read: one of its properties throws.", safeCause(cause));
  }
}

function readServers({ baseUrl, servers: given = {} }: ClientOptions): Record<ServerName, string> {
  const names = Object.keys(defaultServers) as ServerName[];
  const servers = readNames("`servers`", given, names);
  if (baseUrl !== undefined && Object.keys(servers).length > 0) throw invalidArgument("Give either `baseUrl` or `servers`.");
  const entries = names.map((name) => {
    const option = baseUrl === undefined ? `servers.${name}` : "baseUrl";
    return [
      name,
      checkUrl(
        option,
        [baseUrl, servers[name], defaultServers[name].url].find((url) => url !== undefined),
      ),
    ];
  });
  return Object.fromEntries(entries);
}

/** An address that the API key may be sent to: https, or http on this machine, without credentials, query or fragment. */
export function checkUrl(option: string, value: unknown): string {
  if (typeof value !== "string" || !URL.canParse(value))
    throw invalidArgument(`\`${option}\` is an absolute URL such as https://papi.binance.com.`);
  const url = new URL(value);
  if (url.username || url.password)
    throw invalidArgument(`\`${option}\` holds a user name or password; the host is what stands behind the @.`);
  if (url.search || url.hash || /[?#]/.test(value))
    throw invalidArgument(`\`${option}\` ends with the host or a path; it has no query or fragment.`);
  assertSafe(url, `\`${option}\``);
  let { href } = url;
  while (href.endsWith("/")) href = href.slice(0, -1);
  return href;
}

/** Refuses to send a key in clear text to another machine. */
export function assertSafe(url: URL, what: string): void {
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return;
  throw invalidArgument(
    `${what} is ${url.protocol}//, which would send the API key in clear text; use https (http is for this machine only).`,
  );
}

const isLoopback = (host: string) =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);

/** What kind of value this is, for a message. Never the value of a text, and of a number only where no secret can stand. */
export function describe(value: unknown): string {
  if (value instanceof AbortSignal) return "an AbortSignal";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return "a bigint";
  if (typeof value === "object") return isPlain(value) ? "an object" : "an object of a class";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}
