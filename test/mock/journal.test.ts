import { Agent } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { Journal } from "../../src/mock/journal.js";
import { call, control, send } from "../support/raw.js";

const risk = "/papi/v1/cm/positionRisk";
const overloaded = { fault: "error", example: "overloaded" } as const;

describe("calls", () => {
  test("groups the attempts of a call, with timestamps and weight", async () => {
    await using mock = await startMock({
      faults: [{ ...overloaded, operation: "getUmAccount", nth: [1, 2] }],
    });
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: mock.apiKey,
      secret: mock.secret,
      retry: { baseDelay: 5, maxDelay: 10 },
    });
    await binance.getUmAccount();
    await binance.getUmAccount();
    await binance.getCmAccount();
    const calls = mock.journal.calls("getUmAccount");
    expect(calls.map(({ attempts }) => attempts.map(({ status, attempt }) => [status, attempt]))).toEqual([
      [
        [503, 1],
        [503, 2],
        [200, 3],
      ],
      [[200, 1]],
    ]);
    expect(calls.map(({ distinctTimestamps, weight }) => ({ distinctTimestamps, weight }))).toEqual([
      { distinctTimestamps: true, weight: 15 },
      { distinctTimestamps: true, weight: 5 },
    ]);
    expect(mock.journal.calls()).toHaveLength(3);
    expect(mock.journal.weights).toEqual({ papi: 25 });
    expect(mock.journal.warnings).toEqual([]);
  });

  test("a request with other parameters, or after a good answer, is another call", async () => {
    await using mock = await startMock({ faults: [{ fault: "html", nth: 1 }] });
    await call(mock, risk, "pair=BTCUSD");
    await call(mock, risk);
    await call(mock, risk, "pair=BTCUSD");
    await call(mock, risk, "pair=BTCUSD");
    expect(mock.journal.entries.map(({ call, attempt }) => [call, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 1],
    ]);
  });
});

test("keeps requests as received, without key and signature", async () => {
  await using mock = await startMock({ scenario: "hedge" });
  await call(mock, risk, "pair=BTCUSD&recvWindow=5000", {
    headers: { "X-MBX-APIKEY": mock.apiKey, Cookie: "session=1", "User-Agent": "mine" },
  });
  const [entry] = mock.journal.entries;
  expect(entry).toMatchObject({
    ...{
      number: 1,
      operation: "getCmPositionRisk",
      server: "papi",
      method: "GET",
      path: risk,
      weight: 1,
      status: 200,
    },
    query: expect.stringMatching(/^pair=BTCUSD&recvWindow=5000&timestamp=\d{13}&signature=<redacted>$/),
    parameters: { pair: "BTCUSD", recvWindow: "5000", timestamp: expect.stringMatching(/^\d{13}$/) },
    headers: { "x-mbx-apikey": "<redacted>", cookie: "<redacted>", "user-agent": "mine" },
    warnings: [],
  });
  const { body } = await control(mock.url, "GET", "/journal");
  expect(body.entries).toHaveLength(1);
  expect((await control(mock.url, "DELETE", "/journal")).status).toBe(204);
  expect(mock.journal.entries).toEqual([]);
});

test("keeps the last 10,000 requests", async () => {
  const journal = new Journal();
  const arrival = {
    receivedAt: 0,
    operation: undefined,
    server: undefined,
    method: "GET",
    path: "/",
    query: "",
    parameters: {},
    headers: {},
    address: "127.0.0.1",
    connection: 1,
    weight: 0,
  };
  for (let n = 0; n < 12_345; n++) journal.finish(journal.begin(arrival), { status: 200 });
  expect(journal.entries.length).toBeGreaterThan(8_000);
  expect(journal.entries.length).toBeLessThanOrEqual(10_000);
  expect(journal.entries.at(-1)?.number).toBe(12_345);
});

describe("memory", () => {
  const arrival = (query: string, parameters: Record<string, string> = {}) => ({
    ...{
      receivedAt: 0,
      operation: undefined,
      server: undefined,
      method: "GET",
      path: "/",
      query,
      parameters,
    },
    ...{ headers: {}, address: "127.0.0.1", connection: 1, weight: 0 },
  });

  test("is bounded by characters: long texts are cut, and old requests dropped", () => {
    const journal = new Journal();
    const long = "x".repeat(40_000);
    for (let n = 0; n < 5000; n++)
      journal.finish(journal.begin(arrival(`a=${long}${n}`, { a: `${long}${n}` })), { status: 200 });
    const [first, last] = [journal.entries[0], journal.entries.at(-1)];
    expect(last?.number).toBe(5000);
    expect(last?.query).toMatch(/^a=x{4094}… \(\d+ characters more\)$/);
    const kept = journal.entries.reduce(
      (sum, { query, parameters }) => sum + query.length + String(parameters.a).length,
      0,
    );
    expect(kept).toBeLessThan(16 * 2 ** 20);
    expect(journal.entries.length).toBeGreaterThan(1000);
    expect(first?.number).toBeGreaterThan(2000);
  });

  test("of many parameters and headers is bounded too", () => {
    const journal = new Journal();
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`name${index}`, "value"]));
    journal.finish(journal.begin({ ...arrival("", many), headers: many }), { status: 200 });
    expect(JSON.stringify(journal.entries).length).toBeLessThan(60_000);
  });

  test("keeps bodies of responses only as long as there is room, and forgets them with the entries", () => {
    const journal = new Journal();
    const body = "x".repeat(2 ** 20);
    for (let n = 0; n < 40; n++)
      journal.finish(journal.begin(arrival("")), { status: 200 }, { headers: {}, body });
    const bodies = journal.toHar().log.entries.filter(({ response }) => response.content.text !== undefined);
    expect([journal.entries.length, bodies.length]).toEqual([40, 16]);
    journal.clear();
    for (let n = 0; n < 3; n++)
      journal.finish(journal.begin(arrival("")), { status: 200 }, { headers: {}, body });
    expect(journal.toHar().log.entries.every(({ response }) => response.content.text === body)).toBe(true);
  });

  test("of a request that ends after the journal was emptied is not counted", () => {
    const journal = new Journal();
    const body = "x".repeat(2 ** 20);
    for (let n = 0; n < 40; n++) {
      const attempt = journal.begin(arrival(""));
      journal.clear();
      journal.finish(attempt, { status: 200 }, { headers: {}, body });
    }
    journal.finish(journal.begin(arrival("")), { status: 200 }, { headers: {}, body });
    expect(journal.toHar().log.entries.map(({ response }) => response.content.text)).toEqual([body]);
  });
});

test("tells connections apart, and how long each response took", async () => {
  await using mock = await startMock({ faults: [{ fault: "delay", ms: 30, nth: 3 }] });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await call(mock, undefined, "", { agent, headers: { "X-MBX-APIKEY": mock.apiKey } });
  await call(mock, undefined, "", { agent, headers: { "X-MBX-APIKEY": mock.apiKey } });
  await call(mock);
  agent.destroy();
  expect(mock.journal.entries.map(({ connection, address }) => [connection, address])).toEqual([
    [1, "127.0.0.1"],
    [1, "127.0.0.1"],
    [2, "127.0.0.1"],
  ]);
  expect(mock.journal.entries[2]?.tookMs).toBeGreaterThanOrEqual(29);
});

describe("for other tools", () => {
  test("an HTTP Archive holds requests without secrets, and responses with their bodies", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154, scenario: "hedge" });
    await call(mock, risk, "pair=BTCUSD");
    await send(mock.url, "/nothing", { headers: { "X-MBX-APIKEY": mock.apiKey } });
    const har = mock.journal.toHar();
    expect((await control(mock.url, "GET", "/journal?format=har")).body).toEqual(
      JSON.parse(JSON.stringify(har)),
    );
    const [entry, missing] = har.log.entries;
    expect([har.log.version, har.log.entries.length]).toEqual(["1.2", 2]);
    expect(entry).toMatchObject({
      startedDateTime: "2022-07-13T10:13:32.154Z",
      connection: "1",
      request: {
        method: "GET",
        url: `${mock.url}${risk}?pair=BTCUSD&timestamp=1657707212154&signature=<redacted>`,
        queryString: [
          { name: "pair", value: "BTCUSD" },
          { name: "timestamp", value: "1657707212154" },
        ],
      },
      response: { status: 200, statusText: "OK", content: { mimeType: expect.stringContaining("json") } },
    });
    expect(JSON.parse(entry?.response.content.text ?? "")).toHaveLength(2);
    expect(entry?.response.content.size).toBe(Buffer.byteLength(entry?.response.content.text ?? ""));
    expect([missing?.response.status, missing?.response.content.mimeType]).toEqual([404, "text/html"]);
    expect(JSON.stringify(har)).not.toContain(mock.apiKey);
  });

  test("lines of JSON hold an entry each", async () => {
    await using mock = await startMock();
    await call(mock);
    await call(mock, risk);
    const { headers, text } = await control(mock.url, "GET", "/journal?format=ndjson");
    expect(headers["content-type"]).toBe("application/x-ndjson");
    expect(text).toBe(mock.journal.toNdjson());
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual(JSON.parse(JSON.stringify(mock.journal.entries)));
  });
});

test("what the journal has forgotten, and what it has cut, is not kept in memory", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const held = () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const whole = {
    ...{ receivedAt: 0, operation: undefined, server: undefined, method: "GET", path: "/", headers: {} },
    ...{ address: "127.0.0.1", connection: 1, weight: 0 },
  };
  const journal = new Journal();
  const before = held();
  for (let number = 0; number < 6000; number++) {
    // Parts of one target, as they come from a request; each is a call of its own.
    const target = `/papi/v1/um/account?pair=${String(number).padStart(40_000, "A")}`;
    const pair = target.slice(25);
    const attempt = journal.begin({ ...whole, query: target.slice(20), parameters: { pair } });
    journal.finish(attempt, { status: 400 });
  }
  // 16 MB of texts are kept; 54 MB with the forgotten requests, 72 MB with the whole targets of the others, 245 MB with both.
  expect(held() - before).toBeLessThan(35);
});
