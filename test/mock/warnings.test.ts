import { createHmac } from "node:crypto";
import { Agent } from "node:http";
import { describe, expect, test } from "vitest";
import { type FaultRule, type Mock, type MockOptions, startMock } from "../../src/mock/index.js";
import { call, send } from "../support/raw.js";

const um = "/papi/v1/um/account";
const risk = "/papi/v1/cm/positionRisk";
const overloaded = { fault: "error", example: "overloaded" } as const;

describe("warnings", () => {
  test("a retry with the same timestamp", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154, faults: [{ ...overloaded, nth: 1 }] });
    await call(mock);
    await call(mock);
    expect(mock.journal.warnings).toEqual([
      "getUmAccount: the same timestamp as in the attempt before: sign each attempt anew",
    ]);
    expect(mock.journal.calls()[0]?.distinctTimestamps).toBe(false);
  });

  test("a request before Retry-After has passed, and none after it", async () => {
    await using mock = await startMock({ now: () => 1_657_707_200_000, limits: { papi: 0 } });
    await call(mock);
    mock.clock.advance(1000);
    await call(mock);
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/^getUmAccount: sent 39000 ms before Retry-After had passed/),
    ]);
    mock.journal.clear();
    mock.clock.advance(39_000);
    await call(mock);
    expect(mock.journal.warnings).toEqual([]);
  });

  test("requests that were on their way when the limit was met are not warned of", async () => {
    await using mock = await startMock({ limits: { papi: 25 } });
    await Promise.all([
      call(mock),
      call(mock, "/papi/v1/account"),
      call(mock, "/papi/v1/cm/account"),
      call(mock, risk),
    ]);
    expect(mock.journal.warnings).toEqual([]);
  });

  test.each([
    ["recvWindow=5", /recvWindow is in milliseconds, and 5 ms is less .* are seconds meant\?/],
    ["recvWindow=60", /recvWindow is in milliseconds, and 60 ms/],
  ])("%s", async (query, warning) => {
    await using mock = await startMock({ now: () => 1_657_707_200_000 });
    await call(mock, um, query);
    expect(mock.journal.warnings).toEqual([expect.stringMatching(warning)]);
  });

  test("parameters in the body of a GET, a timestamp in seconds", async () => {
    await using mock = await startMock();
    const headers = { "X-MBX-APIKEY": mock.apiKey };
    const { body } = await send(mock.url, um, {
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body: "timestamp=1&signature=x",
    });
    expect(body.code).toBe(-1102);
    await send(mock.url, `${um}?timestamp=1657707212&signature=${"0".repeat(64)}`, { headers });
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/the parameters are in the body, which a GET does not read/),
      expect.stringMatching(/the timestamp is in seconds/),
    ]);
  });
});

test("the SDK leaves a journal without warnings, whatever breaks", async () => {
  await using mock = await startMock({
    faults: [
      { ...overloaded, probability: 0.3 },
      { fault: "empty", probability: 0.05 },
      { fault: "truncatedBody", probability: 0.05 },
      { fault: "redirect", probability: 0.05 },
      { fault: "error", example: "overWeight", probability: 0.03 },
    ],
  });
  const binance = mock.client({ ...mock.time, timeout: 300_000, random: () => 0.5 });
  let failed = 0;
  // As a monitor that asks every two seconds.
  for (let n = 0; n < 60; n++, mock.clock.advance(2000))
    await binance.getUmAccount().catch((error) => {
      failed += 1;
      expect(error.name).toBe("BinanceError");
    });
  expect(failed).toBeLessThan(60);
  expect(mock.journal.entries.length).toBeGreaterThan(60);
  expect(mock.journal.warnings).toEqual([]);
  expect(mock.journal.calls().every(({ distinctTimestamps }) => distinctTimestamps)).toBe(true);
});

/** A signed target, sent as often as one likes. */
function signed(mock: Mock, query: string, path = um): string {
  const signature = createHmac("sha256", String(mock.secret)).update(query).digest("hex");
  return `${path}?${query}&signature=${signature}`;
}

describe("what harms without being refused", () => {
  const now = 1_657_707_212_154;
  const start = (options: MockOptions = {}) => startMock({ now: () => now, ...options });
  const get = (mock: Mock, target: string, options: Parameters<typeof send>[2] = {}) =>
    send(mock.url, target, { headers: { "X-MBX-APIKEY": mock.apiKey }, ...options });

  test("failures that are repeated without a pause", async () => {
    await using mock = await start({ faults: [{ fault: "error", example: "overloaded" }] });
    const agent = new Agent({ keepAlive: true });
    for (let n = 0; n < 4; n++) {
      await get(mock, signed(mock, `timestamp=${now - n}`), { agent });
      if (n === 2) expect(mock.journal.warnings).toEqual([]);
    }
    agent.destroy();
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(
        /^getUmAccount: 4 attempts with \d+ ms of pauses between them: pause after a failure, longer each time$/,
      ),
    ]);
  });

  test("no haste where the mock's time has passed between", async () => {
    await using mock = await start({ faults: [{ fault: "error", example: "overloaded" }] });
    for (let n = 0; n < 8; n++) {
      await get(mock, signed(mock, `timestamp=${mock.clock.now()}`));
      mock.clock.advance(200);
    }
    expect(mock.journal.warnings).toEqual([]);
  });

  test.each<[what: string, refused: RegExp, target: (mock: Mock) => string, rule?: FaultRule]>([
    [
      "-1022",
      /sent again after -1022 \(the signature\)/,
      () => `${um}?timestamp=${now}&signature=${"0".repeat(64)}`,
    ],
    ["403", /sent again after 403/, (mock) => signed(mock, `timestamp=${now}`), { fault: "html" }],
    [
      "401",
      /sent again after 401/,
      (mock) => signed(mock, `timestamp=${now}`),
      { fault: "error", example: "keyRejected" },
    ],
  ])("going on after %s", async (_what, refused, target, rule) => {
    await using mock = await start({ faults: rule ? [rule] : [] });
    await get(mock, target(mock));
    expect(mock.journal.warnings).toEqual([]);
    await get(mock, target(mock));
    expect(mock.journal.warnings.some((warning) => refused.test(warning))).toBe(true);
  });

  test("no word of a mistake that is mended at once", async () => {
    await using mock = await start();
    await get(mock, `${um}?timestamp=${now - 1}&signature=${"0".repeat(64)}`);
    await get(mock, signed(mock, `timestamp=${now}`));
    expect(mock.journal.warnings).toEqual([]);
  });

  test("one signed request that is sent again later, and one timestamp for several requests", async () => {
    await using mock = await start();
    const target = signed(mock, `timestamp=${now}`);
    await get(mock, target);
    await get(mock, target);
    expect(mock.journal.warnings).toEqual([]);
    mock.clock.advance(1000);
    await get(mock, target);
    await get(mock, signed(mock, `timestamp=${now}`, "/papi/v1/account"));
    expect(mock.journal.warnings).toEqual([
      "getUmAccount: the signed request 1 was sent again: sign each request anew",
      "getPortfolioAccount: the timestamp of request 1 was used again: take the time for each request anew",
    ]);
  });

  test.each([
    ["ahead of", 600],
    ["behind", -4500],
  ])("a clock that stays %s the server", async (side, ms) => {
    await using mock = await start();
    for (let n = 0; n < 3; n++) {
      expect(mock.journal.warnings).toEqual([]);
      await get(mock, signed(mock, `timestamp=${now + ms - n}`));
    }
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `^getUmAccount: 3 timestamps in a row at the edge of the window, this one \\d+ ms ${side} the server: correct the clock$`,
        ),
      ),
    ]);
  });

  test("a recvWindow that is always at its maximum, or too small for a network", async () => {
    await using mock = await start();
    const agent = new Agent({ keepAlive: true });
    for (let n = 0; n < 12; n++)
      await get(mock, signed(mock, `recvWindow=60000&timestamp=${now - n}`), { agent });
    await get(mock, signed(mock, `recvWindow=500&timestamp=${now - 20}`), { agent });
    agent.destroy();
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/recvWindow was 60000 ms in 10 requests in a row/),
      expect.stringMatching(/a recvWindow of 500 ms leaves little room/),
    ]);
  });

  test("a body of a GET, whatever it holds", async () => {
    await using mock = await start();
    const reply = await get(mock, signed(mock, `timestamp=${now}`), { body: "{}" });
    expect([reply.status, mock.journal.warnings]).toEqual([
      200,
      ["getUmAccount: a GET with a body, which firewalls in front of Binance refuse with 403"],
    ]);
  });

  test("a connection for each request", async () => {
    await using mock = await start();
    for (let n = 0; n < 22; n++) await get(mock, signed(mock, `timestamp=${now - n}`));
    expect(mock.journal.warnings).toEqual([
      "getUmAccount: 20 requests in a row, each on a new connection: keep connections open",
    ]);
    expect(new Set(mock.journal.entries.map(({ connection }) => connection)).size).toBe(22);
  });
});

test("independent calls at once are not warned of, nor many at once that fail", async () => {
  await using mock = await startMock({
    faults: [{ fault: "error", example: "overloaded", probability: 0.5 }],
  });
  const loop = async () => {
    for (let n = 0; n < 5; n++) await call(mock);
  };
  await Promise.all(Array.from({ length: 60 }, loop));
  expect(mock.journal.entries).toHaveLength(300);
  expect(mock.journal.warnings).toEqual([]);
});
