import { describe, expect, test, vi } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";

describe("mock.time", () => {
  test("lets a client wait out a limit at once, in the mock's time", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154, limits: { papi: 20 } });
    const binance = mock.client({ ...mock.time, timeout: 120_000 });
    const before = performance.now();
    const began = mock.clock.now();
    for (let call = 0; call < 3; call++) await binance.getPortfolioAccount();
    expect(performance.now() - before).toBeLessThan(5000);
    expect(mock.clock.now() - began).toBeGreaterThan(60_000);
    expect(mock.journal.warnings).toEqual([]);
  });

  test("shortens the pauses between attempts, which no warning mistakes for haste", async () => {
    await using mock = await startMock({ faults: [{ fault: "error", example: "overloaded", times: 3 }] });
    const binance = mock.client({ ...mock.time, random: () => 0.5 }); // by chance, three pauses may be short together
    await binance.getUmAccount();
    expect(mock.journal.calls()[0]?.attempts).toHaveLength(4);
    expect(mock.journal.warnings).toEqual([]);
  });

  test("wakes who sleeps shortest first, and passes the longest time only once", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154 });
    const { sleep, monotonic, now } = mock.time;
    const woken: number[] = [];
    await Promise.all([300, 100, 200, 100].map((ms) => sleep(ms).then(() => woken.push(ms))));
    expect([woken, monotonic(), now()]).toEqual([[100, 100, 200, 300], 300, 1_657_707_212_454]);
  });

  test("never goes back where the clock is set back", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154 });
    const { monotonic } = mock.time;
    monotonic();
    mock.clock.advance(500);
    expect(monotonic()).toBe(500);
    mock.clock.advance(-10_000);
    expect(monotonic()).toBe(500);
    mock.clock.advance(3);
    expect(monotonic()).toBe(503);
  });

  test("ends a sleep with the signal's reason, before and while it sleeps", async () => {
    await using mock = await startMock({ now: () => 5 });
    const reason = new Error("enough");
    await expect(mock.time.sleep(10, AbortSignal.abort(reason))).rejects.toBe(reason);
    const abort = new AbortController();
    const sleeping = mock.time.sleep(10, abort.signal);
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(mock.clock.now()).toBe(5);
  });

  test("goes on where a test fakes its timers", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154, limits: { papi: 20 } });
    const binance = createClient({ ...mock.credentials, ...mock.time, timeout: 120_000 });
    vi.useFakeTimers();
    try {
      for (let call = 0; call < 2; call++) await binance.getPortfolioAccount();
    } finally {
      vi.useRealTimers();
    }
    expect(mock.journal.entries.length).toBeGreaterThan(1);
  });

  test("is right from the start where a test fakes the date, which another client has to learn", async () => {
    await using mock = await startMock();
    vi.useFakeTimers({ now: 1_600_000_000_000 });
    try {
      await mock.client(mock.time).getUmAccount();
      await mock.client().getUmAccount();
    } finally {
      vi.useRealTimers();
    }
    expect(mock.journal.entries.map(({ status }) => status)).toEqual([200, 400, 200]);
  });
});
