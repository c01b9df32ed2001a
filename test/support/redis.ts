import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, temporaryFolder } from "./process.js";
import { rawClient, type Send } from "./resp.js";

/** `apt-get install redis-server`, or `valkey-server` under that name. */
export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;
if (!hasRedis && process.env.CI === "true") throw new Error("redis-server is required in CI.");
if (!hasRedis) console.warn("Tests with Redis are skipped: there is no redis-server here.");

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
