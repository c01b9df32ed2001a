import { EventEmitter, getEventListeners, on } from "node:events";
import { afterEach, describe, expect, test, vi } from "vitest";
import { operations } from "../../generated/operations.js";
import type { ClientEvent, OperationId, PortfolioAccount, WatchOptions } from "../../src/index.js";
import { AddressLimit } from "../support/address-limit.js";
import { examples, requiredParameters } from "../support/document.js";
import { answer, observed } from "../support/observed.js";
import { World } from "../support/world.js";

const account = examples.find(
  ({ operationId, name }) => operationId === "getPortfolioAccount" && name === "hedge",
)?.value as PortfolioAccount;
const ok = { latency: 30, status: 200 };
const busy = { latency: 30, status: 503, body: '{"code":-1008,"msg":"Busy."}' };
const bodyOf = (fields: Partial<PortfolioAccount>) => JSON.stringify({ ...account, ...fields });

/** The first items of a watch. */
async function take<Item>(
  watch: AsyncIterable<Item>,
  count: number,
  meanwhile = (_item: Item) => {},
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of watch) {
    meanwhile(item);
    if (items.push(item) === count) break;
  }
  return items;
}
const gaps = ({ seen }: World) => seen.slice(1).map(({ at }, i) => at - (seen[i]?.at ?? 0));

describe("pace", () => {
  test("looks every so often, from start to start", async () => {
    const world = new World(() => ok);
    const begun = world.time;
    const items = await take(world.binance.watch("getPortfolioAccount", { every: 1000 }), 4);
    expect(gaps(world)).toEqual([1000, 1000, 1000]);
    expect(items.map(({ at }) => at - begun)).toEqual([30, 1030, 2030, 3030]);
  });

  test("is 10 s unless given", async () => {
    const world = new World(() => ok);
    await take(world.binance.watch("getPortfolioAccount"), 2);
    expect(gaps(world)).toEqual([10_000]);
  });

  test("a loop that takes long gets a fresh look, and no queue of old ones", async () => {
    const world = new World(() => ok);
    const ages: number[] = [];
    const items = await take(world.binance.watch("getPortfolioAccount", { every: 1000 }), 3, ({ age }) => {
      ages.push(age);
      world.time += 5000;
    });
    expect(gaps(world)).toEqual([5030, 5030]);
    expect(ages).toEqual([30, 30, 30]);
    expect(items[2]?.age).toBe(5030);
  });

  test("slows down before the weight is spent, says so, and leaves a tenth to others", async () => {
    const limit = new AddressLimit(6000);
    let strangers = 0;
    const events: ClientEvent[] = [];
    const world = new World(
      (world) => {
        limit.spend(strangers, world.time);
        const { status, used } = limit.spend(20, world.time);
        return { latency: 30, status, headers: { "x-mbx-used-weight-1m": String(used) } };
      },
      { onEvent: (event) => events.push(event) },
    );
    world.time = Math.ceil(world.time / 60_000) * 60_000;
    const minute = world.time;
    const watch = world.binance.watch("getPortfolioAccount", { every: 1000 });
    for await (const { at } of watch) {
      strangers = at < minute + 20_000 ? 200 : 0;
      if (at > minute + 75_000) break;
    }
    const inFirst = world.seen.filter(({ at }) => at < minute + 60_000);
    expect(inFirst.length).toBeGreaterThan(10);
    expect(inFirst.length).toBeLessThan(40);
    expect(limit.spend(0, world.time).status).toBe(200);
    const about = { type: "pace", server: "papi", operationId: "getPortfolioAccount", every: 1000 };
    expect(events[0]).toMatchObject({ ...about, ms: expect.toSatisfy((ms) => ms > 1000) });
    expect(events.at(-1)).toEqual({ ...about, ms: 1000 });
    expect(gaps(world).at(-1)).toBe(1000);
  });

  test("never spends more than nine tenths of a minute by itself, and is never refused", async () => {
    const limit = new AddressLimit(6000);
    const events: ClientEvent[] = [];
    let most = 0;
    const world = new World(
      (world) => {
        const { status, used } = limit.spend(20, world.serverTime);
        most = Math.max(most, used);
        return { latency: 3, status, headers: { "x-mbx-used-weight-1m": String(used) } };
      },
      { onEvent: (event) => events.push(event) },
    );
    const begun = world.time;
    for await (const { at } of world.binance.watch("getPortfolioAccount", { every: 100 }))
      if (at > begun + 10 * 60_000) break;
    expect(most).toBeLessThanOrEqual(5400);
    expect(most).toBeGreaterThan(5000);
    expect(Math.max(...gaps(world))).toBeLessThan(1000);
    expect([...new Set(events.map(({ type }) => type))]).toEqual(["pace"]);
  });

  test("a minute that others have spent is waited for, and then it looks", async () => {
    let used = 5999;
    const world = new World(() => ({ ...ok, headers: { "x-mbx-used-weight-1m": String(used) } }));
    world.time = Math.ceil(world.time / 60_000) * 60_000 + 10_000;
    const minute = world.time - 10_000;
    await take(world.binance.watch("getPortfolioAccount", { every: 1000 }), 2, () => {
      used = 100;
    });
    const second = world.seen[1]?.at ?? 0;
    expect(second).toBeGreaterThanOrEqual(minute + 60_000);
    expect(second).toBeLessThan(minute + 62_000);
  });
});

describe("changes", () => {
  const moods = ["NORMAL", "NORMAL", "MARGIN_CALL", "MARGIN_CALL", "NORMAL"];
  const moody = () => {
    let look = 0;
    return new World(() => ({ ...ok, body: bodyOf({ accountStatus: moods[look++] ?? "NORMAL" }) }));
  };

  test("are told, the first look being one", async () => {
    const items = await take(moody().binance.watch("getPortfolioAccount", { every: 1000 }), 5);
    expect(items.map(({ changed }) => changed)).toEqual([true, false, true, false, true]);
  });

  test("are all that is told with skipUnchanged", async () => {
    const world = moody();
    const watch = world.binance.watch("getPortfolioAccount", { every: 1000, skipUnchanged: true });
    const items = await take(watch, 3);
    expect(items.map(({ data }) => data.accountStatus)).toEqual(["NORMAL", "MARGIN_CALL", "NORMAL"]);
    expect(world.seen).toHaveLength(5);
  });

  test("are those of the responses, whatever the loop does to them", async () => {
    const world = new World(() => ok);
    const watch = world.binance.watch("getUmAccount", { every: 1000 });
    const items = await take(watch, 2, ({ data }) => data.positions.splice(0));
    expect(items.map(({ changed }) => changed)).toEqual([true, false]);
  });

  test("age grows until it is read", async () => {
    const world = new World(() => ok);
    const [look] = await take(world.binance.watch("getUmAccount"), 1);
    expect(look?.age).toBe(30);
    world.time += 500;
    expect(look?.age).toBe(530);
    expect(JSON.parse(JSON.stringify(look))).toMatchObject({ age: 530, changed: true });
  });
});

describe("errors", () => {
  test("that may pass are passed over, and told", async () => {
    const events: ClientEvent[] = [];
    let request = 0;
    const world = new World(() => (++request > 1 && request < 5 ? busy : ok), {
      ...{ retry: { attempts: 1 }, onEvent: (event) => events.push(event) },
    });
    const items = await take(world.binance.watch("getUmAccount", { every: 1000 }), 2);
    expect(items.map(({ error }) => error)).toEqual([undefined, undefined]);
    expect(events).toMatchObject(
      Array(3).fill({ type: "missed", operationId: "getUmAccount", error: { code: "UNAVAILABLE" } }),
    );
    // No nearer than asked for, and at most 5 s and a quarter apart.
    for (const gap of gaps(world)) expect([gap >= 1000, gap <= 6250]).toEqual([true, true]);
  });

  test("are seen in the loop with yieldErrors, with the age of the last data", async () => {
    let request = 0;
    const world = new World(() => (++request % 2 === 0 ? busy : ok), { retry: { attempts: 1 } });
    const ages: number[] = [];
    const watch = world.binance.watch("getUmAccount", { every: 2000, yieldErrors: true });
    const items = await take(watch, 3, ({ age }) => ages.push(age));
    expect(items.map(({ data, error, changed }) => [!!data, error?.code, changed])).toEqual([
      ...[
        [true, undefined, true],
        [false, "UNAVAILABLE", false],
        [true, undefined, false],
      ],
    ]);
    expect(ages).toEqual([30, 2030, 30]);
  });

  test("with a time are not asked about before it", async () => {
    let request = 0;
    const banned = {
      ...{ latency: 30, status: 418, body: '{"code":-1003,"msg":"Banned."}' },
      headers: { "retry-after": "7200" },
    };
    const world = new World(() => (++request === 2 ? banned : ok));
    const wake = new EventTarget();
    const watch = world.binance.watch("getUmAccount", { every: 1000, yieldErrors: true, wake });
    await take(watch, 3, ({ error }) => {
      if (error) for (let i = 0; i < 5; i++) wake.dispatchEvent(new Event("message"));
    });
    expect(gaps(world)[1]).toBeGreaterThanOrEqual(7200_000);
    expect(world.seen).toHaveLength(3);
  });

  test.each([
    ["UNAUTHORIZED", { latency: 1, status: 401, body: '{"code":-2015,"msg":"No."}' }],
    ["INVALID_RESPONSE", { latency: 1, status: 200, body: "<html>" }],
  ])("that do not pass by themselves end it: %s", async (code, step) => {
    let request = 0;
    const world = new World(() => (++request === 2 ? step : ok));
    const items: unknown[] = [];
    const loop = async () => {
      for await (const item of world.binance.watch("getUmAccount")) items.push(item);
    };
    await expect(loop()).rejects.toMatchObject({ code, operationId: "getUmAccount" });
    expect(items).toHaveLength(1);
  });
});

/** A client whose requests are answered by hand, under a clock that stands still. */
function byHand() {
  vi.useFakeTimers();
  const answers: (() => void)[] = [];
  const client = observed({}, () => new Promise((resolve) => answers.push(() => resolve(answer(account)))));
  client.fetch.mockImplementation(
    (_url, { signal }: RequestInit) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        answers.push(() => resolve(answer(account)));
      }),
  );
  return { ...client, answer: () => answers.shift()?.() };
}
afterEach(() => {
  vi.useRealTimers();
});
/** Lets everything run that waits for no timer. */
const settled = async () => {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
};

describe("the end", () => {
  const options = (signal?: AbortSignal): WatchOptions<"getPortfolioAccount"> => ({ every: 60_000, signal });

  test.each(["a request", "a pause"])(
    "comes at once by the signal during %s, and nothing is left open",
    async (what) => {
      const { binance, fetch, answer } = byHand();
      const end = new AbortController();
      const watch = binance.watch("getPortfolioAccount", options(end.signal));
      let next = watch.next();
      await settled();
      if (what === "a pause") {
        answer();
        await next;
        next = watch.next();
        await settled();
        expect(vi.getTimerCount()).toBe(1);
      }
      end.abort();
      // No timer has fired since: they are fake.
      expect(await next).toEqual({ done: true, value: undefined });
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(end.signal, "abort")).toEqual([]);
      expect(fetch).toHaveBeenCalledTimes(1);
      expect(await watch.next()).toEqual({ done: true, value: undefined });
    },
  );

  test.each(["a request", "a pause"])("comes at once by return() during %s", async (what) => {
    const { binance, answer } = byHand();
    const watch = binance.watch("getPortfolioAccount", options());
    let next = watch.next();
    await settled();
    if (what === "a pause") {
      answer();
      await next;
      next = watch.next();
      await settled();
    }
    expect(await watch.return?.()).toEqual({ done: true, value: undefined });
    expect(await next).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is there before anything is sent when the signal is aborted, or nobody has looked", async () => {
    const { binance, fetch } = byHand();
    const aborted = binance.watch("getPortfolioAccount", options(AbortSignal.abort()));
    expect(await aborted.next()).toEqual({ done: true, value: undefined });
    const end = new AbortController();
    {
      await using _unused = binance.watch("getPortfolioAccount", options(end.signal));
    }
    expect(getEventListeners(end.signal, "abort")).toEqual([]);
    expect(fetch).not.toHaveBeenCalled();
  });

  test("of many watches is told by one signal, without a warning of Node", async () => {
    const { binance } = byHand();
    const warned = vi.spyOn(process, "emitWarning");
    const end = new AbortController();
    const nexts = Array.from({ length: 20 }, () =>
      binance.watch("getPortfolioAccount", options(end.signal)).next(),
    );
    await settled();
    end.abort();
    expect(await Promise.all(nexts)).toEqual(Array(20).fill({ done: true, value: undefined }));
    expect(warned).not.toHaveBeenCalled();
  });

  test("of an await using block ends what is under way", async () => {
    const { binance } = byHand();
    let next: Promise<unknown> | undefined;
    {
      await using watch = binance.watch("getPortfolioAccount");
      next = watch.next();
      await settled();
    }
    expect(await next).toEqual({ done: true, value: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("one request is under way at a time, however often the next is asked for", async () => {
    const { binance, fetch, answer } = byHand();
    const watch = binance.watch("getPortfolioAccount");
    const [first, second] = [watch.next(), watch.next()];
    await settled();
    expect(fetch).toHaveBeenCalledTimes(1);
    answer();
    await first;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(fetch).toHaveBeenCalledTimes(2);
    await watch.return?.();
    await second;
  });
});

describe("wake", () => {
  const sources = {
    "an EventTarget": () => {
      const target = new EventTarget();
      return { wake: target, call: () => void target.dispatchEvent(new Event("message")) };
    },
    "an AsyncIterable": () => {
      const emitter = new EventEmitter();
      return { wake: on(emitter, "message"), call: () => void emitter.emit("message", "anything") };
    },
  };

  test.each(Object.entries(sources))(
    "by %s brings the next look forward, but not too near",
    async (_name, source) => {
      const { binance, fetch, answer } = byHand();
      const { wake, call } = source();
      const watch = binance.watch("getPortfolioAccount", { every: 60_000, wake });
      const first = watch.next();
      await settled();
      answer();
      await first;
      const second = watch.next();
      await settled();
      for (let i = 0; i < 10; i++) call();
      await settled();
      await vi.advanceTimersByTimeAsync(999);
      expect(fetch).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(2);
      expect(fetch).toHaveBeenCalledTimes(2);
      // It is one call for all ten: the next look comes at its own time.
      answer();
      await second;
      const third = watch.next();
      await vi.advanceTimersByTimeAsync(59_000);
      expect(fetch).toHaveBeenCalledTimes(2);
      await vi.advanceTimersByTimeAsync(1001);
      expect(fetch).toHaveBeenCalledTimes(3);
      await watch.return?.();
      await third;
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("during a look means that it is too old already", async () => {
    const { binance, fetch, answer } = byHand();
    const { wake, call } = sources["an EventTarget"]();
    const watch = binance.watch("getPortfolioAccount", { every: 60_000, wake });
    const first = watch.next();
    await settled();
    call();
    answer();
    await first;
    void watch.next();
    await vi.advanceTimersByTimeAsync(1001);
    expect(fetch).toHaveBeenCalledTimes(2);
    await watch.return?.();
  });

  test("is let go of at the end", async () => {
    const { binance, answer } = byHand();
    const target = new EventTarget();
    const emitter = new EventEmitter();
    for (const wake of [target, on(emitter, "message")]) {
      const watch = binance.watch("getPortfolioAccount", { wake });
      const first = watch.next();
      await settled();
      answer();
      await first;
      await watch.return?.();
    }
    await settled();
    expect(getEventListeners(target, "message")).toEqual([]);
    expect(emitter.listenerCount("message")).toBe(0);
  });

  test("that ends or fails is told, and the watch goes on at its own pace", async () => {
    const reason = new Error("stream lost");
    const events: ClientEvent[] = [];
    const world = new World(() => ok, { onEvent: (event) => events.push(event) });
    async function* failing() {
      yield "look";
      throw reason;
    }
    async function* ending() {}
    await take(world.binance.watch("getUmAccount", { wake: failing() }), 4);
    await take(world.binance.watch("getUmAccount", { wake: ending() }), 2);
    const about = { type: "wakeEnded", server: "papi", operationId: "getUmAccount" };
    expect(events).toEqual([
      { ...about, error: reason },
      { ...about, error: undefined },
    ]);
    expect(gaps(world).slice(1, 3)).toEqual([10_000, 10_000]);
  });
});

test("watches any operation, whatever it requires", async () => {
  for (const id of Object.keys(operations) as OperationId[]) {
    const world = new World(() => ok);
    const parameters = requiredParameters(operations[id].path);
    const [look] = await take(world.binance.watch(id, { parameters } as never), 1);
    expect(look).toMatchObject({ changed: true, age: 30 });
  }
});

describe("what is refused before anything is sent", () => {
  const oneOf = `Expected one of: ${Object.keys(operations).join(", ")}.`;
  test.each([
    ["getAccount", {}, `There is no operation of this name. ${oneOf}`],
    [undefined, { every: 5 }, "`every` must be a number of ms, at least 100; received 5."],
    [undefined, { every: Infinity }, "`every` must be a number of ms, at least 100; received Infinity."],
    [undefined, { wake: {} }, "`wake` must be an AsyncIterable or an EventTarget; received an object."],
    [undefined, { signal: {} }, "`signal` must be an AbortSignal; received an object."],
    [undefined, { skipUnchanged: 1 }, "`skipUnchanged` must be true or false; received 1."],
    [
      undefined,
      { often: 1 },
      "watch has no option `often`. Expected one of: parameters, every, signal, wake, skipUnchanged, yieldErrors, timeout, priority.",
    ],
    ["getCmPositionRisk", { parameters: { pear: "x" } }, expect.stringContaining("pear")],
  ])("%s %j", (id = "getUmAccount", options, message) => {
    const { binance, fetch } = observed();
    expect(() => binance.watch(id as "getUmAccount", options as never)).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT", message }),
    );
    expect(fetch).not.toHaveBeenCalled();
  });
});
