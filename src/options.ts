import { servers as defaultServers } from "../generated/operations.js";
import { invalidArgument } from "./errors.js";
import { type Credentials, checkToken, createSigner } from "./keys.js";
import type { Sign } from "./platform/webcrypto.js";
import type { ServerName } from "./types.js";

/** A `fetch` of yours: it gets the URL as text, which it must not rewrite, because every byte of it is signed. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ClientOptions extends Credentials {
  /** How long a request stays acceptable, in ms from 1 to 60000; Binance takes 5000 when it is not sent. */
  recvWindow?: number | undefined;
  /** One address for every operation: a mock, a proxy of yours. https, or http on this machine. */
  baseUrl?: string | undefined;
  /** An address per server; those left out keep Binance's. `servers.dapi.testUrl` is the COIN-M test host. */
  servers?: { [Name in ServerName]?: string | undefined } | undefined;
  /** Longest time a call may take, in ms; 10000 unless set. Infinity waits for ever. */
  timeout?: number | undefined;
  /** Sends the signed request, in place of the platform's `fetch`. */
  fetch?: Fetch | undefined;
  /** The time to sign with, in ms since 1970, when the clock of this machine is not to be trusted. */
  now?: (() => number) | undefined;
}

export interface Settings {
  apiKey: string;
  sign: Sign;
  recvWindow: number | undefined;
  servers: Record<ServerName, string>;
  timeout: number;
  fetch: Fetch;
  now: () => number;
}

const known = ["apiKey", "secret", "privateKey", "passphrase", "recvWindow", "baseUrl", "servers", "timeout", "fetch", "now"] as const;

/** Checks every option once, so that a mistake shows where it was made and not at the first call. */
export function readOptions(options: ClientOptions): Settings {
  checkNames("createClient", options, known);
  const { apiKey, recvWindow, timeout = 10_000, fetch = globalThis.fetch, now = Date.now } = options;
  if (recvWindow !== undefined && !(Number.isInteger(recvWindow) && recvWindow >= 1 && recvWindow <= 60_000)) {
    throw invalidArgument(`\`recvWindow\` is a whole number from 1 to 60000 (ms), not ${describe(recvWindow)}.`);
  }
  checkTimeout(timeout);
  if (typeof fetch !== "function") throw invalidArgument(`\`fetch\` is a function, not ${describe(fetch)}.`);
  if (typeof now !== "function") throw invalidArgument(`\`now\` is a function, not ${describe(now)}.`);
  return {
    apiKey: checkToken("apiKey", apiKey),
    sign: createSigner(options),
    recvWindow,
    servers: readServers(options),
    timeout,
    fetch,
    now,
  };
}

/** An object of options whose names are all known. A misspelt option would otherwise be a silent default. */
export function checkNames(where: string, options: unknown, names: readonly string[]): asserts options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidArgument(`${where} takes an object of options, not ${describe(options)}.`);
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) throw invalidArgument(`${where} has no option \`${unknown}\`; there are ${names.join(", ")}.`);
}

export function checkTimeout(timeout: unknown): asserts timeout is number {
  if (typeof timeout !== "number" || !(timeout > 0))
    throw invalidArgument(`\`timeout\` is a number of ms above 0, not ${describe(timeout)}.`);
}

function readServers({ baseUrl, servers = {} }: ClientOptions): Record<ServerName, string> {
  const names = Object.keys(defaultServers) as ServerName[];
  checkNames("`servers`", servers, names);
  if (baseUrl !== undefined && Object.keys(servers).length > 0) throw invalidArgument("Give either `baseUrl` or `servers`.");
  const entries = names.map((name) => {
    const option = baseUrl === undefined ? `servers.${name}` : "baseUrl";
    return [name, checkUrl(option, baseUrl ?? servers[name] ?? defaultServers[name].url)];
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
  return url.href.replace(/\/+$/, "");
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

/** What kind of value this is, for a message: never the value of a text, which could be a key. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint") return "a bigint";
  if (typeof value === "object") return "an object";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}
