import { channel, tracingChannel } from "node:diagnostics_channel";
import { afterEach, expect, test, vi } from "vitest";
import { type ChannelMessages, type CommonOptions, createBudget } from "../../src/index.js";
import { redisStore } from "../../src/redis.js";
import { errorOf } from "../support/errors.js";
import { answer, key, observed, um } from "../support/observed.js";
import { World } from "../support/world.js";

const points = [
  ...(["wait", "pause", "clock", "weight", "difference"] as const),
  ...(["degraded", "pace", "missed"] as const),
];
const undo: (() => void)[] = [];
afterEach(() => {
  for (const end of undo.splice(0)) end();
});

/** Everything that is published, in order, as it was when it was published. */
function listen(): [string, object][] {
  const heard: [string, object][] = [];
  for (const name of ["call", "attempt"]) {
    const note = (part: string) => (message: unknown) =>
      void heard.push([`${name} ${part}`, structuredClone(message as object)]);
    const parts = {
      ...{ start: note("start"), end: note("end"), error: note("error") },
      ...{ asyncStart: note("asyncStart"), asyncEnd: note("asyncEnd") },
    };
    const traced = tracingChannel(`binance-accounts.${name}`);
    traced.subscribe(parts);
    undo.push(() => traced.unsubscribe(parts));
  }
  for (const name of points) {
    const note = (message: unknown) => void heard.push([name, message as object]);
    const plain = channel(`binance-accounts.${name}`);
    plain.subscribe(note);
    undo.push(() => plain.unsubscribe(note));
  }
  return heard;
}

test("a call and its attempts are traced, each with what became of it", async () => {
  const heard = listen();
  const statuses = [503, 200];
  const { binance } = observed({ retry: { attempts: 2, baseDelay: 0 } }, () => {
    const status = statuses.shift() ?? 200;
    const headers = { "x-mbx-used-weight-1m": "25" };
    return answer(status === 200 ? um : { code: -1001, msg: "later" }, { status, headers });
  });
  await binance.getUmAccount();
  const called = { operationId: "getUmAccount", server: "papi" };
  const sent = {
    ...called,
    ...{ method: "GET", template: "/papi/v1/um/account", url: "https://papi.binance.com/papi/v1/um/account" },
  };
  const durationMs = expect.any(Number);
  const error = { code: "UNAVAILABLE", status: 503, binanceCode: -1001 };
  const first = { ...sent, attempt: 1, resends: 0 };
  const over = { ...first, status: 503, usedWeight: 25, durationMs, error, next: "retry", waitMs: 0 };
  const second = { ...sent, attempt: 2, resends: 1 };
  const good = { ...second, status: 200, usedWeight: 25, durationMs, next: "end" };
  const weight = [
    "weight",
    { server: "papi", used: 25, limit: 6000, reserved: 0, room: 5675, until: expect.any(Number) },
  ];
  expect(heard).toEqual([
    ["call start", { ...called, attempts: 0 }],
    ["attempt start", first],
    ["attempt end", first],
    ["call end", { ...called, attempts: 0 }],
    weight,
    ["attempt error", over],
    ["attempt asyncStart", over],
    ["attempt asyncEnd", over],
    ["attempt start", second],
    ["attempt end", second],
    weight,
    ["attempt asyncStart", good],
    ["attempt asyncEnd", good],
    ["call asyncStart", { ...called, attempts: 2, durationMs }],
    ["call asyncEnd", { ...called, attempts: 2, durationMs }],
  ]);
});

test("waits, pauses, clock and differences are points", async () => {
  const heard = listen();
  const body = JSON.stringify({ ...(um as object), brandNew: "987654.321" });
  const world = new World(({ seen }) =>
    seen.length === 1
      ? { latency: 1, status: 429, body: '{"code":-1003,"msg":"slow"}', headers: { "retry-after": "5" } }
      : { latency: 1, status: 200, body },
  );
  world.offset = 3_600_000;
  await world.binance.getUmAccount();
  const told = Object.fromEntries(heard.filter(([name]) => points.includes(name as "wait")));
  expect(told).toMatchObject({
    pause: { server: "papi", code: "RATE_LIMITED", until: expect.any(Number) },
    wait: { server: "papi", operationId: "getUmAccount", reason: "RATE_LIMITED", ms: expect.any(Number) },
    clock: { offset: { min: expect.closeTo(3_600_000, -4), max: expect.closeTo(3_600_000, -4) } },
    difference: { operationId: "getUmAccount", kind: "field", path: "brandNew" },
  });
  expect(heard.filter(([name]) => name === "clock")).toHaveLength(1);
});

test("looks that a watch misses, its pace, and a store that fails are points", async () => {
  const heard = listen();
  const store = redisStore({ send: () => Promise.reject(new Error("redis://user:password@host")) });
  let request = 0;
  const world = new World(
    () => ({
      ...{ latency: 1, headers: { "x-mbx-used-weight-1m": "5300" } },
      ...(++request === 2 ? { status: 503, body: '{"code":-1008,"msg":"Busy."}' } : { status: 200 }),
    }),
    { budget: createBudget({ store }), retry: { attempts: 1 } },
  );
  for await (const _look of world.binance.watch("getUmAccount", { every: 1000 })) if (request > 2) break;
  const about = { server: "papi", operationId: "getUmAccount" };
  expect(Object.fromEntries(heard)).toMatchObject({
    degraded: { server: "papi", isDegraded: true },
    pace: { ...about, every: 1000, ms: expect.any(Number) },
    missed: { ...about, error: { code: "UNAVAILABLE", status: 503, binanceCode: -1008 } },
  });
  expect(JSON.stringify(heard)).not.toContain("password");
});

test("no message holds a key, a signature, a query or an amount", async () => {
  const heard = listen();
  const wrong = { ...(um as object), positions: 987_654.321 };
  const { positions } = um as { positions: object[] };
  const side = { ...positions[0], positionSide: "987654.321" };
  const strange = { ...(um as object), positions: [side], brandNew: "987654.321" };
  const bodies = [{ code: -2015, msg: `no ${key.apiKey}` }, wrong, strange];
  const { binance, fetch } = observed({ onDifference: () => {} }, () => {
    const body = bodies.shift();
    return answer(body, { status: body && "code" in body ? 401 : 200 });
  });
  await errorOf(() => binance.getUmAccount());
  await errorOf(() => binance.getUmAccount({ recvWindow: 4321 }));
  await binance.getUmAccount();
  const text = JSON.stringify(heard);
  expect(text).toContain("UNAUTHORIZED");
  expect(text).toContain("brandNew");
  const signatures = fetch.mock.calls.map(([url]) => new URL(url).searchParams.get("signature"));
  for (const secret of [key.apiKey, String(key.secret), "4321", "987654", "timestamp", ...signatures])
    expect(text).not.toContain(secret);
});

test("a call that its signal ends is told as ABORTED", async () => {
  const heard = listen();
  const controller = new AbortController();
  const { binance } = observed({}, () => {
    controller.abort();
    return new Promise<Response>(() => {});
  });
  await errorOf(() => binance.getUmAccount({}, { signal: controller.signal }));
  const ends = heard.filter(([name]) => name.endsWith("asyncEnd"));
  expect(ends).toMatchObject([
    ["attempt asyncEnd", { error: { code: "ABORTED" }, next: "end" }],
    ["call asyncEnd", { error: { code: "ABORTED" }, attempts: 1 }],
  ]);
});

test("a store that is bound to the start is there while the request is sent", async () => {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const store = new AsyncLocalStorage<unknown>();
  const { start } = tracingChannel("binance-accounts.attempt");
  start.bindStore(store, (message) => message);
  undo.push(() => start.unbindStore(store));
  let inside: unknown;
  const { binance } = observed({}, () => {
    inside = store.getStore();
    return answer(um);
  });
  await binance.getUmAccount();
  expect(inside).toMatchObject({ attempt: 1 } satisfies Partial<ChannelMessages["binance-accounts.attempt"]>);
});

test("while nobody listens, nothing is made to be told", async () => {
  const options: CommonOptions = { retry: { attempts: 1 } };
  const { binance } = observed(options);
  const { start } = tracingChannel("binance-accounts.attempt");
  const publish = vi.spyOn(start, "publish");
  const runStores = vi.spyOn(start, "runStores");
  await binance.getUmAccount();
  expect([publish.mock.calls, runStores.mock.calls]).toEqual([[], []]);
});
