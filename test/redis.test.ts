import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { isLease, type Lease, type Ledger } from "../src/budget/ledger.js";
import {
  type BinanceError,
  type ClientEvent,
  type CommonOptions,
  createBudget,
  createClient,
} from "../src/index.js";
import { type DegradedEvent, type RedisStoreOptions, redisStore } from "../src/redis.js";
import { goodBody } from "./faults/server.js";
import { createFleet } from "./sim/fleet.js";
import { errorOf } from "./support/errors.js";
import { hasRedis, type RedisServer, startRedis } from "./support/redis.js";
import { rawClient, type Send } from "./support/resp.js";

const moment = () => ({ monotonic: performance.now(), server: Date.now() });
const account = goodBody("/papi/v1/um/account");

test.each<[options: object, message: string]>([
  [{}, "`send` must be a function; received undefined."],
  [{ send: async () => 1, name: "{a}" }, "`name` must be text without braces; received a string."],
  [{ send: async () => 1, timeout: 0 }, "`timeout` must be a number of ms above 0; received 0."],
  [
    { send: async () => 1, url: "" },
    "redisStore has no option `url`. Expected one of: send, name, timeout, onDegraded.",
  ],
])("redisStore(%o): %s", async (options, message) => {
  const error = await errorOf(async () => redisStore(options as RedisStoreOptions));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", message]);
});

describe.runIf(hasRedis)("with a Redis", () => {
  let redis: RedisServer;
  let name = "";
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    name = `test-${Math.random()}`;
    await redis.send("FLUSHALL");
  });
  const open = (limit: number, send: Send = redis.send): Ledger =>
    redisStore({ send, name, timeout: 10_000 }).ledger("papi", { limit, margin: 0 });
  const reserve = async (ledger: Ledger, weight: number) => ledger.reserve(weight, moment());

  test("stores that ask at the same time are granted exactly the limit between them", async () => {
    const connections = Array.from({ length: 4 }, () => rawClient(redis.path));
    const ledgers = connections.map(({ send }) => open(1000, send));
    const answers = await Promise.all(
      ledgers.flatMap((ledger) => Array.from({ length: 100 }, () => reserve(ledger, 10))),
    );
    for (const { close } of connections) close();
    expect(answers.filter(isLease)).toHaveLength(100);
  });

  test("what a process held when it was killed is free after 5 s", async () => {
    const [killed, other] = [open(100), open(100)];
    await reserve(killed, 100);
    expect(isLease(await reserve(other, 10))).toBe(false);
    const leases = `${name}:{papi}:leases`;
    const [member, end] = (await redis.send("ZRANGE", leases, "0", "-1", "WITHSCORES")) as [string, string];
    const [seconds, micros] = (await redis.send("TIME")) as [string, string];
    const left = Number(end) - Number(seconds) * 1000 - Number(micros) / 1000;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5000);
    await redis.send("ZADD", leases, "1", member); // 5 s later
    expect(isLease(await reserve(other, 100))).toBe(true);
  });

  test("all keys are of one slot, and none stays for ever", async () => {
    const ledger = open(100);
    const lease = (await reserve(ledger, 5)) as Lease;
    await reserve(ledger, 5);
    ledger.settle(Object.assign(lease, { sent: true, used: "5", date: new Date().toUTCString() }), moment());
    ledger.block(1000, "RATE_LIMITED");
    await redis.send("PING");
    const keys = (await redis.send("KEYS", "*")) as string[];
    expect(keys.sort()).toEqual([`${name}:{papi}`, `${name}:{papi}:leases`, `${name}:{papi}:processes`]);
    for (const key of keys) {
      const ms = Number(await redis.send("PTTL", key));
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(180_000);
    }
  });

  test("one command for each reserve and each settle, by the name of the script; a script that is lost is sent again", async () => {
    const commands: string[] = [];
    const ledger = open(100, (...args) => {
      commands.push(args[0] as string);
      return redis.send(...args);
    });
    ledger.settle((await reserve(ledger, 5)) as Lease, moment());
    await redis.send("PING");
    await reserve(ledger, 5);
    await redis.send("SCRIPT", "FLUSH");
    expect(isLease(await reserve(ledger, 5))).toBe(true);
    expect(commands).toEqual(["EVAL", "EVALSHA", "EVALSHA", "EVALSHA", "EVAL"]);
  });

  test("after a loss of data what a process has seen is not granted again", async () => {
    const ledger = open(100);
    const lease = (await reserve(ledger, 10)) as Lease;
    ledger.settle(Object.assign(lease, { sent: true, used: "80", date: null }), moment());
    expect(isLease(await reserve(ledger, 5))).toBe(true);
    await redis.send("FLUSHALL");
    expect(isLease(await reserve(ledger, 30))).toBe(false);
  });

  test("after a loss of data room is still kept for what strangers spend", async () => {
    const ledger = open(1000);
    const minute = Math.floor(Date.now() / 60_000);
    const key = `${name}:{papi}`;
    await ledger.reserve(1, moment());
    await redis.send("HSET", key, "s", "5000000"); // 5 per ms: half of any minute
    await ledger.reserve(1, moment());
    await redis.send("FLUSHALL");
    await ledger.reserve(1, moment());
    if (Math.floor(Date.now() / 60_000) === minute)
      expect(await redis.send("HGET", key, "s")).toBe("5000000");
    expect(isLease(await reserve(ledger, 600))).toBe(false);
  });

  test("that room is kept, too, where a request that was under way is settled first", async () => {
    const ledger = open(1000);
    const key = `${name}:{papi}`;
    const lease = (await reserve(ledger, 1)) as Lease;
    await redis.send("HSET", key, "s", "5000000");
    await ledger.reserve(1, moment());
    await redis.send("FLUSHALL");
    ledger.settle(Object.assign(lease, { sent: true, used: "2", date: null }), moment());
    await redis.send("PING");
    expect(isLease(await reserve(ledger, 600))).toBe(false);
  });

  test("a 418 that one client is answered stops those of another process", async () => {
    const sent: string[] = [];
    const client = (apiKey: string) =>
      createClient({
        ...{ apiKey, secret: "s" },
        budget: createBudget({ store: redisStore({ send: redis.send, name, timeout: 10_000 }) }),
        fetch: async () => {
          sent.push(apiKey);
          return new Response('{"code":-1003,"msg":"Banned."}', {
            status: 418,
            headers: { "retry-after": "120" },
          });
        },
      });
    const [a, b] = [client("a"), client("b")];
    const first = await errorOf(() => a.getUmAccount());
    const second = await errorOf(() => b.getUmAccount());
    expect([first.code, first.attempts, second.code, second.attempts]).toEqual(["BANNED", 1, "BANNED", 0]);
    expect(Math.abs((second.retryAt ?? 0) - (first.retryAt ?? 0))).toBeLessThan(1000);
    expect((await errorOf(() => a.getCmAccount())).attempts).toBe(0);
    expect(sent).toEqual(["a"]);
  });

  test("processes that are killed, and a 418 in one of them: the others go on, and then send nothing", {
    timeout: 60_000,
  }, async () => {
    await using fleet = await createFleet({ redis: redis.path, limit: 6000, callsPerMinute: 1200 });
    for (let i = 0; i < 3; i++) fleet.start();
    await vi.waitUntil(() => fleet.requests.length > 30, { timeout: 30_000 });
    fleet.children[0]?.kill("SIGKILL");
    const before = fleet.requests.length;
    await vi.waitUntil(() => fleet.requests.length > before + 30, { timeout: 30_000 });
    expect(fleet.requests.every(({ status }) => status === 200)).toBe(true);
    fleet.server.bannedUntil = Date.now() + 120_000;
    await vi.waitUntil(() => (fleet.outcomes["BANNED/0"] ?? 0) > 40, { timeout: 30_000 });
    // Those that had left before the first answer was back; nobody after that.
    const refused = fleet.requests.filter(({ status }) => status === 418);
    expect(refused.length).toBeGreaterThan(0);
    expect((refused.at(-1)?.at ?? 0) - (refused[0]?.at ?? 0)).toBeLessThan(500);
    expect(fleet.outcomes).not.toHaveProperty("hung");
  });
});

describe("without a Redis that answers", () => {
  /** A store whose Redis is as the test wants it, and a client. */
  function world(send: Send, limit = 6000, options: CommonOptions = {}) {
    const events: DegradedEvent[] = [];
    const told: ClientEvent[] = [];
    const store = redisStore({ send, onDegraded: (event) => events.push(event) });
    const binance = createClient({
      ...{ apiKey: "k", secret: "s" },
      budget: createBudget({ store, limits: { papi: limit } }),
      fetch: async () => new Response(account),
      onEvent: (event) => told.push(event),
      ...options,
    });
    return { events, told, binance };
  }
  const good = [0, 0, 0, Math.floor(Date.now() / 60_000), 0, 0, 4, 1000, -1];

  test.each<[what: string, send: Send]>([
    ["never answers", () => new Promise(() => {})],
    ["is down", () => Promise.reject(new Error("ECONNREFUSED"))],
    ["answers something else", async () => "OK"],
    [
      "throws",
      () => {
        throw new Error("closed");
      },
    ],
  ])("one that %s: calls go on at once, and it is told once", async (_what, send) => {
    const { events, told, binance } = world(send);
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => binance.getUmAccount()));
    await binance.getUmAccount();
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(events).toEqual([{ type: "degraded", isDegraded: true, cause: expect.any(Error) }]);
    expect(told).toEqual([{ type: "degraded", server: "papi", isDegraded: true }]);
  });

  test("each process keeps to its share of the limit, with a larger margin", async () => {
    let isUp = true;
    const { binance } = world(
      async () => {
        if (!isUp) throw new Error("down");
        return good; // four processes
      },
      1000,
      { now: () => 1_700_000_041_000 },
    );
    await binance.getUmAccount();
    isUp = false;
    let sent = 1;
    for (let i = 0; i < 100; i++)
      await binance.getUmAccount().then(
        () => {
          sent += 1;
        },
        ({ code, attempts }: BinanceError) => expect([code, attempts]).toEqual(["RATE_LIMITED", 0]),
      );
    expect(sent).toBe(44); // 1000 × 0.88 ÷ 4 processes ÷ weight 5
  });

  test("one late reply is a hiccup, three in a row are not", async () => {
    let late = ["reserve"];
    const { events, binance } = world(async (...args) =>
      late.some((deed) => args.includes(deed)) ? new Promise(() => {}) : good,
    );
    for (let i = 0; i < 4; i++) await binance.getUmAccount();
    expect(events).toEqual([]);
    late = ["reserve", "settle"];
    for (let i = 0; i < 2; i++) await binance.getUmAccount();
    expect(events).toMatchObject([{ isDegraded: true, cause: { message: expect.stringMatching(/50 ms/) } }]);
  });

  test("it is left alone for 30 s, then asked once; only an answer ends that", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => now);
    let asked = 0;
    let isUp = false;
    const { events, told, binance } = world(async () => {
      asked += 1;
      if (!isUp) throw new Error("down");
      return good;
    });
    const call = () => Promise.all([binance.getUmAccount(), binance.getUmAccount()]);
    await binance.getUmAccount();
    asked = 0;
    await call();
    now = 29_999;
    await call();
    expect(asked).toBe(0);
    now = 30_001;
    await call();
    expect(asked).toBe(1);
    await call();
    expect([asked, events.length]).toEqual([1, 1]);
    now = 60_010;
    isUp = true;
    await binance.getUmAccount();
    expect(events.map(({ isDegraded }) => isDegraded)).toEqual([true, false]);
    expect(told).toEqual(
      [true, false].map((isDegraded) => ({ type: "degraded", server: "papi", isDegraded })),
    );
    asked = 0;
    await call();
    expect(asked).toBe(4); // a reserve and a settle each
  });
});
