import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClient, servers } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { call, control, send } from "../support/raw.js";

const minute = 1_657_707_180_000;
const portfolio = "/papi/v1/account";
const coinM = "/dapi/v1/account";

test("the 61st request of weight 20 in a minute is refused until the next begins, and counted", async () => {
  const limit = servers.papi.weightLimit / 100;
  await using mock = await startMock({ now: () => minute + 12_345, limits: { papi: limit } });
  for (let used = 20; used <= limit; used += 20) {
    const { status, headers } = await call(mock, portfolio);
    expect([status, headers["x-mbx-used-weight-1m"]]).toEqual([200, String(used)]);
  }
  const refused = await call(mock, portfolio);
  expect([refused.status, refused.headers["retry-after"], refused.headers["x-mbx-used-weight-1m"]]).toEqual([
    429,
    "48",
    String(limit + 20),
  ]);
  const msg = `Too many requests; current limit of IP(127.0.0.1) is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`;
  expect(refused.body).toEqual({ code: -1003, msg });
  mock.clock.advance(47_655);
  const next = await call(mock, portfolio);
  expect([next.status, next.headers["x-mbx-used-weight-1m"]]).toEqual([200, "20"]);
});

/** Weight per minute of each server that the document has. */
const ofTheDocument = Object.fromEntries(
  Object.entries(servers).map(([name, { weightLimit }]) => [name, weightLimit]),
);

test("the limits are those of the document, and each server has its own", async () => {
  await using mock = await startMock({ now: () => minute });
  expect(mock.limits).toEqual(ofTheDocument);
  mock.setLimits({ dapi: 5 });
  expect([
    (await call(mock, coinM)).status,
    (await call(mock, coinM)).status,
    (await call(mock, portfolio)).status,
  ]).toEqual([200, 429, 200]);
  await control(mock.url, "PUT", "/limits", { dapi: 100 });
  expect((await call(mock, coinM)).headers["x-mbx-used-weight-1m"]).toBe("5");
});

test("each client address has its own weight", async () => {
  await using mock = await startMock({ now: () => minute, limits: { papi: 20 } });
  expect((await call(mock, portfolio)).status).toBe(200);
  expect((await call(mock, portfolio)).status).toBe(429);
  expect((await call(mock, portfolio, "", { localAddress: "127.0.0.2" })).status).toBe(200);
});

test("requests are counted whoever sends them, signed or not", async () => {
  await using mock = await startMock({ now: () => minute, limits: { papi: 20 } });
  const unsigned = await call(
    { ...mock, url: mock.url, apiKey: mock.apiKey, secret: "wrong", clock: mock.clock },
    portfolio,
  );
  expect([unsigned.body.code, unsigned.headers["x-mbx-used-weight-1m"]]).toEqual([-1022, "20"]);
  expect((await call(mock, portfolio)).status).toBe(429);
});

describe("going on after a 429", () => {
  const limits = { papi: 0 };
  const seconds = async (mock: Parameters<typeof call>[0]) => {
    const { status, headers } = await call(mock, portfolio);
    return [status, Number(headers["retry-after"])];
  };

  test("is let pass as often as patience says, then bans for 2 minutes, with the end in the message", async () => {
    await using mock = await startMock({ now: () => minute, limits, patience: 2 });
    expect([await seconds(mock), await seconds(mock)]).toEqual([
      [429, 60],
      [429, 60],
    ]);
    const { status, headers, body } = await call(mock, portfolio);
    expect([status, headers["retry-after"], body]).toEqual([
      418,
      "120",
      {
        code: -1003,
        msg: `Way too many requests; IP(127.0.0.1) banned until ${minute + 120_000}. Please use the websocket for live updates to avoid bans.`,
      },
    ]);
    expect((await call(mock, coinM)).status).toBe(200);
    mock.clock.advance(119_999);
    expect(await seconds(mock)).toEqual([418, 1]);
    mock.clock.advance(1);
    expect(await seconds(mock)).toEqual([429, 60]);
  });

  test("bans twice as long each time, up to 3 days", async () => {
    await using mock = await startMock({ now: () => minute, limits, patience: 0 });
    const bans: number[] = [];
    for (let ban = 0; ban < 14; ban++) {
      const [status, length = 0] = await seconds(mock);
      expect(status).toBe(418);
      bans.push(length);
      mock.clock.advance(length * 1000);
    }
    expect(bans.slice(0, 4)).toEqual([120, 240, 480, 960]);
    expect(bans.slice(-2)).toEqual([259_200, 259_200]);
  });

  test("during a ban makes it longer", async () => {
    await using mock = await startMock({ now: () => minute, limits, patience: 1 });
    const answers = [await seconds(mock), await seconds(mock), await seconds(mock), await seconds(mock)];
    expect(answers).toEqual([
      [429, 60],
      [418, 120],
      [418, 120],
      [418, 240],
    ]);
  });
});

test("a client that obeys Retry-After is never banned, whatever its pace", async () => {
  await using mock = await startMock({ now: () => minute, limits: { papi: 40 }, patience: 0 });
  const paces = fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(paces, async (pauses) => {
      mock.reset();
      mock.setLimits({ papi: 40 }, 1);
      for (const pause of pauses) {
        mock.clock.advance(pause);
        const { status, headers } = await call(mock, portfolio);
        expect(status).not.toBe(418);
        if (status === 429) mock.clock.advance(Number(headers["retry-after"]) * 1000);
      }
    }),
    { numRuns: 20 },
  );
});

test("the client's own error names the time that the mock means", async () => {
  await using mock = await startMock({ now: () => minute, limits: { papi: 0 }, patience: 0 });
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    now: mock.clock.now,
  });
  const error = await errorOf(() => binance.getPortfolioAccount());
  expect([error.code, error.retryAt]).toEqual(["BANNED", minute + 120_000]);
});

test.each([
  [
    { limits: { spot: 5 } },
    `\`limits\` has an unknown server "spot". Expected one of: ${Object.keys(servers).join(", ")}.`,
  ],
  [{ limits: { papi: -1 } }, "`limits.papi` must be an integer of at least 0; received -1."],
  [{ limits: 5 }, "`limits` must be an object such as { papi: 100 }; received 5."],
  [{ patience: 0.5 }, "`patience` must be an integer of at least 0; received 0.5."],
])("refuses %o", async (options, message) => {
  expect((await errorOf(() => startMock(options as object))).message).toContain(message);
});

describe("limits that all keys of an address share, as Binance has them", () => {
  test("count every key, and a key that nobody has", async () => {
    await using mock = await startMock({ now: () => minute, limits: { papi: 50 }, shareLimits: true });
    const other = mock.createAccount({ now: () => minute });
    expect((await call(mock, portfolio)).headers["x-mbx-used-weight-1m"]).toBe("20");
    await send(mock.url, `${portfolio}?timestamp=1`, { headers: { "X-MBX-APIKEY": "nobody" } });
    const third = await call(other, portfolio);
    expect([third.status, third.headers["x-mbx-used-weight-1m"]]).toEqual([429, "60"]);
    expect((await call(mock, portfolio)).status).toBe(429);
    expect((await call(mock, portfolio, "", { localAddress: "127.0.0.2" })).status).toBe(200);
    expect((await control(mock.url, "GET", "/limits")).body).toMatchObject({ papi: 50, shared: true });
  });

  test("ban every key, and warn the one that goes on during another's ban", async () => {
    await using mock = await startMock({
      now: () => minute,
      limits: { papi: 0 },
      patience: 0,
      shareLimits: true,
    });
    const other = mock.createAccount({ now: () => minute });
    expect((await call(mock, portfolio)).status).toBe(418);
    mock.clock.advance(1000);
    const sameTime = { url: mock.url, apiKey: other.apiKey, secret: other.secret, clock: mock.clock };
    // The first might have been on its way when the ban began.
    expect([(await call(sameTime, portfolio)).status, (await call(sameTime, portfolio)).status]).toEqual([
      418, 418,
    ]);
    expect(other.journal.warnings.join()).toMatch(
      /getPortfolioAccount: sent \d+ ms before Retry-After had passed/,
    );
  });

  test("are set for all at once, and stay when one account is reset", async () => {
    await using mock = await startMock({ now: () => minute, limits: { papi: 20 }, shareLimits: true });
    const other = mock.createAccount({ now: () => minute });
    await call(mock, portfolio);
    other.reset();
    expect((await call(other, portfolio)).status).toBe(429);
    other.setLimits({ papi: 60 });
    expect([mock.limits.papi, (await call(mock, portfolio)).status]).toEqual([60, 200]);
    expect((await errorOf(() => mock.createAccount({ limits: { papi: 1 } }))).message).toMatch(
      /^`limits` and `patience` of one account cannot be set where all share their limits/,
    );
    expect((await errorOf(() => startMock({ shareLimits: 1 as never }))).message).toBe(
      "`shareLimits` must be true or false; received 1.",
    );
  });
});

describe("two bursts around a minute's edge", () => {
  const burst = async (calls: number, limit: number) => {
    await using mock = await startMock({ now: () => minute + 58_000, limits: { papi: limit } });
    for (let n = 0; n < calls; n++) await call(mock, "/papi/v1/um/account");
    mock.clock.advance(2500);
    for (let n = 0; n < calls; n++) expect((await call(mock, "/papi/v1/um/account")).status).toBe(200);
    return mock.journal.warnings.filter((warning) => warning.includes("edge"));
  };

  test("are told of once, since they are nearly what two minutes may have", async () => {
    expect(await burst(12, 60)).toEqual([
      expect.stringMatching(/^getUmAccount: a weight of 110 within seconds around the minute's edge/),
    ]);
  });

  test("are nothing to tell of while they are small, or few requests", async () => {
    expect(await burst(12, 200)).toEqual([]);
    expect(await burst(3, 15)).toEqual([]);
  });
});
