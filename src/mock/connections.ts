import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The connection that a request came on. */
export interface SeenConnection {
  /** Counted from 1. */
  number: number;
  /** Whether no other connection was new or busy, now or a moment ago: then one request surely follows another. */
  quiet: boolean;
}

/** Ms that count as a moment. */
const moment = 200;

/** Numbers connections and tracks which are busy. */
export class Connections {
  readonly #numbers = new WeakMap<Socket, number>();
  readonly #busy = new Set<Socket>();
  #count = 0;
  #crowdedAt = -Infinity;

  add(socket: Socket): void {
    this.#numbers.set(socket, ++this.#count);
    this.#busy.add(socket);
    socket.once("close", () => this.#busy.delete(socket));
  }

  /** Marks a connection as busy until the response has ended. */
  use(socket: Socket, response: ServerResponse): SeenConnection {
    this.#busy.add(socket);
    response.once("close", () => this.#busy.delete(socket));
    const now = performance.now();
    if (this.#busy.size > 1) this.#crowdedAt = now;
    return { number: this.#numbers.get(socket) ?? 0, quiet: now - this.#crowdedAt > moment };
  }
}
