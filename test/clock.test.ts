import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs, type Step, settle, World } from "./support/world.js";

const day = 86_400_000;
const tooFar = JSON.stringify({
  code: -1021,
  msg: "Timestamp for this request is outside of the recvWindow.",
});

/** A server that refuses what Binance refuses: 1000 ms ahead, or more than recvWindow (5000 ms) behind. */
function byTheClock(latency: () => number) {
  return (world: World, { timestamp }: { timestamp: number }): Step => {
    const behind = world.serverTime - timestamp;
    return {
      latency: latency(),
      ...(behind > 5000 || behind <= -1000 ? { status: 400, body: tooFar } : { status: 200 }),
    };
  };
}

test("any constant offset within a day costs at most one refused request, and then the client is never ahead", async () => {
  const world = fc.record({
    offset: fc.integer({ min: -day, max: day }),
    waits: fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 12 }),
    latency: fc.integer({ min: 0, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ offset, waits, latency }) => {
      const it = new World(byTheClock(() => latency));
      it.offset = offset;
      for (const wait of waits) {
        expect("data" in (await settle(it.binance.getUmAccount()))).toBe(true);
        it.time += wait;
      }
      expect(it.seen.length - waits.length).toBeLessThanOrEqual(1);
      const { min, max } = it.binance.clockOffset ?? { min: Number.NaN, max: Number.NaN };
      expect(min).toBeLessThanOrEqual(offset);
      expect(max).toBeGreaterThanOrEqual(offset);
      for (const { at, timestamp } of it.seen.slice(it.seen.length - waits.length + 1))
        expect(timestamp).toBeLessThanOrEqual(at + offset);
    }),
    { numRuns: runs(300) },
  );
});

test("each step of up to 10 s costs at most one refused request", async () => {
  const steps = fc.array(fc.integer({ min: -10_000, max: 10_000 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(steps, async (steps) => {
      const it = new World(byTheClock(() => 20));
      await it.binance.getUmAccount();
      for (const step of steps) {
        const before = it.seen.length;
        it.offset += step;
        for (let call = 0; call < 3; call++) {
          expect("data" in (await settle(it.binance.getUmAccount()))).toBe(true);
          it.time += 700;
        }
        expect(it.seen.length - before - 3).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: runs(200) },
  );
});

test("ten answers spread over the second leave an error of at most 600 ms, always on the late side", async () => {
  const world = fc.record({
    offset: fc.integer({ min: -day, max: day }),
    phase: fc.integer({ min: 0, max: 999 }),
    latency: fc.integer({ min: 0, max: 300 }),
  });
  await fc.assert(
    fc.asyncProperty(world, async ({ offset, phase, latency }) => {
      const it = new World(byTheClock(() => latency));
      it.offset = offset;
      it.time += phase;
      for (let answer = 0; answer < 10; answer++) {
        await it.binance.getUmAccount();
        it.time += 1100 - (latency % 100);
      }
      const error = offset - (it.binance.clockOffset?.min ?? Number.NaN);
      expect(error).toBeGreaterThanOrEqual(0);
      expect(error).toBeLessThanOrEqual(600);
      expect((it.binance.clockOffset?.max ?? Number.NaN) - offset).toBeLessThanOrEqual(600);
    }),
    { numRuns: runs(300) },
  );
});

describe("the `clock` option", () => {
  const hourAhead = (options: object) => {
    const it = new World(
      byTheClock(() => 10),
      options,
    );
    it.offset = 3_600_000;
    return it;
  };

  test("learns by default, and shows what it has learned", async () => {
    const it = hourAhead({});
    expect(it.binance.clockOffset).toBeUndefined();
    await it.binance.getUmAccount();
    const { min, max } = it.binance.clockOffset ?? { min: 0, max: 0 };
    expect([min <= 3_600_000, max >= 3_600_000, max - min <= 1010]).toEqual([true, true, true]);
  });

  test("fixes an offset", async () => {
    const it = hourAhead({ clock: 3_600_000 });
    await it.binance.getUmAccount();
    expect([it.seen.length, it.binance.clockOffset]).toEqual([1, { min: 3_600_000, max: 3_600_000 }]);
  });

  test("trusts this machine, and the error still says what the refusing answer shows", async () => {
    const it = hourAhead({ clock: "system" });
    const outcome = (await settle(it.binance.getUmAccount())) as {
      error: Error & { code: string; attempts: number };
    };
    expect([outcome.error.code, outcome.error.attempts]).toEqual(["CLOCK_SKEW", 1]);
    expect(outcome.error.message).toMatch(
      /the server's clock is (3600|3599)\.\d s ahead of this machine's\.$/,
    );
  });
});

test("a second refusal is an error that states the measured offset", async () => {
  const it = new World(() => ({ latency: 10, status: 400, body: tooFar }));
  it.offset = -7_200_000;
  const outcome = (await settle(it.binance.getUmAccount())) as {
    error: Error & { code: string; attempts: number };
  };
  expect([outcome.error.code, outcome.error.attempts]).toEqual(["CLOCK_SKEW", 2]);
  expect(outcome.error.message).toMatch(
    /By its Date header the server's clock is (7200\.\d|7199\.\d) s behind this machine's\.$/,
  );
});

test("a step that is too small to be refused is learned from the contradiction", async () => {
  const it = new World(byTheClock(() => 20));
  await it.binance.getUmAccount();
  for (const step of [3000, 2900]) {
    it.offset += step;
    await it.binance.getUmAccount();
    const { min, max } = it.binance.clockOffset ?? { min: Number.NaN, max: Number.NaN };
    expect([min <= it.offset, max >= it.offset]).toEqual([true, true]);
  }
  expect(it.seen).toHaveLength(3);
});

test("without `now`, requests are stamped with this machine's time", async () => {
  const it = new World(() => ({ latency: 0, status: 200 }), { now: undefined });
  await it.binance.getUmAccount();
  expect(Math.abs((it.seen[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
});

test("an answer from a cache teaches nothing", async () => {
  const it = new World(() => ({ latency: 10, status: 200, headers: { age: "3" } }));
  await it.binance.getUmAccount();
  expect(it.binance.clockOffset).toBeUndefined();
});
