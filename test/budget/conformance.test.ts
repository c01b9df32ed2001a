import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isLease, type Lease, type Ledger, MemoryLedger, type Refusal } from "../../src/budget/ledger.js";
import { redisStore } from "../../src/redis.js";
import { clients, hasRedis, type RedisServer, startRedis } from "../support/redis.js";

/** A ledger at a server's time that the test sets. */
interface Bench {
  ledger: Ledger;
  reserve(weight: number): Promise<Lease | Refusal>;
  /** Grants, or fails the test. */
  grant(weight: number): Promise<Lease>;
  /** A response arrives: with its header, without one (null), or the request never left (undefined). */
  settle(lease: Lease, used?: string | null): Promise<void>;
  overspent(lease: Lease, used: string): Promise<void>;
  state(): { used: number; reserved: number };
  /** The server's time goes to so many ms after the beginning of the nth minute. */
  at(minute: number, ms: number): Promise<void>;
}

const begin = 1_700_000_040_000; // the beginning of a minute
const rules = { limit: 1000, margin: 0.05 };

function bench(ledger: Ledger, learn: (lease: Lease) => Promise<void>): Bench {
  let server = begin;
  const moment = () => ({ monotonic: server - begin, server });
  const date = () => new Date(server).toUTCString();
  const reserve = async (weight: number) => ledger.reserve(weight, moment());
  return {
    ledger,
    reserve,
    async grant(weight) {
      const answer = await reserve(weight);
      expect(answer).not.toHaveProperty("waitMs");
      return answer as Lease;
    },
    async settle(lease, used) {
      if (used !== undefined) Object.assign(lease, { sent: true, used, date: date() });
      ledger.settle(lease, moment());
      await learn(lease);
    },
    async overspent(lease, used) {
      Object.assign(lease, { sent: true, used, date: date() });
      ledger.overspent(lease, moment());
      await learn(lease);
    },
    state: () => ledger.state(moment()),
    async at(minute, ms) {
      server = begin + minute * 60_000 + ms;
      const tick: Lease = {
        weight: 0,
        minute: 0,
        id: "tick",
        shared: 0,
        sent: true,
        used: null,
        date: date(),
      };
      ledger.settle(tick, moment());
      await learn(tick);
    },
  };
}

let redis: RedisServer | undefined;
beforeAll(async () => {
  if (hasRedis) redis = await startRedis();
});
afterAll(() => redis?.[Symbol.asyncDispose]());

const stores: [name: string, open: () => Promise<{ bench: Bench; close(): void }>][] = [
  ["memory", async () => ({ bench: bench(new MemoryLedger(rules), async () => {}), close() {} })],
  ...Object.entries(clients).map(([name, connect]): (typeof stores)[number] => [
    `Redis by ${name}`,
    async () => {
      const { send, close } = await connect(redis?.path ?? "");
      const last: Promise<unknown>[] = [];
      const watched = (...args: string[]) => {
        const reply = send(...args);
        last.push(reply.catch(() => {}));
        return reply;
      };
      const store = redisStore({ send: watched, timeout: 10_000, name: `test-${Math.random()}` });
      const done = async () => {
        while (last.length > 0) await last.pop();
      };
      return { bench: bench(store.ledger("papi", rules), done), close };
    },
  ]),
];

describe.each(stores.filter(([name]) => name === "memory" || hasRedis))("%s", (_name, open) => {
  let b: Bench;
  let close = () => {};
  const fresh = async (ms = 10_000) => {
    close();
    ({ bench: b, close } = await open());
    await b.at(0, ms);
  };
  afterAll(() => close());

  test("grants up to the limit less its margin, and then says when the minute ends", async () => {
    await fresh(20_000);
    for (let i = 0; i < 95; i++) await b.grant(10);
    const refusal = (await b.reserve(1)) as Refusal;
    expect(refusal).toEqual({ waitMs: expect.any(Number) });
    expect(refusal.waitMs).toBeGreaterThan(38_000);
    expect(refusal.waitMs).toBeLessThanOrEqual(41_000);
  });

  test("what was never sent is given back, and what was sent is not", async () => {
    await fresh();
    const [a, c] = [await b.grant(900), await b.grant(50)];
    await b.settle(a);
    expect(isLease(await b.reserve(901))).toBe(false);
    const d = await b.grant(900);
    await b.settle(c, null);
    await b.settle(d, null);
    expect(isLease(await b.reserve(1))).toBe(false);
  });

  test("the server's header is believed where it is higher, in whatever order the responses come", async () => {
    await fresh();
    const [first, second] = [await b.grant(5), await b.grant(5)];
    await b.settle(second, "510");
    await b.settle(first, "505");
    expect(isLease(await b.reserve(441))).toBe(false);
    await b.grant(440);
  });

  test.each(["", "many", "-1", "1e3", null])(
    "a header of %j counts the request's own weight",
    async (used) => {
      await fresh();
      await b.settle(await b.grant(300), used);
      expect(isLease(await b.reserve(651))).toBe(false);
      await b.grant(650);
    },
  );

  test("a header that is older than a response without one does not hide that response's weight", async () => {
    await fresh();
    const [early, late] = [await b.grant(40), await b.grant(100)];
    await b.settle(late, null);
    await b.settle(early, "40");
    expect(isLease(await b.reserve(811))).toBe(false);
    await b.grant(810);
  });

  test("a minute begins with what is still in flight, and a header of the one before does not fill it", async () => {
    await fresh();
    const [early, flying] = [await b.grant(500), await b.grant(100)];
    await b.settle(early, "500");
    await b.at(1, 500);
    expect(isLease(await b.reserve(851))).toBe(false);
    await b.settle(flying, "600");
    expect(isLease(await b.reserve(851))).toBe(false);
    await b.grant(850);
  });

  test("a request heavier than the limit is sent alone", async () => {
    await fresh();
    await b.grant(2000);
    expect(isLease(await b.reserve(1))).toBe(false);
  });

  test("a limit that turns out to be lower holds for the minutes that follow", async () => {
    await fresh();
    const [a, refused] = [await b.grant(200), await b.grant(20)];
    await b.settle(a, "200");
    await b.overspent(refused, "220");
    await b.settle(refused, "220");
    await b.at(1, 1000);
    const alone = await b.grant(100);
    expect(isLease(await b.reserve(91))).toBe(false);
    await b.settle(alone, "100");
    await b.grant(90);
  });

  test("room is kept for what strangers spent in the minute before", async () => {
    await fresh();
    await b.settle(await b.grant(10), "110"); // 100 may have been ours, before a restart
    await b.at(0, 40_000);
    await b.settle(await b.grant(10), "270"); // 150 in 30 s
    await b.at(1, 30_000);
    await b.settle(await b.grant(10), "160"); // and 150 more are expected
    expect(isLease(await b.reserve(650))).toBe(false);
    await b.grant(630);
  });

  test("no more than half is kept for strangers, and what was more fades while they are not seen", async () => {
    await fresh();
    await b.settle(await b.grant(10), "10");
    await b.at(0, 40_000);
    await b.settle(await b.grant(10), "920"); // a minute of it would be 1800
    await b.at(1, 500);
    await b.settle(await b.grant(10), "10");
    expect(isLease(await b.reserve(470))).toBe(false);
    await b.settle(await b.grant(460));
    for (const minute of [2, 3, 4]) {
      await b.at(minute, 500);
      await b.settle(await b.grant(10), "10");
    }
    expect(isLease(await b.reserve(520))).toBe(false); // a quarter of 1800 is 450
    await b.grant(480);
  });

  test("whatever happens in whatever order: never more is granted than a minute has, and nothing leaks", async () => {
    const deed = fc.oneof(
      { weight: 4, arbitrary: fc.record({ reserve: fc.integer({ min: 1, max: 300 }) }) },
      { weight: 3, arbitrary: fc.record({ settle: fc.nat(), isHeard: fc.boolean() }) },
      { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: 0, max: 70_000 }) }) },
    );
    const property = fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (deeds) => {
      await fresh(0);
      let now = 0;
      /** What a server has counted, by minute: here a request arrives when it is granted. */
      const counted = new Map<number, number>();
      const flying: { lease: Lease; used: number }[] = [];
      const end = async (at: number, isHeard: boolean) => {
        for (const { lease, used } of flying.splice(at, 1)) await b.settle(lease, isHeard ? `${used}` : null);
      };
      for (const deed of deeds) {
        if ("pass" in deed) {
          now += deed.pass;
          await b.at(Math.floor(now / 60_000), now % 60_000);
        } else if ("settle" in deed) await end(deed.settle % Math.max(1, flying.length), deed.isHeard);
        else {
          const answer = await b.reserve(deed.reserve);
          if (!isLease(answer)) continue;
          const minute = Math.floor(now / 60_000);
          const used = (counted.get(minute) ?? 0) + deed.reserve;
          counted.set(minute, used);
          expect(used).toBeLessThanOrEqual(950);
          flying.push({ lease: answer, used });
        }
      }
      while (flying.length > 0) await end(0, true);
      expect(b.state().reserved).toBe(0);
      await b.at(Math.floor(now / 60_000) + 3, 1000);
      await b.settle(await b.grant(950));
    });
    await fc.assert(property, { numRuns: 20 });
  });
});
