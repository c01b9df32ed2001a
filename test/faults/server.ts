import { createServer, type Server, type Socket } from "node:net";
import { operations } from "../../generated/operations.js";
import type { OperationId } from "../../src/index.js";
import { examples } from "../support/document.js";

/** One request as its bytes arrived, and the bare socket to answer it with. */
export interface Exchange {
  socket: Socket;
  /** How many requests this server has had, this one included. */
  nth: number;
  target: string;
  /** Body that the document promises for this operation. */
  good: string;
  write(text: string | Uint8Array): void;
  /** A complete answer; `content-length` and `connection` are set unless given. */
  respond(status: number, headers: Record<string, string | number>, body: string | Uint8Array): void;
}

export type Behaviour = (exchange: Exchange) => unknown;

export interface FaultServer extends AsyncDisposable {
  port: number;
  /** Request targets in the order in which they arrived, each with its time. */
  requests: { target: string; at: number; head: string }[];
  /** Connections that are still open. */
  open(): number;
}

export interface Listening {
  /** What listens, when it is not plain TCP. */
  wrap?: (listener: (socket: Socket) => void) => Server;
  /** Hands a connection over as it is made, before any request is read. */
  raw?: boolean;
}

/** A server that speaks raw bytes, so that it can break the protocol wherever it likes. */
export async function startFaultServer(
  behaviour: Behaviour,
  { wrap = createServer, raw = false }: Listening = {},
): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const requests: FaultServer["requests"] = [];
  const server = wrap((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    if (raw) return void behaviour(exchange(socket.resume(), 1, ""));
    let buffer = "";
    socket.on("data", (chunk) => {
      const heads = (buffer + chunk.toString("latin1")).split("\r\n\r\n");
      buffer = heads.pop() ?? "";
      for (const head of heads) {
        const target = head.split(" ", 2)[1] ?? "";
        requests.push({ target, head, at: performance.now() });
        behaviour(exchange(socket, requests.length, target));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as { port: number }).port,
    requests,
    open: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function exchange(socket: Socket, nth: number, target: string): Exchange {
  const write = (text: string | Uint8Array) => void (socket.writable && socket.write(text));
  return {
    socket,
    nth,
    target,
    good: goodBody(target.split("?", 1)[0] ?? ""),
    write,
    respond(status, headers, body) {
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      const all = {
        "content-type": "application/json",
        date: new Date().toUTCString(),
        "content-length": bytes.length,
        ...headers,
      };
      const lines = Object.entries(all).flatMap(([name, value]) =>
        value === "" ? [] : [`${name}: ${value}`],
      );
      write(`HTTP/1.1 ${status} Whatever\r\n${lines.join("\r\n")}\r\n\r\n`);
      write(bytes);
    },
  };
}

/** The first example of each operation. */
export function goodBody(path: string): string {
  const id = (Object.keys(operations) as OperationId[]).find((id) => operations[id].path === path);
  return JSON.stringify(examples.find(({ operationId }) => operationId === id)?.value ?? {});
}
