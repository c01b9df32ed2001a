import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { BinanceError, type ClientEvent, createClient } from "../src/index.js";
import { runs, type Step, settle, World } from "./support/world.js";

const refusal = (code: number, msg = "No.") => JSON.stringify({ code, msg });
const latency = fc.integer({ min: 0, max: 400 });
const retryAfter = fc.oneof(
  fc.integer({ min: 0, max: 12 }).map(String),
  fc.constantFrom("", "-5", "soon", "0.5", "99999999999999999999", "Wed, 13 Jul 2022 10:00:00 GMT"),
);

interface Planned extends Step {
  /** Nothing may be sent before the answer is this old, in ms. */
  quietFor?: number;
}

const seconds = (value: string) => (/^\d+$/.test(value) ? Number(value) * 1000 : 0);
const step: fc.Arbitrary<Planned> = fc.oneof(
  { weight: 3, arbitrary: latency.map((latency) => ({ latency, status: 200 })) },
  latency.map((latency) => ({ latency })),
  fc.record({
    latency,
    status: fc.constantFrom(500, 502, 503, 504),
    body: fc.constantFrom(refusal(-1000), refusal(-1008), "<html>", ""),
  }),
  fc.record({ latency, status: fc.constant(408), body: fc.constant(refusal(-1007)) }),
  fc.tuple(latency, retryAfter).map(([latency, after]) => ({
    ...{ latency, status: 429, body: refusal(-1003), headers: { "retry-after": after } },
    quietFor: seconds(after),
  })),
  fc.tuple(latency, retryAfter).map(([latency, after]) => ({
    ...{ latency, status: 418, body: refusal(-1003), headers: { "retry-after": after } },
    quietFor: seconds(after),
  })),
  fc.record({
    latency,
    status: fc.constant(400),
    body: fc.constantFrom(refusal(-1021), refusal(-1022), refusal(-1121), "<html>"),
  }),
  fc.record({ latency, status: fc.constant(401), body: fc.constant(refusal(-2015)) }),
  fc.record({
    latency,
    status: fc.constantFrom(200, 202, 302, 403, 404),
    body: fc.constantFrom("", "<html>", "null", "{}", "[1"),
  }),
);

test("whatever a server does, in whatever order, the promises hold", async () => {
  const schedule = fc.record({
    steps: fc.array(step, { maxLength: 24 }),
    calls: fc.integer({ min: 1, max: 6 }),
    seed: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  await fc.assert(
    fc.asyncProperty(schedule, async ({ steps, calls, seed }) => {
      let quietUntil = 0;
      const rest = [...steps];
      const world = new World(
        ({ time }) => {
          expect(time, "sent inside a pause or a ban").toBeGreaterThanOrEqual(quietUntil);
          const { quietFor, ...next } = rest.shift() ?? { latency: 10, status: 200 };
          if (quietFor !== undefined) quietUntil = Math.max(quietUntil, time + next.latency + quietFor);
          return next;
        },
        { timeout: 15_000 },
        () => seed,
      );
      let repeated = 0;
      let answered = 0;
      for (let call = 0; call < calls; call++) {
        const before = world.seen.length;
        const startedAt = world.time;
        const outcome = await settle(world.binance.getUmAccount());
        const attempts = world.seen.length - before;
        expect(attempts).toBeLessThanOrEqual(4);
        repeated += Math.max(0, attempts - 1);
        // Virtual latency is not cut short, so one answer may end after the deadline; nothing may be sent after it.
        for (const { at } of world.seen.slice(before)) expect(at - startedAt).toBeLessThanOrEqual(15_000);
        if ("data" in outcome) {
          answered += 1;
          expect(outcome.data).toHaveProperty("positions");
        } else {
          expect(outcome.error).toBeInstanceOf(BinanceError);
          expect(outcome.error.attempts).toBe(attempts);
        }
      }
      expect(repeated).toBeLessThanOrEqual(10 + answered * 0.2);
      for (const seen of world.seen) expect(world.verifies(seen)).toBe(true);
      // Signed when it was sent: at most as old as a Date header is coarse and an answer slow, and never ahead.
      for (const { at, timestamp } of world.seen) {
        expect(at - timestamp).toBeGreaterThanOrEqual(0);
        expect(at - timestamp).toBeLessThanOrEqual(1400);
      }
    }),
    { numRuns: runs(500) },
  );
});

test("a server that fails every call is repeated to ten times and then left alone, until it answers again", async () => {
  let broken = true;
  const world = new World(() =>
    broken ? { latency: 1, status: 500, body: refusal(-1000) } : { latency: 1, status: 200 },
  );
  for (let call = 0; call < 20; call++) await settle(world.binance.getUmAccount());
  expect(world.seen).toHaveLength(20 + 10);
  broken = false;
  for (let call = 0; call < 10; call++) await world.binance.getUmAccount();
  broken = true;
  for (let call = 0; call < 5; call++) await settle(world.binance.getUmAccount());
  expect(world.seen).toHaveLength(20 + 10 + 10 + 5 + 2);
});

test("each attempt has a timestamp of its own, though no time passes, and none is ahead", async () => {
  const busy: Step = { latency: 0, status: 503, body: '{"code":-1008,"msg":"Busy."}' };
  const world = new World(
    () => busy,
    {},
    () => 0,
  );
  await settle(world.binance.getPortfolioAccount());
  const stamps = world.seen.map(({ timestamp }) => timestamp);
  expect([stamps.length, new Set(stamps).size]).toEqual([4, 4]);
  expect(Math.max(...stamps)).toBeLessThanOrEqual(world.serverTime);
});

test("a pause of one server leaves the other alone, and a new client knows of neither", async () => {
  const world = new World((_world, { query }) =>
    query.includes("recvWindow=1&")
      ? { latency: 1, status: 418, body: refusal(-1003) }
      : { latency: 1, status: 200 },
  );
  await settle(world.binance.getUmAccount({ recvWindow: 1 }));
  const [papi, dapi] = [
    await settle(world.binance.getCmAccount()),
    await settle(world.binance.getCoinMAccount()),
  ];
  expect([
    (papi as { error: BinanceError }).error.code,
    (papi as { error: BinanceError }).error.attempts,
    "data" in dapi,
  ]).toEqual(["BANNED", 0, true]);
  world.time += 120_001;
  expect("data" in (await settle(world.binance.getCmAccount()))).toBe(true);
});

test("after 429 every call of that server waits, one goes first, and the others follow spread", async () => {
  const events: ClientEvent[] = [];
  const others: Promise<unknown>[] = [];
  const world: World = new World(
    ({ seen }) =>
      seen.length > 1
        ? { latency: 1, status: 200 }
        : { latency: 1, status: 429, body: refusal(-1003), headers: { "retry-after": "5" } },
    {
      // Time passes once everybody waits for it.
      sleep: async (ms) => {
        await new Promise((resolve) => setImmediate(resolve));
        world.time += ms;
      },
      onEvent: (event) => {
        events.push(event);
        if (event.type === "block")
          others.push(world.binance.getUmAccount({ recvWindow: 60_000 }), world.binance.getUmAccount());
      },
    },
  );
  const start = world.time;
  await world.binance.getUmAccount();
  await Promise.all(others);
  expect(world.seen).toHaveLength(4);
  const [refused = 0, ...later] = world.seen.map(({ at }) => at);
  expect((later[0] ?? 0) - refused).toBeGreaterThanOrEqual(5000);
  // 5 of 6000, as if the minute were spent in half of it.
  for (const [i, at] of later.slice(1).entries()) expect(at - (later[i] ?? 0)).toBeGreaterThanOrEqual(25);
  expect(events).toEqual([
    { type: "block", server: "papi", code: "RATE_LIMITED", until: start + 5001 },
    ...[5000, 5025, 5050].map((ms) => ({
      ...{ type: "wait", server: "papi", operationId: "getUmAccount", ms },
      reason: "RATE_LIMITED",
    })),
  ]);
});

test.each([
  [{ attempts: 1 }, 1],
  [{ attempts: 2 }, 2],
  [{ attempts: 7 }, 7],
])("retry %j sends %i requests", async (retry, sent) => {
  const world = new World(() => ({ latency: 1, status: 500, body: refusal(-1000) }), { retry });
  await settle(world.binance.getUmAccount());
  expect(world.seen).toHaveLength(sent);
});

test("pauses are a random part of one that doubles, up to the longest", async () => {
  const pausesFor = async (random: number) => {
    const world = new World(
      () => ({ latency: 0, status: 500, body: refusal(-1000) }),
      { retry: { attempts: 7, baseDelay: 100, maxDelay: 1000 }, timeout: 60_000 },
      () => random,
    );
    await settle(world.binance.getUmAccount());
    return world.seen.slice(1).map(({ at }, i) => at - (world.seen[i]?.at ?? 0));
  };
  expect(await pausesFor(1)).toEqual([100, 200, 400, 800, 1000, 1000]);
  expect(await pausesFor(0.5)).toEqual([50, 100, 200, 400, 500, 500]);
});

test("a pause that does not fit the call is not begun: the error comes at once and says until when", async () => {
  const world = new World(
    () => ({ latency: 1, status: 429, body: refusal(-1003), headers: { "retry-after": "30" } }),
    { timeout: 5000 },
  );
  const startedAt = world.time;
  const outcome = (await settle(world.binance.getUmAccount())) as { error: BinanceError };
  expect([outcome.error.code, outcome.error.retryAt, world.time - startedAt]).toEqual([
    "RATE_LIMITED",
    startedAt + 1 + 30_000,
    1,
  ]);
});

test("nothing that is still being signed is sent once the server wants a pause", async () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 4096 });
  let banned = false;
  let afterwards = 0;
  const fetch = async () => {
    if (banned) afterwards += 1;
    await new Promise((resolve) => setImmediate(resolve));
    banned = true;
    return new Response(refusal(-1003), { status: 418, headers: { "retry-after": "120" } });
  };
  const binance = createClient({
    apiKey: "key",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fetch,
  });
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => settle(binance.getUmAccount())));
  expect(outcomes.every((outcome) => "error" in outcome && outcome.error.code === "BANNED")).toBe(true);
  // Those that left before the answer was back could not know; no more than what one tick lets through.
  expect(afterwards).toBeLessThan(8);
});

test("a pause longer than a timer can hold is waited for, not spun through", async () => {
  const world = new World(
    () => ({ latency: 1, status: 429, body: refusal(-1003), headers: { "retry-after": "3000000" } }),
    {
      timeout: Number.POSITIVE_INFINITY,
      sleep: undefined,
    },
  );
  const controller = new AbortController();
  const call = settle(world.binance.getUmAccount({}, { signal: controller.signal }));
  await vi.waitUntil(() => world.seen.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  expect(((await call) as { error: BinanceError }).error.code).toBe("ABORTED");
  expect(world.seen).toHaveLength(1);
});
