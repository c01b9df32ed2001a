import { describe, expect, test } from "vitest";
import {
  type BinanceError,
  type Client,
  type ClientEvent,
  type CommonOptions,
  createBudget,
  createClient,
} from "../../src/index.js";
import { goodBody } from "../faults/server.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

const begin = 1_700_000_040_000; // the beginning of a minute
const refusal = (code: number) => JSON.stringify({ code, msg: "No." });

interface Arrival {
  at: number;
  path: string;
  weight: number;
  who: string;
}

/**
 * An exchange in virtual time with one limit for the address, and timers that end in their order: time goes to the next of them when
 * nothing else is left to do.
 */
class Exchange {
  time = begin;
  readonly arrivals: Arrival[] = [];
  limit = 6000;
  patience = 10;
  bannedUntil = 0;
  latency = 20;
  #used = 0;
  #minute = 0;
  #ignored = 0;
  #timers: { at: number; wake: () => void }[] = [];
  #idle = 0;

  /** Spends weight, as anybody behind the address does. */
  spend(weight: number): { status: number; used: number; retryAfter: number } {
    const minute = Math.floor(this.time / 60_000);
    if (minute !== this.#minute) [this.#minute, this.#used, this.#ignored] = [minute, 0, 0];
    this.#used += weight;
    const refused = this.time < this.bannedUntil || this.#used > this.limit;
    if (refused && ++this.#ignored > this.patience) this.bannedUntil = this.time + 120_000;
    const status = this.time < this.bannedUntil ? 418 : refused ? 429 : 200;
    const until = status === 418 ? this.bannedUntil : (minute + 1) * 60_000;
    return { status, used: this.#used, retryAfter: Math.ceil((until - this.time) / 1000) };
  }

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = { at: this.time + ms, wake: resolve };
      this.#timers.push(timer);
      signal?.addEventListener("abort", () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        reject(signal.reason);
      });
    });

  client(options: CommonOptions = {}, who = "us") {
    return createClient({
      ...hmacKey().client,
      now: () => this.time,
      monotonic: () => this.time - begin,
      sleep: this.sleep,
      random: () => 0.5,
      fetch: (url) => this.#serve(url, who),
      ...options,
    });
  }

  async #serve(url: string, who: string): Promise<Response> {
    const { pathname } = new URL(url);
    const weight = pathname === "/papi/v1/account" ? 20 : 5;
    await this.sleep(this.latency / 2);
    this.arrivals.push({ at: this.time - begin, path: pathname, weight, who });
    const { status, used, retryAfter } = this.spend(weight);
    const date = new Date(this.time).toUTCString();
    await this.sleep(this.latency / 2);
    return new Response(status === 200 ? goodBody(pathname) : refusal(-1003), {
      status,
      headers: {
        date,
        "x-mbx-used-weight-1m": String(used),
        ...(status !== 200 && { "retry-after": String(retryAfter) }),
      },
    });
  }

  /** Lets time pass until the calls are over, whatever they come to. */
  async over<T>(calls: Promise<T>[]): Promise<PromiseSettledResult<T>[]> {
    let isOver = false;
    const all = Promise.allSettled(calls).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isOver) break;
      const next = this.#timers.sort((a, b) => a.at - b.at).shift();
      if (!next) {
        if (++this.#idle > 200) throw new Error("Nobody does anything any more.");
        continue;
      }
      this.#idle = 0;
      this.time = Math.max(this.time, next.at);
      next.wake();
    }
    return all;
  }
}

const codes = (results: PromiseSettledResult<unknown>[]) => {
  const count: Record<string, number> = {};
  for (const result of results) {
    const code = result.status === "fulfilled" ? "ok" : (result.reason as BinanceError).code;
    count[code] = (count[code] ?? 0) + 1;
  }
  return count;
};

test("400 calls of weight 20 into 6000: none refused; those that fit go at once, the others in the next minute", async () => {
  const exchange = new Exchange();
  const binance = exchange.client({ timeout: 120_000 });
  const results = await exchange.over(Array.from({ length: 400 }, () => binance.getPortfolioAccount()));
  expect(codes(results)).toEqual({ ok: 400 });
  expect(exchange.arrivals.filter(({ at }) => at < 60_000)).toHaveLength(285);
  // The first of the new minute alone, and then no more than one in 100 ms.
  const later = exchange.arrivals.filter(({ at }) => at >= 60_000).map(({ at }) => at);
  for (const [i, at] of later.slice(1).entries()) expect(at - (later[i] ?? 0)).toBeGreaterThanOrEqual(99);
});

test("after a pause the second waits for the answer to the first, and the others follow spread", async () => {
  const exchange = new Exchange();
  const binance = exchange.client({ timeout: 120_000 });
  exchange.spend(6000);
  exchange.latency = 400;
  const first = binance.getPortfolioAccount();
  await exchange.over([exchange.sleep(500)]);
  const calls = [first, ...Array.from({ length: 5 }, () => binance.getPortfolioAccount())];
  expect(codes(await exchange.over(calls))).toEqual({ ok: 6 });
  const [, probe = 0, second = 0, third = 0] = exchange.arrivals.map(({ at }) => at);
  expect(probe).toBeGreaterThanOrEqual(60_000);
  expect(second - probe).toBeGreaterThanOrEqual(400);
  expect(third - second).toBeLessThan(200);
});

test("what does not fit the timeout fails at once without being sent, and says when there will be room", async () => {
  const exchange = new Exchange();
  const events: ClientEvent[] = [];
  const binance = exchange.client({ onEvent: (event) => events.push(event) });
  const calls = Array.from({ length: 400 }, () => binance.getPortfolioAccount());
  const startedAt = exchange.time;
  const late = await errorOf(() => calls[399] as Promise<unknown>);
  expect([late.code, late.attempts, exchange.time - startedAt]).toEqual(["RATE_LIMITED", 0, 0]);
  expect(late.retryAt).toBeGreaterThanOrEqual(begin + 60_000);
  expect(late.message).toMatch(
    /^The server's limit is used up until 2023-11-14T22:1\d:\S+Z; nothing was sent\.$/,
  );
  expect(codes(await exchange.over(calls))).toEqual({ ok: 285, RATE_LIMITED: 115 });
  expect(exchange.arrivals).toHaveLength(285);
  expect(events).toEqual([]); // nobody waited
});

test("where the limit is lower than the one known: one more 429 per pause at most, and never a 418", async () => {
  const exchange = new Exchange();
  exchange.limit = 200;
  exchange.patience = 3;
  const binance = exchange.client({ timeout: 600_000, retry: { attempts: 10 } });
  const calls: Promise<unknown>[] = [];
  for (let i = 0; i < 11; i++) {
    calls.push(binance.getPortfolioAccount());
    await exchange.over([exchange.sleep(30)]);
  }
  for (let i = 0; i < 40; i++) calls.push(binance.getPortfolioAccount());
  expect(codes(await exchange.over(calls))).toEqual({ ok: 51 });
  expect(exchange.bannedUntil).toBe(0);
  // 11 go before the first 429; afterwards a minute is asked for at most one call more than it grants.
  for (let minute = 1; minute < 8; minute++)
    expect(
      exchange.arrivals.filter(({ at }) => Math.floor(at / 60_000) === minute).length,
    ).toBeLessThanOrEqual(11);
});

test("strangers' weight is seen in the header, and not spent a second time", async () => {
  const exchange = new Exchange();
  exchange.spend(5600);
  const binance = exchange.client();
  const first = await exchange.over([binance.getPortfolioAccount()]);
  const then = await exchange.over(Array.from({ length: 10 }, () => binance.getPortfolioAccount()));
  expect([codes(first), codes(then)]).toEqual([{ ok: 1 }, { ok: 4, RATE_LIMITED: 6 }]);
  // `Date` has whole seconds, so that the end of the minute is known to a second.
  const { until, ...papi } = binance.weight.papi;
  expect(papi).toEqual({ used: 5700, limit: 6000, reserved: 0, room: 0 });
  expect(until - begin - 60_000).toBeGreaterThanOrEqual(0);
  expect(until - begin - 60_000).toBeLessThan(1000);
  expect(binance.weight.dapi).toEqual({ used: 0, limit: 2400, reserved: 0, room: 2280, until });
});

test("a risk check goes before the reports that wait", async () => {
  const exchange = new Exchange();
  exchange.spend(5700);
  const binance = exchange.client({ timeout: 120_000 });
  const done: string[] = [];
  const call = (name: string, priority?: "high") =>
    binance.getPortfolioAccount({}, { priority }).then(() => done.push(name));
  await exchange.over([call("first")]); // learns what is spent
  const calls = [call("report 1"), call("report 2"), call("risk 1", "high"), call("risk 2", "high")];
  await exchange.over(calls);
  expect(done).toEqual(["first", "risk 1", "risk 2", "report 1", "report 2"]);
});

test("a call that waits is ended by its signal, and holds up nobody", async () => {
  const exchange = new Exchange();
  exchange.spend(5700);
  const binance = exchange.client({ timeout: 120_000 });
  await exchange.over([binance.getPortfolioAccount()]);
  const controller = new AbortController();
  const aborted = errorOf(() => binance.getPortfolioAccount({}, { signal: controller.signal }));
  const other = binance.getPortfolioAccount();
  controller.abort();
  expect((await aborted).code).toBe("ABORTED");
  expect(codes(await exchange.over([other]))).toEqual({ ok: 1 });
  expect(exchange.arrivals).toHaveLength(2);
});

test("the next 429 stops those that wait to be let go", async () => {
  const exchange = new Exchange();
  const binance = exchange.client({ timeout: 30_000 });
  exchange.time += 50_000;
  exchange.spend(6000);
  const calls = [binance.getPortfolioAccount()];
  await exchange.over([exchange.sleep(100)]);
  for (let i = 0; i < 49; i++) calls.push(binance.getPortfolioAccount());
  const strangers = exchange.sleep(9950).then(() => exchange.spend(6000)); // all of the new minute
  const results = await exchange.over(calls);
  await strangers;
  expect(codes(results)).toEqual({ RATE_LIMITED: 50 });
  // One before, and one after the pause: it is refused, and the others are not sent.
  expect(exchange.arrivals.map(({ at }) => Math.floor(at / 60_000))).toEqual([0, 1]);
});

test("after a 418 in one client no client sends anything, and they go on within a second and the jitter of its end", async () => {
  const exchange = new Exchange();
  const budget = createBudget();
  const clients = Array.from({ length: 5 }, (_, i) => exchange.client({ budget, random: () => 1 }, `${i}`));
  exchange.bannedUntil = exchange.time + 30_300;
  const end = exchange.bannedUntil - begin;
  const outcomes: string[] = [];
  const note = (outcome: string) => void outcomes.push(outcome);
  for (let i = 0; i < 400; i++) {
    const call = (clients[i % 5] as Client).getUmAccount();
    call.then(
      () => note("ok"),
      ({ code }: BinanceError) => note(code),
    );
    await exchange.over([exchange.sleep(100)]);
  }
  expect(outcomes.filter((outcome) => outcome === "BANNED").length).toBeGreaterThan(300);
  const [first, ...later] = exchange.arrivals.map(({ at }) => at);
  expect(first).toBeLessThan(100);
  expect(Math.min(...later)).toBeGreaterThanOrEqual(end);
  // `Retry-After` has whole seconds, and a call comes every 100 ms.
  expect(Math.min(...later)).toBeLessThanOrEqual(end + 1000 + 200 + 100);
  expect(new Set(exchange.arrivals.slice(-20).map(({ who }) => who)).size).toBe(5);
});

describe("one gate for all that leave by the same way", () => {
  const banned = () => {
    const sent: string[] = [];
    const fetch = async (_url: string, { headers }: RequestInit) => {
      sent.push(String((headers as Record<string, string>)["x-mbx-apikey"]));
      return new Response(refusal(-1003), { status: 418, headers: { "retry-after": "120" } });
    };
    return { sent, fetch };
  };
  const outcome = (apiKey: string, options: CommonOptions) =>
    createClient({ apiKey, secret: "s", ...options })
      .getUmAccount()
      .then(String, ({ code, attempts }: BinanceError) => `${code}/${attempts}`);

  test("after a 418 nothing is sent to that server, by any client, nor by one made later", async () => {
    const { sent, fetch } = banned();
    expect(await outcome("a", { fetch })).toBe("BANNED/1");
    expect(await outcome("b", { fetch })).toBe("BANNED/0");
    expect(await outcome("c", { fetch, baseUrl: "https://papi.binance.com/" })).toBe("BANNED/0");
    expect(sent).toEqual(["a"]);
  });

  test("another address, another way out, another budget and a time of one's own are gates of their own", async () => {
    const { sent, fetch } = banned();
    expect(await outcome("a", { fetch })).toBe("BANNED/1");
    expect(await outcome("b", { fetch, baseUrl: "https://gateway.example" })).toBe("BANNED/1");
    expect(await outcome("c", { fetch: (...args) => fetch(...args) })).toBe("BANNED/1");
    expect(await outcome("d", { fetch, budget: createBudget() })).toBe("BANNED/1");
    expect(await outcome("e", { fetch, now: () => Date.now() })).toBe("BANNED/1");
    expect(sent).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("a budget that is given joins clients that leave by different ways", async () => {
    const { sent, fetch } = banned();
    const budget = createBudget();
    expect(await outcome("a", { fetch, budget })).toBe("BANNED/1");
    expect(await outcome("b", { fetch: (...args) => fetch(...args), budget })).toBe("BANNED/0");
    expect(sent).toEqual(["a"]);
  });
});

test("with room, a request leaves in the same turn of the loop as without a budget", async () => {
  let sent = 0;
  const fetch = async () => {
    sent += 1;
    return new Response(goodBody("/papi/v1/um/account"));
  };
  const binance = createClient({ ...hmacKey().client, fetch, budget: createBudget() });
  const calls = [binance.getUmAccount(), binance.getUmAccount()];
  await new Promise((resolve) => process.nextTick(resolve));
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  for (let i = 0; i < 30; i++) await Promise.resolve();
  expect(sent).toBe(2);
  await Promise.all(calls);
});

test.each<[options: object, message: string]>([
  [{ margins: 1 }, "createBudget has no option `margins`. Expected one of: limits, margin, store."],
  [{ margin: 1 }, "`margin` must be a number from 0 to below 1; received 1."],
  [{ limits: { papi: 0 } }, "`limits.papi` must be an integer above 0; received 0."],
  [{ limits: { spot: 1 } }, "`limits` has no option `spot`. Expected one of: dapi, papi."],
  [{ store: {} }, "`store` must be what `redisStore()` returns; received an object."],
])("createBudget(%j): %s", async (options, message) => {
  const error = await errorOf(async () => createBudget(options));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", message]);
});

test("a client says what `budget` and `priority` must be", async () => {
  const client = (options: object) => createClient({ apiKey: "k", secret: "s", ...options });
  expect((await errorOf(async () => client({ budget: {} }))).message).toBe(
    "`budget` must be what `createBudget()` returns; received an object.",
  );
  const call = client({}).getUmAccount({}, { priority: "highest" as "high" });
  expect((await errorOf(() => call)).message).toBe(
    '`priority` must be "high" or "normal"; received a string.',
  );
});
