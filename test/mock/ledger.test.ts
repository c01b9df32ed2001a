import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createClient, servers } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { call, control } from "../support/raw.js";

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

test("the limits are those of the document, and each server has its own", async () => {
  await using mock = await startMock({ now: () => minute });
  expect(mock.limits).toEqual({ papi: servers.papi.weightLimit, dapi: servers.dapi.weightLimit });
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
  [{ limits: { spot: 5 } }, /`limits` has an unknown server "spot"\. Expected one of: dapi, papi\./],
  [{ limits: { papi: -1 } }, /`limits\.papi` must be an integer of at least 0; received -1\./],
  [{ limits: 5 }, /`limits` must be an object such as \{ papi: 100 \}; received 5\./],
  [{ patience: 0.5 }, /`patience` must be an integer of at least 0; received 0\.5\./],
])("refuses %o", async (options, message) => {
  expect((await errorOf(() => startMock(options as object))).message).toMatch(message);
});
