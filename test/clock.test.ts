import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BinanceError, createClient } from "../src/index.js";
import { errorOf } from "./support/errors.js";
import { hmacKey } from "./support/keys.js";
import { observed } from "./support/observed.js";
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

test("each step of up to 10 s costs at most two refused requests", async () => {
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
        expect(it.seen.length - before - 3).toBeLessThanOrEqual(2);
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

describe("a gateway that writes a Date of its own, on a machine whose clock is right", () => {
  /** Sixty calls, and the requests that they took. */
  async function sixty(dateError: (nth: number) => number, latency = 20) {
    const judged = byTheClock(() => latency);
    const it = new World((world, seen) => ({
      ...judged(world, seen),
      headers: {
        date: new Date(world.serverTime + latency / 2 + dateError(world.seen.length)).toUTCString(),
      },
    }));
    let failed = 0;
    for (let call = 0; call < 60; call++) {
      if ("error" in (await settle(it.binance.getUmAccount()))) failed += 1;
      it.time += 137;
    }
    return { failed, requests: it.seen.length };
  }

  test.each([3000, -8000, 1500, -4000, 90_000, -3_600_000])("by %i ms costs no call", async (error) => {
    const { failed, requests } = await sixty(() => error);
    expect(failed).toBe(0);
    expect(requests).toBeLessThanOrEqual(61);
  });

  test.each([2000, -6000, 4000])("that is one of two, %i ms apart, costs no call", async (error) => {
    const { failed, requests } = await sixty((nth) => (nth % 2) * error);
    expect(failed).toBe(0);
    expect(requests).toBeLessThanOrEqual(61);
  });

  test("costs at most one call whatever each response says", async () => {
    const errors = fc.array(fc.constantFrom(0, 0, 1500, -1500, 3000, -8000), { minLength: 2, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(errors, async (errors) => {
        const { failed } = await sixty((nth) => errors[nth % errors.length] ?? 0);
        expect(failed).toBeLessThanOrEqual(1);
      }),
      { numRuns: runs(100) },
    );
  });
});

test.each([-3_600_000, 3_600_000])(
  "times that are handed out are those of the clock as it is when they are read, set by %i ms meanwhile",
  async (wrongBy) => {
    const real = Date.now;
    const response = () =>
      new Response('{"code":-1003,"msg":"Way too many requests."}', {
        status: 418,
        headers: { "retry-after": "120", date: new Date(real()).toUTCString() },
      });
    try {
      Date.now = () => real() + wrongBy;
      const binance = createClient({ ...hmacKey().client, fetch: async () => response() });
      const { error } = (await settle(binance.getUmAccount())) as { error: BinanceError };
      expect(Math.abs((error.retryAt ?? 0) - Date.now() - 120_000)).toBeLessThan(2000);
      Date.now = real;
      expect(Math.abs((error.retryAt ?? 0) - Date.now() - 120_000)).toBeLessThan(2000);
      const { error: banned } = (await settle(binance.getUmAccount())) as { error: BinanceError };
      expect(banned.attempts).toBe(0);
      expect(Math.abs((banned.retryAt ?? 0) - Date.now() - 120_000)).toBeLessThan(2000);
      const { min, max } = binance.clockOffset ?? { min: Number.NaN, max: Number.NaN };
      expect([min > -2000, max < 2000]).toEqual([true, true]);
    } finally {
      Date.now = real;
    }
  },
);

test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, "5", 5n, undefined])(
  "a clock that says %s signs nothing",
  async (time) => {
    const { binance, fetch } = observed({ now: () => time as number });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      expect.stringMatching(/^The result of `now` must be the time in ms since 1970, as a number; received /),
    ]);
    expect(fetch).not.toHaveBeenCalled();
  },
);
