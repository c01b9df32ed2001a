import { createHmac } from "node:crypto";
import { get } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { createClient } from "../../src/index.js";
import { type ErrorExample, type FaultRule, type Mock, startMock } from "../../src/mock/index.js";
import { document, resolve } from "../support/document.js";
import { errorOf } from "../support/errors.js";
import { call, control, send } from "../support/raw.js";

const um = "/papi/v1/um/account";

/** What arrives: a status, or the way the connection broke. */
async function outcome(mock: Mock, path = um): Promise<string> {
  const [text] = await Promise.all([
    call(mock, path).then(
      ({ status }) => String(status),
      (error: NodeJS.ErrnoException) => error.code ?? error.message,
    ),
  ]);
  return text;
}

const documented = Object.entries(document.paths[um]?.get.responses ?? {}).flatMap(
  ([status, { $ref = "" }]) => {
    const { content = {} } = $ref
      ? resolve<{ content?: Record<string, { examples: Record<string, { value: unknown }> }> }>($ref)
      : {};
    return Object.entries(content).flatMap(([type, { examples }]) =>
      Object.entries(examples).map(([example, { value }]) => ({
        status: Number(status.replace("5XX", "503")),
        example,
        type,
        value,
      })),
    );
  },
);

test.each(documented)(
  "the error $example is answered with $status and as documented",
  async ({ status, example, type, value }) => {
    // The moment at which the example's ban has 30 s to go.
    await using mock = await startMock({
      now: () => 1_657_707_302_154,
      faults: [{ fault: "error", example: example as ErrorExample }],
    });
    const reply = await call(mock);
    expect([reply.status, reply.headers["content-type"]]).toEqual([status, expect.stringContaining(type)]);
    expect(type === "text/html" ? reply.text : reply.body).toEqual(value);
  },
);

describe("on the wire", () => {
  test.each<[name: string, fault: FaultRule, outcome: string]>([
    ["html", { fault: "html" }, "403"],
    ["html with another status", { fault: "html", status: 502 }, "502"],
    ["empty", { fault: "empty" }, "200"],
    ["empty with 202", { fault: "empty", status: 202 }, "202"],
    ["wrongShape", { fault: "wrongShape" }, "200"],
    ["redirect", { fault: "redirect", status: 307 }, "307"],
    ["reset before headers", { fault: "reset" }, "ECONNRESET"],
    ["reset during headers", { fault: "reset", when: "duringHeaders" }, "ECONNRESET"],
    ["reset after headers", { fault: "reset", when: "afterHeaders" }, "ECONNRESET"],
    ["truncatedBody", { fault: "truncatedBody" }, "ECONNRESET"],
    ["an error behind a 200", { fault: "error", example: "keyRejected", status: 200 }, "200"],
    ["an error with another 5XX", { fault: "error", example: "overloaded", status: 504 }, "504"],
  ])("%s", async (_name, fault, expected) => {
    await using mock = await startMock({ faults: [fault] });
    expect(await outcome(mock)).toBe(expected);
    expect(mock.journal.entries.at(-1)?.faults).toEqual([fault.fault]);
    mock.faults.clear();
    expect(await outcome(mock)).toBe("200");
  });

  test("the body is empty, a page, cut, or of another shape", async () => {
    await using mock = await startMock({ faults: [{ fault: "empty" }] });
    const body = async (...faults: FaultRule[]) => {
      mock.faults.clear();
      mock.faults.add(...faults);
      return call(mock);
    };
    expect((await body({ fault: "empty" })).text).toBe("");
    expect((await body({ fault: "html" })).headers["content-type"]).toBe("text/html");
    expect((await body({ fault: "wrongShape" })).body).toEqual({ result: "ok", data: null });
    const cut = await fetchHead(mock, { fault: "truncatedBody" });
    expect(cut.promised).toBe(2 * cut.arrived - (cut.promised % 2));
    expect((await fetchHead(mock, { fault: "reset", when: "afterHeaders" })).status).toBe(200);
  });

  test("delay and slowBody take their time, and nothing is lost", async () => {
    await using mock = await startMock({
      faults: [
        { fault: "delay", ms: 60 },
        { fault: "slowBody", ms: 50 },
      ],
    });
    const begin = performance.now();
    const { status, body } = await call(mock);
    expect([status, body.assets]).toEqual([200, expect.any(Array)]);
    // Timers may fire a millisecond early, never much.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(100);
  });

  test("a hang ends when the client goes, and is in the journal as no answer", async () => {
    await using mock = await startMock({ faults: [{ fault: "hang" }] });
    const finished = new Promise((resolve) => mock.journal.onEntry(resolve));
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: mock.apiKey,
      secret: mock.secret,
      timeout: 150,
      retry: { attempts: 1 },
    });
    expect((await errorOf(() => binance.getUmAccount())).code).toBe("TIMEOUT");
    expect(await finished).toMatchObject({ status: 0, faults: ["hang"] });
  });

  test("clockOffset moves Date, noWeightHeader leaves the header out", async () => {
    const now = 1_657_707_212_000;
    await using mock = await startMock({
      now: () => now,
      faults: [{ fault: "clockOffset", ms: -90_000 }, { fault: "noWeightHeader" }],
    });
    const { headers } = await call(mock);
    expect([Date.parse(headers.date ?? ""), headers["x-mbx-used-weight-1m"]]).toEqual([
      now - 90_000,
      undefined,
    ]);
  });

  test("whoever follows a redirect is noted, with the key that it brings", async () => {
    await using mock = await startMock({ faults: [{ fault: "redirect" }] });
    const { headers } = await call(mock);
    expect(headers.location).toBe("/__mock/elsewhere");
    await send(mock.url, headers.location ?? "", { headers: { "X-MBX-APIKEY": mock.apiKey } });
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/a redirect was followed, with its API key/),
    ]);
    mock.faults.clear();
    mock.faults.add({ fault: "redirect", to: "https://example.com/" });
    expect((await call(mock)).headers.location).toBe("https://example.com/");
  });
});

/** Reads the answer's head and as much of its body as comes. */
async function fetchHead(mock: Mock, fault: FaultRule) {
  mock.faults.clear();
  mock.faults.add(fault);
  const query = `timestamp=${Date.now()}`;
  const signature = createHmac("sha256", mock.secret ?? "")
    .update(query)
    .digest("hex");
  const response = await fetch(`${mock.url}${um}?${query}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": mock.apiKey },
  });
  let arrived = 0;
  try {
    for await (const chunk of response.body ?? []) arrived += chunk.length;
  } catch {}
  return { status: response.status, promised: Number(response.headers.get("content-length")), arrived };
}

describe("an error of one's own", () => {
  test("has the status, code and message that are given, and Retry-After", async () => {
    await using mock = await startMock({
      faults: [{ fault: "error", status: 403, code: -4109, msg: "This account is inactive.", retryAfter: 7 }],
    });
    const { status, headers, body } = await call(mock);
    expect([status, headers["retry-after"], body]).toEqual([
      403,
      "7",
      { code: -4109, msg: "This account is inactive." },
    ]);
    expect(mock.journal.entries.at(-1)).toMatchObject({ status: 403, code: -4109, faults: ["error"] });
  });

  test("is 400 unless told otherwise, and may have another text each time", async () => {
    await using mock = await startMock({
      now: () => 1_657_707_212_154,
      faults: [{ fault: "error", code: -1000, msg: "Try {n} at {now}." }],
    });
    const messages = [(await call(mock)).body.msg, (await call(mock)).body.msg];
    expect(messages).toEqual(["Try 1 at 1657707212154.", "Try 2 at 1657707212154."]);
  });

  test("may be any text, with any content type", async () => {
    await using mock = await startMock({
      faults: [
        { fault: "error", status: 200, body: '{"239999":"maintenance {n}"}', contentType: "text/plain" },
      ],
    });
    const { status, headers, text } = await call(mock);
    expect([status, headers["content-type"], text]).toEqual([
      200,
      "text/plain",
      '{"239999":"maintenance 1"}',
    ]);
  });
});

describe("headers and encodings", () => {
  test.each<[fault: FaultRule["fault"], header: string]>([
    ["noDate", "date"],
    ["noRetryAfter", "retry-after"],
    ["noWeightHeader", "x-mbx-used-weight-1m"],
  ])("%s leaves out %s, of a refusal too", async (fault, header) => {
    await using mock = await startMock({ limits: { papi: 0 }, faults: [{ fault, nth: 2 } as FaultRule] });
    const [first, second] = [await call(mock), await call(mock)];
    expect([first.status, second.status, header in first.headers, header in second.headers]).toEqual([
      429,
      429,
      true,
      false,
    ]);
  });

  test.each<["gzip" | "br", (bytes: Buffer) => Buffer]>([
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
  ])("%s compresses for those who accept it", async (fault, decompress) => {
    await using mock = await startMock({ scenario: "manyPositions", faults: [{ fault }] });
    const plain = await call(mock, um, "", {
      headers: { "X-MBX-APIKEY": mock.apiKey, "Accept-Encoding": "identity" },
    });
    expect([plain.headers["content-encoding"], plain.headers.vary, plain.body.positions]).toEqual([
      undefined,
      "Accept-Encoding",
      expect.any(Array),
    ]);
    const headers = { "X-MBX-APIKEY": mock.apiKey, "Accept-Encoding": `deflate, ${fault};q=0.8` };
    const { bytes, headers: answered } = await rawCall(mock, headers);
    expect([answered["content-encoding"], Number(answered["content-length"])]).toEqual([fault, bytes.length]);
    expect(JSON.parse(decompress(bytes).toString()).positions).toHaveLength(500);
    const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
    expect((await binance.getUmAccount()).positions).toHaveLength(500);
  });

  test("chunked sends no length, and arrives whole", async () => {
    await using mock = await startMock({ scenario: "hedge", faults: [{ fault: "chunked" }] });
    const { headers, body } = await call(mock);
    expect([headers["transfer-encoding"], headers["content-length"]]).toEqual(["chunked", undefined]);
    expect(body.positions).toHaveLength(4);
  });
});

/** A signed call and its body as it came. */
function rawCall(
  mock: Mock,
  headers: Record<string, string>,
): Promise<{ bytes: Buffer; headers: Record<string, string> }> {
  const query = `timestamp=${Date.now()}`;
  const signature = createHmac("sha256", String(mock.secret)).update(query).digest("hex");
  return new Promise((resolve, reject) => {
    const path = `${um}?${query}&signature=${signature}`;
    get(`${mock.url}${path}`, { headers, agent: false }, async (response) =>
      resolve({
        bytes: Buffer.concat(await response.toArray()),
        headers: response.headers as Record<string, string>,
      }),
    ).on("error", reject);
  });
}

describe("when", () => {
  const sequence = async (mock: Mock, length: number, path = um) => {
    const seen: string[] = [];
    for (let n = 0; n < length; n++) seen.push(await outcome(mock, path));
    return seen.join(" ");
  };

  test.each<[when: Partial<FaultRule>, outcomes: string]>([
    [{}, "503 503 503 503 503"],
    [{ nth: 2 }, "200 503 200 200 200"],
    [{ nth: [1, 4] }, "503 200 200 503 200"],
    [{ times: 2 }, "503 503 200 200 200"],
    [{ probability: 0 }, "200 200 200 200 200"],
    [{ probability: 1, times: 1 }, "503 200 200 200 200"],
    [{ operation: "getCmAccount" }, "200 200 200 200 200"],
    [{ operation: "getUmAccount", nth: 1 }, "503 200 200 200 200"],
  ])("%o", async (when, outcomes) => {
    await using mock = await startMock({
      faults: [{ ...when, fault: "error", example: "overloaded" } as FaultRule],
    });
    expect(await sequence(mock, 5)).toBe(outcomes);
  });

  test("nth counts requests of the operation only", async () => {
    await using mock = await startMock({ faults: [{ operation: "getUmAccount", nth: 2, fault: "html" }] });
    expect(await sequence(mock, 3, "/papi/v1/cm/account")).toBe("200 200 200");
    expect(await sequence(mock, 3)).toBe("200 403 200");
  });

  test("ttl ends by the mock's clock", async () => {
    const now = 1_657_707_212_000;
    await using mock = await startMock({ now: () => now, faults: [{ fault: "html", ttl: 1000 }] });
    expect(await outcome(mock)).toBe("403");
    mock.clock.advance(1000);
    expect(await outcome(mock)).toBe("200");
  });

  test("the same seed gives the same sequence, another one another", async () => {
    const draw = async (options: { seed?: number; own?: number }) => {
      const rule = {
        fault: "html",
        probability: 0.5,
        ...(options.own !== undefined && { seed: options.own }),
      } as const;
      await using mock = await startMock({ faults: [rule], seed: options.seed });
      return await sequence(mock, 24);
    };
    expect(await draw({ seed: 7 })).toBe(await draw({ seed: 7 }));
    expect(await draw({ own: 7 })).toBe(await draw({ own: 7, seed: 99 }));
    expect(await draw({ seed: 7 })).not.toBe(await draw({ seed: 8 }));
    expect(await draw({})).toMatch(/200.*403|403.*200/);
  });

  test("the first that answers wins; those that change the way add up", async () => {
    await using mock = await startMock({
      faults: [
        { fault: "noWeightHeader" },
        { fault: "html", status: 451 },
        { fault: "empty" },
        { fault: "clockOffset", ms: 5000 },
      ],
    });
    const { status, headers } = await call(mock);
    expect([status, headers["x-mbx-used-weight-1m"]]).toEqual([451, undefined]);
    expect(mock.journal.entries.at(-1)?.faults).toEqual(["noWeightHeader", "html", "empty", "clockOffset"]);
  });
});

describe("durations", () => {
  // The journal is told of no duration, so they are seen through the same generator as the rules use.
  test("are fixed, between two bounds, or around a median, and the same for the same seed", async () => {
    const { Faults } = await import("../../src/mock/faults.js");
    const draws = (ms: object | number, seed: number, count = 2000) => {
      const faults = new Faults(seed, () => 0);
      faults.add({ fault: "delay", ms } as FaultRule);
      return Array.from(
        { length: count },
        () => faults.draw("getUmAccount", { isRefused: false })[0]?.drawnMs ?? -1,
      );
    };
    expect(new Set(draws(250, 1))).toEqual(new Set([250]));
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), fc.nat(), (a, b, seed) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const seen = draws({ min, max }, seed, 50);
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(min);
        expect(Math.max(...seen)).toBeLessThanOrEqual(max);
        expect(draws({ min, max }, seed, 50)).toEqual(seen);
      }),
      { numRuns: 50 },
    );
    const sorted = draws({ median: 200, sigma: 0.5 }, 3).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    expect(at(0.5)).toBeGreaterThan(185);
    expect(at(0.5)).toBeLessThan(215);
    // One sigma above the median of a log-normal distribution is median × e^sigma.
    expect(at(0.841) / at(0.5)).toBeGreaterThan(1.5);
    expect(at(0.841) / at(0.5)).toBeLessThan(1.8);
  });
});

describe("a request that the gate refuses", () => {
  const wrong = (mock: Mock, headers: Record<string, string> = { "X-MBX-APIKEY": mock.apiKey }) =>
    send(mock.url, `${um}?timestamp=${Date.now()}&signature=${"0".repeat(64)}`, { headers });

  test.each<FaultRule>([
    { fault: "error", example: "overloaded", times: 1 },
    { fault: "html", times: 1 },
    { fault: "empty", times: 1 },
    { fault: "wrongShape", times: 1 },
    { fault: "redirect", times: 1 },
  ])("is refused whatever $fault says, which then waits for one that passes", async (rule) => {
    await using mock = await startMock({ faults: [rule] });
    const unsigned = await send(mock.url, um, { headers: { "X-MBX-APIKEY": mock.apiKey } });
    expect([unsigned.status, unsigned.body.code, unsigned.headers["x-mbx-used-weight-1m"]]).toEqual([
      400,
      -1102,
      "5",
    ]);
    expect((await wrong(mock)).body.code).toBe(-1022);
    expect(mock.journal.entries.map(({ status, faults, rule }) => [status, faults, typeof rule])).toEqual([
      [400, [], "string"],
      [400, [], "string"],
    ]);
    await call(mock);
    expect(mock.journal.entries.at(-1)?.faults).toEqual([rule.fault]);
  });

  test("is told of the limit and the ban before any fault responds", async () => {
    await using mock = await startMock({ limits: { papi: 0 }, patience: 1, faults: [{ fault: "html" }] });
    expect([await outcome(mock), await outcome(mock)]).toEqual(["429", "418"]);
  });

  test("still arrives as the faults of the way have it", async () => {
    await using mock = await startMock({ faults: [{ fault: "noWeightHeader" }, { fault: "reset", nth: 2 }] });
    const first = await wrong(mock);
    expect([first.body.code, first.headers["x-mbx-used-weight-1m"]]).toEqual([-1022, undefined]);
    await expect(wrong(mock)).rejects.toThrow(/ECONNRESET|socket hang up/);
  });
});

test("requests with a key that nobody has use up no weight and no fault of an account", async () => {
  await using mock = await startMock({
    limits: { papi: 10 },
    faults: [
      { fault: "empty", nth: 2 },
      { fault: "reset", nth: 3 },
    ],
  });
  for (const headers of [{ "X-MBX-APIKEY": "0".repeat(64) }, { "X-MBX-APIKEY": "nobody" }, {}])
    expect((await send(mock.url, um, { headers })).status).toBe(
      headers["X-MBX-APIKEY"] === undefined ? 429 : 401,
    );
  expect(mock.journal.entries).toHaveLength(3);
  const [first, second] = [await call(mock), await call(mock)];
  expect([first.status, second.status, second.text]).toEqual([200, 200, ""]);
  expect(await outcome(mock)).toBe("ECONNRESET");
});

test("what the mock cannot answer is a 500 that stands in the journal", async () => {
  await using mock = await startMock();
  const { Faults } = await import("../../src/mock/faults.js");
  const heard: number[] = [];
  mock.journal.onEntry(({ status }) => void heard.push(status));
  const draw = vi.spyOn(Faults.prototype, "draw").mockImplementation(() => {
    throw new Error("out of order");
  });
  const reply = await call(mock);
  draw.mockRestore();
  expect([reply.status, reply.body.detail, heard]).toEqual([500, "out of order", [500]]);
});

test.each<[message: RegExp, rule: unknown]>([
  [/Unknown fault "crash"\. Expected one of: error, html,/, { fault: "crash" }],
  [/A fault must be an object such as \{ fault: "hang" \}; received "hang"\./, "hang"],
  [
    /The fault hang has an unknown field `ms`\. Expected one of: fault, operation, nth,/,
    { fault: "hang", ms: 5 },
  ],
  [
    /`operation` of the fault hang must be one of .*getPortfolioAccount.*; received "getAccount"\./,
    { fault: "hang", operation: "getAccount" },
  ],
  [
    /`nth` of the fault hang must be an integer of at least 1, or a list of them; received 0\./,
    { fault: "hang", nth: 0 },
  ],
  [
    /`probability` of the fault hang must be a number from 0 to 1; received 2\./,
    { fault: "hang", probability: 2 },
  ],
  [
    /`times` of the fault hang must be an integer of at least 1; received 0\.5\./,
    { fault: "hang", times: 0.5 },
  ],
  [/`ttl` of the fault hang must be a number of ms above 0; received "5s"\./, { fault: "hang", ttl: "5s" }],
  [/`seed` of the fault hang must be an integer; received "x"\./, { fault: "hang", seed: "x" }],
  [
    /`ms` of the fault delay must be a number, \{ min, max \} or \{ median, sigma \}; received undefined\./,
    { fault: "delay" },
  ],
  [/`ms` of the fault delay/, { fault: "delay", ms: { min: 5, max: 1 } }],
  [/`ms` of the fault delay/, { fault: "delay", ms: { median: 5, min: 1 } }],
  [
    /`ms` of the fault clockOffset must be a number; received an object\./,
    { fault: "clockOffset", ms: { min: 1, max: 2 } },
  ],
  [
    /`example` of the fault error must be a documented error; received "oops"\. Expected one of: timestampOutsideWindow,/,
    { fault: "error", example: "oops" },
  ],
  [
    /`status` of the fault redirect must be a status from 300 to 399; received 200\./,
    { fault: "redirect", status: 200 },
  ],
  [
    /`when` of the fault reset must be beforeHeaders, duringHeaders or afterHeaders; received "later"\./,
    { fault: "reset", when: "later" },
  ],
])("refuses with %s, and adds none", async (message, rule) => {
  await using mock = await startMock();
  const error = await errorOf(() => mock.faults.add({ fault: "html" }, rule as FaultRule));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringMatching(message)]);
  expect(mock.faults.rules).toEqual([]);
});

test("over HTTP, faults are listed, added, replaced and ended", async () => {
  await using mock = await startMock();
  const rule = { fault: "html", nth: 3 };
  expect((await control(mock.url, "POST", "/faults", rule)).body).toEqual([rule]);
  expect((await control(mock.url, "POST", "/faults", [{ fault: "hang", nth: 9 }])).body).toEqual([
    rule,
    { fault: "hang", nth: 9 },
  ]);
  const wrong = await control(mock.url, "PUT", "/faults", [{ fault: "html" }, { fault: "crash" }]);
  expect([wrong.status, wrong.body.title]).toEqual([400, expect.stringContaining('Unknown fault "crash"')]);
  expect((await control(mock.url, "GET", "/faults")).body).toHaveLength(2);
  expect((await control(mock.url, "PUT", "/faults", [{ fault: "empty" }])).body).toEqual([
    { fault: "empty" },
  ]);
  expect((await control(mock.url, "DELETE", "/faults")).status).toBe(204);
  expect(mock.faults.rules).toEqual([]);
});
