import type { Socket } from "node:net";
import { builtin } from "../builtin.js";
import { invalidArgument } from "../errors.js";
import { safeCause } from "../redact.js";
import { caAdvice, tlsCodes } from "./tls.js";
import { ProxyFailure, type TransportOptions } from "./transport.js";

/** A proxy that opens tunnels with `CONNECT`. TLS runs end to end, so it sees the host and nothing else. */
export interface ProxyServer {
  secure: boolean;
  host: string;
  port: number;
  authorization: string | undefined;
}

type Environment = Record<string, string | undefined>;

/** Reads the option: an address, `false` for none, or undefined to follow the environment. */
export function readProxy(
  option: string | false | undefined,
  env: Environment,
): (server: URL) => ProxyServer | undefined {
  if (option === false) return () => undefined;
  if (option !== undefined) {
    const proxy = parseProxy("`proxy`", option);
    return ({ protocol }) => (protocol === "https:" ? proxy : undefined);
  }
  return (server) => (server.protocol === "https:" ? proxyOf(server, env) : undefined);
}

const names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** Returns the proxy that the environment names for a server, as curl does. */
function proxyOf(server: URL, env: Environment): ProxyServer | undefined {
  let found: readonly [name: string, value: string | undefined] | undefined;
  let excepted = "";
  try {
    // An empty variable counts as unset.
    found = names.map((name) => [name, env[name]] as const).find(([, value]) => value);
    excepted = env.no_proxy || env.NO_PROXY || "";
  } catch (error) {
    // Deno needs permission to read the environment.
    const variables = [...names, "no_proxy", "NO_PROXY"].join(", ");
    throw invalidArgument(
      `The environment must be readable to look for a proxy: allow ${variables}, or set \`proxy\`, \`false\` for none.`,
      safeCause(error),
    );
  }
  return found && !isExcepted(server, excepted) ? parseProxy(...found) : undefined;
}

function parseProxy(name: string, value: unknown): ProxyServer {
  const text = typeof value === "string" && !value.includes("://") ? `http://${value}` : value;
  if (typeof text === "string" && /^socks/i.test(text)) {
    throw invalidArgument(
      `${name} must be the address of an HTTP proxy; received one of SOCKS. For SOCKS give \`agent: new SocksProxyAgent(…)\` of the package socks-proxy-agent, or set \`proxy: false\` to go without.`,
    );
  }
  if (typeof text !== "string" || !URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw invalidArgument(`${name} must be the address of a proxy, such as http://proxy.example:3128.`);
  }
  const { protocol, hostname, port, username, password } = new URL(text);
  const secure = protocol === "https:";
  const credentials = `${unescaped(name, username)}:${unescaped(name, password)}`;
  return {
    secure,
    host: withoutBrackets(hostname),
    port: Number(port || (secure ? 443 : 80)),
    authorization: credentials === ":" ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`,
  };
}

function unescaped(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidArgument(
      `${name} has a user name or password with a % that begins no escape; write it as %25.`,
    );
  }
}

const withoutBrackets = (host: string) => host.replace(/^\[|\]$/g, "");

/** Whether `NO_PROXY` lists a server, as curl reads it: domains, addresses and networks, each perhaps with a port, or `*`. */
function isExcepted({ hostname, port }: URL, list: string): boolean {
  const { isIP } = builtin("node:net");
  const host = withoutBrackets(hostname.toLowerCase());
  return list.split(/[\s,]+/).some((entry) => {
    if (entry === "*") return true;
    if (entry.includes("/")) return isIP(host) !== 0 && isInNetwork(host, entry);
    const [, name = "", onlyPort] =
      /^\*?\.?(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (name === "" || (onlyPort !== undefined && onlyPort !== (port || "443"))) return false;
    const bare = withoutBrackets(name);
    return host === bare || (!isIP(host) && host.endsWith(`.${bare}`));
  });
}

/** Whether an IP address belongs to a network such as 10.0.0.0/8. */
function isInNetwork(address: string, network: string): boolean {
  const { BlockList, isIPv6 } = builtin("node:net");
  const [, base = "", bits] = /^\[?([^\]]*)\]?\/(\d+)$/.exec(network) ?? [];
  const family = (ip: string) => (isIPv6(ip) ? "ipv6" : "ipv4");
  try {
    const list = new BlockList();
    list.addSubnet(base, Number(bits), family(base));
    return list.check(address, family(address));
  } catch {
    return false; // a malformed network matches nothing, as with curl
  }
}

/**
 * Opens a tunnel to a server through a proxy, with node:http's `CONNECT`. `done` is called once, with the socket or with a
 * {@link ProxyFailure}, so that a failure of the proxy is not taken for the server's.
 */
export function openTunnel(
  proxy: ProxyServer,
  server: URL,
  { tls, family, localAddress }: TransportOptions,
  signal: AbortSignal | undefined,
  done: (error: Error | undefined, socket?: Socket) => void,
): void {
  const { isIP } = builtin("node:net");
  const { request } = builtin(proxy.secure ? "node:https" : "node:http");
  const authority = `${server.hostname}:${server.port || 443}`;
  request({
    method: "CONNECT",
    host: proxy.host,
    port: proxy.port,
    path: authority,
    headers: {
      host: authority,
      connection: "keep-alive",
      ...(proxy.authorization !== undefined && { "proxy-authorization": proxy.authorization }),
    },
    agent: false,
    ...(family && { family }),
    ...(localAddress && { localAddress }),
    ...(signal && { signal }),
    ...{ ca: tls?.ca as string | undefined, servername: isIP(proxy.host) ? "" : proxy.host },
    ...{ rejectUnauthorized: true },
  })
    .on("connect", ({ statusCode = 0 }, socket: Socket, head) => {
      if (statusCode < 200 || statusCode > 299) done(refused(statusCode));
      // Bytes before TLS begins cannot be the server's.
      else if (head.length > 0) done(new ProxyFailure("The proxy answered in the server's place.", true));
      else return done(undefined, socket);
      socket.destroy();
    })
    .on("error", ({ code }: NodeJS.ErrnoException) => done(unreachable(code ?? "ERROR")))
    .end();
}

function refused(status: number): ProxyFailure {
  if (status === 407)
    return new ProxyFailure(
      "The proxy wants a user name and password (407): http://user:password@host:port.",
      false,
    );
  // A proxy refuses again, and repeated wrong credentials may lock the account.
  if (status >= 400 && status < 500)
    return new ProxyFailure(`The proxy refused to connect to the server (${status}).`, false);
  return new ProxyFailure(`The proxy could not connect to the server (${status}).`, true);
}

function unreachable(code: string): ProxyFailure {
  if (/^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG)$/.test(code))
    return new ProxyFailure(`The proxy does not speak TLS (${code}): write its address with http://.`, false);
  if (tlsCodes.test(code))
    return new ProxyFailure(`The TLS of the proxy cannot be trusted (${code}).${caAdvice(code)}`, false);
  return new ProxyFailure(`The connection to the proxy could not be made, or broke (${code}).`, true);
}
