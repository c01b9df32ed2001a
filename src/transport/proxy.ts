import type { Socket } from "node:net";
import { invalidArgument } from "../errors.js";
import { safeCause } from "../redact.js";
import { AnswerParser, BadHttp } from "./http1.js";

/** A proxy that opens tunnels (`CONNECT`): TLS goes through it end to end, so that it sees the host and nothing else. */
export interface TunnelProxy {
  secure: boolean;
  host: string;
  port: number;
  authorization: string | undefined;
}

/** Reads the option: an address, `false` for none, or what the environment says. */
export function readProxy(
  option: string | false | undefined,
  env: Record<string, string | undefined>,
): (target: URL) => TunnelProxy | undefined {
  if (option === false) return () => undefined;
  if (option !== undefined) {
    const proxy = parseProxy("`proxy`", option);
    return ({ protocol }) => (protocol === "https:" ? proxy : undefined);
  }
  try {
    return proxyOf(env);
  } catch (error) {
    return ({ protocol }) => {
      if (protocol !== "https:") return undefined;
      const names = "HTTPS_PROXY, https_proxy, NO_PROXY and no_proxy";
      throw invalidArgument(
        `The environment may not be read for a proxy: allow ${names}, or set \`proxy\`, \`false\` for none.`,
        safeCause(error),
      );
    };
  }
}

/** What the environment says. Throws where a program may not read it, as on Deno. */
function proxyOf(env: Record<string, string | undefined>): (target: URL) => TunnelProxy | undefined {
  // An empty variable is none.
  const [name, value] =
    ["HTTPS_PROXY", "https_proxy"].map((name) => [name, env[name]] as const).find(([, value]) => value) ?? [];
  const excepted = env.NO_PROXY || env.no_proxy || "";
  return (target) =>
    name === undefined || value === undefined || target.protocol !== "https:" || isExcepted(target, excepted)
      ? undefined
      : parseProxy(name, value);
}

function parseProxy(name: string, value: unknown): TunnelProxy {
  const text = typeof value === "string" && !value.includes("://") ? `http://${value}` : value;
  if (typeof text !== "string" || !URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw invalidArgument(`${name} is the address of a proxy, such as http://proxy.example:3128.`);
  }
  const { protocol, hostname, port, username, password } = new URL(text);
  const secure = protocol === "https:";
  const credentials = `${unescaped(name, username)}:${unescaped(name, password)}`;
  return {
    secure,
    host: hostname.replace(/^\[|\]$/g, ""),
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

/** `NO_PROXY`, as curl reads it: names with all that ends in them, each perhaps with a port, or `*` for everything. */
function isExcepted({ hostname, port }: URL, list: string): boolean {
  const { isIP } = process.getBuiltinModule("node:net");
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  return list.split(/[\s,]+/).some((entry) => {
    const [, name = "", onlyPort] =
      /^\*?\.?(\[[^\]]*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    if (entry === "*") return true;
    if (name === "" || (onlyPort !== undefined && onlyPort !== (port || "443"))) return false;
    const bare = name.replace(/^\[|\]$/g, "");
    return host === bare || (!isIP(host) && host.endsWith(`.${bare}`));
  });
}

/** Opens a tunnel to a server; `done` is called once. Returns the socket, to give it up before. */
export function openTunnel(
  { secure, host, port, authorization }: TunnelProxy,
  target: { host: string; port: number },
  done: (error: unknown, socket?: Socket) => void,
): Socket {
  const { connect: connectPlain, isIP } = process.getBuiltinModule("node:net");
  const { connect: connectTls } = process.getBuiltinModule("node:tls");
  const address = { host, port };
  const socket = secure
    ? connectTls({ ...address, ...(isIP(host) ? {} : { servername: host }), rejectUnauthorized: true })
    : connectPlain(address);
  const authority = `${target.host.includes(":") ? `[${target.host}]` : target.host}:${target.port}`;
  const credentials = authorization === undefined ? "" : `Proxy-Authorization: ${authorization}\r\n`;
  whenReady(socket, secure ? "secureConnect" : "connect", (error) => {
    if (error !== undefined) {
      const { code } = error as { code?: string };
      done(new BadHttp(`ERR_PROXY_${code ?? "FAILED"}`)); // or it would look like the server's failure
      return;
    }
    socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`, "latin1");
    readConsent(socket, (error) => done(error, socket));
  });
  return socket;
}

/** Waits for the proxy's 2xx. What comes behind it, before TLS has said a word, is not the server's. */
function readConsent(socket: Socket, done: (error: unknown) => void): void {
  const settle = (error?: unknown) => {
    socket.off("data", onData).off("error", settle).off("close", onClose);
    if (error === undefined) socket.pause();
    else socket.destroy();
    done(error);
  };
  const onClose = () => settle(new BadHttp("ECONNRESET"));
  const parser = new AnswerParser({
    onHead(status) {
      if (status < 200 || status > 299) throw new BadHttp(`ERR_PROXY_ANSWERED_${status}`);
    },
    onBody() {
      throw new BadHttp("ERR_PROXY_ANSWERED_TOO_MUCH");
    },
  });
  const onData = (chunk: Buffer) => {
    try {
      parser.feed(chunk);
      if (parser.hasHead) settle();
    } catch (error) {
      settle(error);
    }
  };
  socket.on("data", onData).on("error", settle).on("close", onClose);
}

/** Calls once, when a new socket can be used or cannot. It is never without a listener for errors after that. */
export function whenReady(socket: Socket, ready: string, done: (error?: unknown) => void): void {
  const settle = (error?: unknown) => {
    socket.off("error", settle).off("close", onClose).off(ready, onReady);
    done(error);
  };
  const onReady = () => {
    // Not among the options, because `tls.connect` takes no notice of them. A dead connection is found out in half a minute.
    socket.setNoDelay(true).setKeepAlive(true, 15_000);
    settle();
  };
  const onClose = () => settle(new BadHttp("ECONNRESET"));
  socket.on("error", () => {});
  socket.on("error", settle).on("close", onClose).on(ready, onReady);
}
