import { createHmac } from "node:crypto";
import { type BinanceError, type Client, type CommonOptions, createClient } from "../../src/index.js";
import { goodBody } from "../faults/server.js";
import { hmacKey } from "./keys.js";

/** What the server of a virtual world answers, and how long it takes. */
export interface Step {
  /** Time until the server has the request, and until its answer is back, in ms. */
  latency: number;
  /** Undefined breaks the connection. */
  status?: number | undefined;
  body?: string;
  headers?: Record<string, string>;
}

/** A request as the server of a virtual world saw it. */
export interface Seen {
  /** Virtual time of arrival, in ms. */
  at: number;
  timestamp: number;
  query: string;
}

/** How often a property is tried: many more in `npm run test:soak`. */
export const runs = (usual: number) => Number(process.env.SOAK ?? usual);

/** A client in a world whose time passes only where something waits, so that days are tried in microseconds. */
export class World {
  /** This machine's clock; sleeping and latency move it. */
  time = 1_657_707_212_154;
  /** Server time minus this machine's time. */
  offset = 0;
  readonly seen: Seen[] = [];
  readonly binance: Client;
  readonly #secret: string;

  constructor(
    answer: (world: World, seen: Seen) => Step,
    options: CommonOptions = {},
    random: () => number = Math.random,
  ) {
    const { client: key } = hmacKey();
    this.#secret = String(key.secret);
    this.binance = createClient({
      ...key,
      now: () => this.time,
      monotonic: () => this.time,
      sleep: async (ms) => {
        this.time += ms;
      },
      random,
      fetch: async (url) => this.#serve(url, answer),
      ...options,
    });
  }

  get serverTime(): number {
    return this.time + this.offset;
  }

  async #serve(url: string, answer: (world: World, seen: Seen) => Step): Promise<Response> {
    const { pathname, search } = new URL(url);
    const query = search.slice(1);
    const seen: Seen = {
      at: this.time,
      timestamp: Number(/(?:^|&)timestamp=(\d+)&/.exec(query)?.[1]),
      query,
    };
    this.seen.push(seen);
    const { latency, status, body = goodBody(pathname), headers } = answer(this, seen);
    const date = { date: new Date(this.serverTime + latency / 2).toUTCString() };
    this.time += latency;
    if (status === undefined) throw Object.assign(new Error("broken"), { code: "ECONNRESET" });
    return new Response(body, { status, headers: { ...date, ...headers } });
  }

  /** Whether the signature is that of the text before it, by another implementation. */
  verifies({ query }: Seen): boolean {
    const [, payload = "", signature] = /^(.*)&signature=([0-9a-f]{64})$/.exec(query) ?? [];
    return createHmac("sha256", this.#secret).update(payload).digest("hex") === signature;
  }
}

/** The data or the error of a call. */
export const settle = <T>(call: Promise<T>): Promise<{ data: T } | { error: BinanceError }> =>
  call.then(
    (data) => ({ data }),
    (error: BinanceError) => ({ error }),
  );
