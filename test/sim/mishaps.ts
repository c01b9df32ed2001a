import type { RedisServer } from "../support/redis.js";
import type { Fleet } from "./fleet.js";
import type { Runs } from "./page.js";

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** How long Redis is away, or what else goes wrong, in ms. */
const durationMs = 120_000;

/** Does something again and again. */
async function every(ms: number, deed: () => unknown): Promise<void> {
  for (let left = durationMs; left > 0; left -= ms) {
    await deed();
    await after(ms);
  }
}

/** What may happen to a fleet and its Redis; each ends when all is well again. */
export const mishaps = {
  async nothing() {},
  async stopped(redis: RedisServer) {
    await redis.stop();
    await after(durationMs);
    await redis.start();
  },
  async paused(redis: RedisServer) {
    process.kill(redis.pid(), "SIGSTOP");
    await after(durationMs);
    process.kill(redis.pid(), "SIGCONT");
  },
  flushed: (redis: RedisServer) => every(5000, () => redis.send("FLUSHALL")),
  killed: (_redis: RedisServer, fleet: Fleet) =>
    every(2000, () => {
      fleet.children[Math.floor(Math.random() * fleet.children.length)]?.kill("SIGKILL");
      fleet.start();
    }),
  async banned(_redis: RedisServer, fleet: Fleet) {
    const until = Date.now() + durationMs;
    fleet.server.bannedUntil = until;
    await after(durationMs);
    const during = fleet.requests.filter(({ at, status }) => status === 418 && at < until);
    const first = during[0]?.at ?? until;
    console.log(
      `${during.length} requests met the ban, the last ${(during.at(-1)?.at ?? first) - first} ms after the first.`,
    );
    const ended = () => fleet.requests.find(({ at }) => at >= until);
    while (!ended()) await after(10);
    console.log(`The first after it came ${(ended()?.at ?? until) - until} ms after its end.`);
  },
} satisfies Record<keyof Runs, (redis: RedisServer, fleet: Fleet) => Promise<void>>;
