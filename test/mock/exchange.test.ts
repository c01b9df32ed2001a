import { describe, expect, test, vi } from "vitest";
import { createClient } from "../../src/index.js";
import { type ErrorExample, type FaultRule, type Mock, startMock } from "../../src/mock/index.js";
import { document, resolve } from "../support/document.js";
import { errorOf } from "../support/errors.js";
import { call, outcome, send } from "../support/raw.js";

const um = "/papi/v1/um/account";

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
    now: () => 1_657_707_212_154,
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

test.each(["example=nope", "example=overWeight", "code=404, example=x", "code=302"])(
  "answers what it has when it is asked for %s",
  async (prefer) => {
    await using mock = await startMock();
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: mock.apiKey,
      secret: mock.secret,
      retry: { attempts: 1 },
    });
    binance.use({ onRequest: ({ request }) => request.headers.set("Prefer", prefer) });
    const error = await errorOf(() => binance.getUmAccount());
    expect([error.status, error.body]).toEqual([
      400,
      expect.stringMatching(
        /`Prefer` must ask for a documented response.*Expected one of: 200 oneWay.*429 overWeight/,
      ),
    ]);
  },
);
