import { isIP } from "node:net";
import { servers } from "../../generated/operations.js";
import type { ServerName } from "../types.js";

/** What the `Host` of a request says of where it was meant to go. */
export type NamedHost =
  /** This machine, a container, a proxy: every path is served. */
  | { kind: "mock" }
  /** A host of Binance that serves one part of the API. */
  | { kind: "server"; server: ServerName; isTest: boolean }
  /** A host of Binance that serves none of it. */
  | { kind: "elsewhere" };

const known = new Map<string, NamedHost>(
  Object.entries(servers).flatMap(([name, { url, ...rest }]) => {
    const server = name as ServerName;
    const testUrl = "testUrl" in rest ? [[new URL(String(rest.testUrl)).hostname, true] as const] : [];
    return [[new URL(url).hostname, false] as const, ...testUrl].map(
      ([host, isTest]): [string, NamedHost] => [host, { kind: "server", server, isTest }],
    );
  }),
);

/** Reads `Host`, without its port. */
export function namedHost(host = ""): NamedHost {
  const name = hostname(host);
  const found = known.get(name);
  if (found) return found;
  return /(^|\.)(binance\.(com|us|vision)|binancefuture\.com)$/.test(name)
    ? { kind: "elsewhere" }
    : { kind: "mock" };
}

/**
 * Whether a `Host` can only mean the mock itself. A page that a browser was lured to has a name of its own, which it may let
 * resolve to this machine (DNS rebinding); it cannot send an address, or `localhost`, as its Host.
 */
export function isOwnName(host = "", bound?: string): boolean {
  const name = hostname(host);
  return name === bound || name === "localhost" || name.endsWith(".localhost") || isIP(name) > 0;
}

const hostname = (host: string) =>
  host
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "")
    .toLowerCase();
