import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { dirname, join } from "node:path";
import { root, temporaryFolder } from "./process.js";
import { rawClient, type Send } from "./resp.js";

/** `apt-get install redis-server`, or `valkey-server` under that name. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is required in CI.");
if (!hasRedis) console.warn("Tests with Redis are skipped: there is no redis-server here.");

export interface RedisServer extends AsyncDisposable {
  /** Its socket: it listens on no port. */
  path: string;
  pid(): number;
  send: Send;
  /** Ends it, keeping nothing. */
  stop(): Promise<void>;
  /** Starts it again, empty. */
  start(): Promise<void>;
}

/** A Redis that keeps nothing and that only this machine's user can reach. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await temporaryFolder();
  const path = join(folder.path, "redis.sock");
  let running = await launch(path);
  const stop = () => running.stop();
  return {
    ...{ path, stop, pid: () => running.pid, send: (...args) => running.send(...args) },
    async start() {
      running = await launch(path);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function launch(path: string) {
  const options = { port: "0", unixsocket: path, save: "", dir: dirname(path) };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn("redis-server", args);
  const ended = new Promise<void>((resolve) => server.on("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    server.stdout.on("data", (text) => /ready to accept connections/i.test(String(text)) && resolve());
    server.on("error", reject).on("exit", () => reject(new Error("redis-server has ended.")));
  });
  const { send, close } = rawClient(path);
  const stop = async () => {
    close();
    server.kill("SIGKILL");
    await ended;
  };
  return { pid: server.pid as number, send, stop };
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
    "valkey-glide": async (path) => {
      const { GlideClient } = createRequire(folder)("@valkey/valkey-glide");
      const bridge = await portTo(path);
      const client = await GlideClient.createClient({
        addresses: [{ host: "127.0.0.1", port: bridge.port }],
      });
      const close = () => {
        client.close();
        bridge.close();
      };
      return { send: (...args) => client.customCommand(args), close };
    },
  }),
};

/** A port of this machine that leads to a socket, for a client that knows ports only. */
async function portTo(path: string): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => {
    const redis = createConnection(path);
    socket.on("error", () => redis.destroy()).pipe(redis);
    redis.on("error", () => socket.destroy()).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
