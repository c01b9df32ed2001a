import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { faults } from "../faults/matrix.js";
import { type Behaviour, type FaultServer, startFaultServer } from "../faults/server.js";
import { type Certificate, certificateFor, signedCertificateFor } from "../support/certificate.js";

/** What a scenario may ask to have opened: a row of the matrix of faults, by number, or one of these. */
type Wanted = number | "good" | "trusted" | "hourAhead" | "closing" | "untrusted" | "proxy";

const good: Behaviour = (x) => x.respond(200, {}, x.good);
const behaviours: Record<Exclude<Wanted, number | "proxy">, Behaviour> = {
  good,
  trusted: good,
  untrusted: good,
  hourAhead: (x) => x.respond(200, { date: new Date(Date.now() + 3_600_000).toUTCString() }, x.good),
  closing(x) {
    good(x);
    x.socket.end();
  },
};

interface Opened {
  server: FaultServer;
  /** Connections made so far, and those that are open, also those whose handshake is not over. */
  made: number;
  sockets: Set<Socket>;
  /** Emits `arrival` with each request, and `quiet` when no connection is left. */
  events: EventEmitter;
}

export interface Servers extends AsyncDisposable {
  /** Where a scenario asks for servers, and for what they have seen. */
  url: string;
  /** The authority of the server `trusted`, which is called localhost. */
  trusted: Certificate;
}

/** A server for each thing that can go wrong, opened when a scenario on another runtime asks for it. */
export async function startServers(): Promise<Servers> {
  const [trusted, untrusted] = [signedCertificateFor("localhost"), certificateFor("127.0.0.1")];
  const opened = new Map<string, Opened>();

  async function open(wanted: Wanted): Promise<object> {
    const fault = typeof wanted === "number" ? faults[wanted] : undefined;
    const certificate =
      wanted === "trusted"
        ? trusted
        : wanted === "untrusted" || fault?.listen === "tls"
          ? untrusted
          : undefined;
    const seen = { made: 0, sockets: new Set<Socket>(), events: new EventEmitter() };
    const behave: Behaviour = (exchange) => {
      seen.events.emit("arrival");
      return (fault?.behave ?? behaviours[wanted as keyof typeof behaviours])(exchange);
    };
    const wrap = (listener: (socket: Socket) => void): Server => {
      const accept = (socket: Socket) => listener(readable(socket));
      const server = certificate ? createTlsServer(certificate, accept) : createServer(accept);
      return server.on("connection", (socket: Socket) => {
        seen.made += 1;
        seen.sockets.add(socket);
        socket.on("close", () => {
          seen.sockets.delete(socket);
          if (seen.sockets.size === 0) seen.events.emit("quiet");
        });
      });
    };
    const raw = fault?.listen === "raw";
    const server = await startFaultServer(wanted === "proxy" ? tunnel : behave, { wrap, raw });
    const id = randomUUID();
    const one = Object.assign(seen, { server });
    opened.set(id, one);
    if (fault?.listen === "refused" || fault?.listen === "unknown") await end(one);
    return { id, port: server.port };
  }

  async function answer({ ask, of }: { ask: string; of: string }): Promise<object> {
    if (ask === "open") return open(of as Wanted);
    const one = opened.get(of);
    if (!one) throw new Error(`There is no server ${of}.`);
    const { server, sockets, events } = one;
    if (ask === "close") await end(one);
    // What is waited for may never come; then the state says so.
    const awaited =
      (ask === "arrival" && server.requests.length === 0) || (ask === "quiet" && sockets.size > 0);
    if (awaited) await once(events, ask, { signal: AbortSignal.timeout(6000) }).catch(() => {});
    return {
      requests: server.requests.map(({ target, head }) => ({ target, head })),
      open: sockets.size,
      made: one.made,
    };
  }

  const control = createHttpServer(async (request, response) => {
    const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
    try {
      const text = Buffer.concat(await request.toArray()).toString("utf8");
      const reply = text === "" ? {} : await answer(JSON.parse(text));
      response.writeHead(200, { "content-type": "application/json", ...cors }).end(JSON.stringify(reply));
    } catch (error) {
      response.writeHead(500, cors).end(String(error));
    }
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(control.address() as AddressInfo).port}`,
    trusted,
    async [Symbol.asyncDispose]() {
      for (const one of opened.values()) await end(one);
      control.close();
      control.closeAllConnections();
      trusted[Symbol.dispose]();
      untrusted[Symbol.dispose]();
    },
  };
}

async function end({ server, sockets }: Opened): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await server[Symbol.asyncDispose]();
}

/** What a proxy does that opens tunnels to this machine. */
const tunnel: Behaviour = ({ socket, target, write }) => {
  socket.removeAllListeners("data");
  const upstream = connect(Number(target.split(":")[1]), "127.0.0.1", () => {
    write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on("error", () => socket.destroy());
  socket.on("close", () => upstream.destroy());
};

/**
 * Lets pages of other origins read what comes: questions of a browser are answered, and answers, however they are broken, begin
 * with what it wants to hear. Other clients are not concerned.
 */
function readable(socket: Socket): Socket {
  const allow =
    "access-control-allow-origin: *\r\naccess-control-allow-headers: *\r\naccess-control-expose-headers: *\r\n";
  let browser = false;
  const { emit, write, end } = socket;
  socket.emit = function (this: Socket, event: string | symbol, ...args: unknown[]) {
    const text = event === "data" ? String(args[0]) : "";
    if (/^origin: /im.test(text)) browser = true;
    if (!text.startsWith("OPTIONS ")) return emit.apply(this, [event, ...args] as never);
    write.call(
      socket,
      `HTTP/1.1 204 No Content\r\n${allow}access-control-allow-private-network: true\r\n\r\n`,
    );
    return true;
  } as never;
  const allowed = (chunk: unknown) => {
    if (!browser || (typeof chunk !== "string" && !Buffer.isBuffer(chunk))) return chunk;
    const text = Buffer.from(chunk as string).toString("latin1");
    return Buffer.from(text.replace(/^HTTP\/1\.[01] \d{3}[^\r\n]*\r\n/, `$&${allow}`), "latin1");
  };
  socket.write = ((chunk: unknown, ...rest: unknown[]) =>
    write.apply(socket, [allowed(chunk), ...rest] as never)) as never;
  socket.end = ((chunk?: unknown, ...rest: unknown[]) =>
    end.apply(socket, (chunk === undefined ? [] : [allowed(chunk), ...rest]) as never)) as never;
  return socket;
}
