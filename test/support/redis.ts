import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createConnection } from "node:net";
import { join } from "node:path";
import { root, temporaryFolder } from "./process.js";

/** `apt-get install redis-server`, or `valkey-server` under that name. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is required in CI.");
if (!hasRedis) console.warn("Tests with Redis are skipped: there is no redis-server here.");

export type Send = (...args: string[]) => Promise<unknown>;

export interface RedisServer extends AsyncDisposable {
  /** Its socket: it listens on no port. */
  path: string;
  pid: number;
  send: Send;
  /** Ends it, keeping nothing. */
  stop(): Promise<void>;
}

/** A Redis that keeps nothing and that only this machine's user can reach. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "redis.sock");
  const server = spawn("redis-server", [
    "--port",
    "0",
    "--unixsocket",
    path,
    "--save",
    "",
    "--dir",
    folder.path,
  ]);
  const ended = new Promise<void>((resolve) => server.on("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.stdout.on("data", (text) => /ready to accept connections/i.test(String(text)) && resolve());
    server.on("error", reject).on("exit", () => reject(new Error("redis-server has ended.")));
  });
  const client = rawClient(path);
  const stop = async () => {
    client.close();
    server.kill("SIGKILL");
    await ended;
  };
  return {
    ...{ path, pid: server.pid as number, send: client.send, stop },
    async [Symbol.asyncDispose]() {
      await stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** As little as it takes to send a command to Redis: what `send` needs, and no package. */
export function rawClient(path: string): { send: Send; close(): void } {
  const socket = createConnection(path);
  const waiting: { resolve(value: unknown): void; reject(error: unknown): void }[] = [];
  let buffer = "";
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const { reject } of waiting.splice(0)) reject(new Error("The connection has ended."));
  });
  socket.on("data", (chunk) => {
    buffer += chunk.toString("latin1");
    for (let parsed = parse(buffer, 0); parsed; parsed = parse(buffer, 0)) {
      buffer = buffer.slice(parsed.end);
      const { resolve, reject } = waiting.shift() ?? {};
      if (parsed.value instanceof Error) reject?.(parsed.value);
      else resolve?.(parsed.value);
    }
  });
  return {
    send: (...args) =>
      new Promise((resolve, reject) => {
        if (socket.destroyed) return reject(new Error("The connection has ended."));
        waiting.push({ resolve, reject });
        socket.write(
          `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join("")}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

/** One reply of RESP 2, or nothing while it is not complete. */
function parse(text: string, start: number): { value: unknown; end: number } | undefined {
  const eol = text.indexOf("\r\n", start);
  if (eol < 0) return undefined;
  const [kind, rest, after] = [text[start], text.slice(start + 1, eol), eol + 2];
  if (kind === "+") return { value: rest, end: after };
  if (kind === "-") return { value: new Error(rest), end: after };
  if (kind === ":") return { value: Number(rest), end: after };
  const size = Number(rest);
  if (size < 0) return { value: null, end: after };
  if (kind === "$")
    return text.length < after + size + 2
      ? undefined
      : { value: text.slice(after, after + size), end: after + size + 2 };
  const items: unknown[] = [];
  let end = after;
  for (let i = 0; i < size; i++) {
    const item = parse(text, end);
    if (!item) return undefined;
    items.push(item.value);
    end = item.end;
  }
  return { value: items, end };
}

const folder = join(root, "test/redis/package.json");

/** The clients that people have, as the documentation joins them; those that are installed. */
export const clients: Record<string, (path: string) => Promise<{ send: Send; close(): void }>> = {
  "no package": async (path) => rawClient(path),
  ...(existsSync(join(root, "test/redis/node_modules")) && {
    ioredis: async (path) => {
      const { Redis } = createRequire(folder)("ioredis");
      const redis = new Redis({ path });
      return { send: (...args) => redis.call(...args), close: () => redis.disconnect() };
    },
    redis: async (path) => {
      const { createClient } = createRequire(folder)("redis");
      const redis = await createClient({ socket: { path } }).connect();
      return { send: (...args) => redis.sendCommand(args), close: () => redis.destroy() };
    },
    iovalkey: async (path) => {
      const { Redis } = createRequire(folder)("iovalkey");
      const redis = new Redis({ path });
      return { send: (...args) => redis.call(...args), close: () => redis.disconnect() };
    },
  }),
};
