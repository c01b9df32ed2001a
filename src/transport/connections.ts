import type { Socket } from "node:net";
import { type AnswerListener, AnswerParser, BadHttp } from "./http1.js";
import { openTunnel, type TunnelProxy, whenReady } from "./proxy.js";

/** What is asked of a connection, and who is told what becomes of it. */
export interface Exchange extends AnswerListener {
  /** All of the request, as Latin-1. */
  readonly request: string;
  /** The connection is made, and the request is on its way. */
  onSent(): void;
  /** Another connection has taken the request over, before anything of it was sent. */
  onMoved(connection: Connection): void;
  /** The answer is complete. The connection belongs to whoever comes next. */
  onDone(): void;
  onError(error: unknown): void;
}

/** More than this wait for nobody. */
const maxIdle = 256;

const readSize = 64 * 1024;

/** In ms: as long as it takes to go from one answer to the next call. */
const moment = 0.1;

/** As it was when this was loaded: a test that fakes timers stops time, and no request. */
const { setImmediate: nextTurn } = globalThis;

/** Connections to one server: one per request under way, and those that wait for the next. */
export class Connections {
  readonly idle: Connection[] = [];
  readonly #url: URL;
  readonly #proxy: TunnelProxy | undefined;
  #session: Buffer | undefined;

  constructor(url: URL, proxy: TunnelProxy | undefined) {
    this.#url = url;
    this.#proxy = proxy;
  }

  /** Sends one request on a connection, which is returned to be given up early. */
  send(exchange: Exchange): Connection {
    // The one that was used last is the least likely to have been closed meanwhile.
    for (let kept = this.idle.pop(); kept; kept = this.idle.pop()) {
      if (kept.isFresh()) return kept.begin(exchange);
      kept.destroy();
    }
    return new Connection(this).begin(exchange);
  }

  /** Makes a connection, which hands over what it reads; `done` is called once. Returns what gives it up. */
  open(onData: (chunk: Buffer) => void, done: (error: unknown, socket?: Socket) => void): () => void {
    const { connect: connectPlain, isIP } = process.getBuiltinModule("node:net");
    const { protocol, hostname, port } = this.#url;
    const secure = protocol === "https:";
    const host = hostname.replace(/^\[|\]$/g, "");
    const target = { host, port: Number(port || (secure ? 443 : 80)) };
    // One piece of memory for all reads: a new one for each costs a large answer a tenth of its time.
    const direct = () => ({
      ...target,
      onread: {
        buffer: Buffer.allocUnsafeSlow(readSize),
        callback(size: number, buffer: Uint8Array): boolean {
          onData((buffer as Buffer).subarray(0, size));
          return true;
        },
      },
    });
    const wait = (socket: Socket, ready: string): Socket => {
      whenReady(socket, ready, (error) => {
        if (error !== undefined) this.#session = undefined; // it may be what the server cannot take
        done(error, socket);
      });
      return socket;
    };
    const secured = (over: object): Socket => {
      const { connect: connectTls } = process.getBuiltinModule("node:tls");
      const session = this.#session && { session: this.#session };
      const names = { host, ...(isIP(host) ? {} : { servername: host }), ALPNProtocols: ["http/1.1"] };
      // Said here, because NODE_TLS_REJECT_UNAUTHORIZED=0 would hand the key to whoever answers.
      const socket = connectTls({ ...over, ...names, ...session, rejectUnauthorized: true });
      socket.on("session", (session) => {
        this.#session = session;
      });
      return wait(socket, "secureConnect");
    };
    let socket: Socket;
    if (!secure) socket = wait(connectPlain(direct()), "connect");
    else if (!this.#proxy) socket = secured(direct());
    else
      socket = openTunnel(this.#proxy, target, (error, tunnel) => {
        if (error !== undefined) done(error);
        else if (tunnel) socket = secured({ socket: tunnel });
      });
    return () => socket.destroy();
  }
}

/** One socket with listeners of its own, set once, and the exchange that it serves. */
export class Connection {
  readonly #pool: Connections;
  readonly #giveUp: () => void;
  #socket: Socket | undefined;
  #exchange: Exchange | undefined;
  #parser: AnswerParser | undefined;
  /** It has served a call before. */
  #kept = false;
  /** When its last answer was complete, by `performance.now`, and for how many ms it may be used again. */
  #readAt = 0;
  #freshFor = Infinity;

  constructor(pool: Connections) {
    this.#pool = pool;
    const onData = (chunk: Buffer) => this.#onData(chunk);
    this.#giveUp = pool.open(onData, (error, socket) => {
      if (error !== undefined || !socket) {
        this.#fail(error);
        return;
      }
      this.#socket = socket;
      socket.on("data", onData); // where there is no memory of ours to read into: in a tunnel
      socket.on("end", () => this.#onEnd());
      socket.on("error", (error) => this.#fail(error));
      socket.on("close", () => this.#fail(new BadHttp("ECONNRESET")));
      this.#write(socket);
    });
  }

  isFresh(): boolean {
    return this.#socket?.writable === true && performance.now() - this.#readAt < this.#freshFor;
  }

  begin(exchange: Exchange): this {
    this.#exchange = exchange;
    const socket = this.#socket;
    if (socket) {
      socket.ref();
      // What has arrived by now answers nothing that is asked for here: it is read before the request is sent. The first turn may
      // end before anything is read, as when a call is made while another connection is being read from. The second is left out
      // where this connection itself was read from a moment ago, because turns cost throughput.
      const write = () => this.#write(socket);
      nextTurn(performance.now() - this.#readAt < moment ? write : () => nextTurn(write));
    }
    return this;
  }

  /** Ends it, whatever it is doing, without a word to the exchange. */
  destroy(): void {
    this.#exchange = undefined;
    if (this.#socket) this.#socket.destroy();
    else this.#giveUp();
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  #write(socket: Socket): void {
    if (!this.#exchange) return;
    this.#parser = new AnswerParser(this.#exchange);
    this.#exchange.onSent();
    socket.write(this.#exchange.request, "latin1");
  }

  #onData(chunk: Buffer): void {
    const parser = this.#parser;
    try {
      if (!parser) throw new BadHttp(); // nobody has asked yet
      parser.feed(chunk);
      if (parser.done) this.#finish(parser.keepAlive, parser.freshFor);
    } catch (error) {
      this.#fail(error);
    }
  }

  #onEnd(): void {
    try {
      if (!this.#parser) throw new BadHttp("ECONNRESET");
      this.#parser.end();
      this.#finish(false, 0);
    } catch (error) {
      this.#fail(error);
    }
  }

  #finish(keep: boolean, freshFor: number): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#parser = undefined;
    if (keep && exchange && this.#pool.idle.length < maxIdle) {
      this.#kept = true;
      this.#readAt = performance.now();
      this.#freshFor = freshFor;
      // A program may end while its connections wait. Whoever has made this one pause is done with it.
      this.#socket?.resume().unref();
      this.#pool.idle.push(this);
    } else this.#socket?.destroy();
    exchange?.onDone();
  }

  #fail(error: unknown): void {
    const exchange = this.#exchange;
    const untouched = this.#socket !== undefined && this.#parser === undefined;
    const unanswered = exchange !== undefined && this.#parser?.hasHead === false;
    this.destroy();
    // A gateway that has forgotten this one has forgotten those that have waited longer: no attempt is wasted on them.
    if (this.#kept && unanswered) for (const other of this.#pool.idle.splice(0)) other.destroy();
    const at = this.#pool.idle.indexOf(this);
    if (at >= 0) this.#pool.idle.splice(at, 1);
    if (exchange && untouched) exchange.onMoved(this.#pool.send(exchange));
    else exchange?.onError(error);
  }
}
