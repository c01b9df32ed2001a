import { describe, expect, test, vi } from "vitest";
import { operations, servers } from "../../generated/operations.js";
import { rules } from "../../src/mock/gate.js";
import { startMock } from "../../src/mock/index.js";
import { call, control, outcome, send } from "../support/raw.js";

test("health says that it is a mock, and which operations it has", async () => {
  await using mock = await startMock();
  const { status, headers, body } = await control(mock.url, "GET", "/health");
  expect([status, headers["x-mock"], body]).toEqual([
    200,
    "1",
    {
      status: "ok",
      mock: true,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      operations: Object.keys(operations),
    },
  ]);
});

test("rules are shown in their order, each documented with its page, or assumed", async () => {
  await using mock = await startMock();
  const shown = (await control(mock.url, "GET", "/rules")).body as unknown as Record<string, unknown>[];
  expect(shown.map(({ code }) => code)).toEqual(rules.map(({ code }) => code));
  for (const { source, page } of shown)
    expect([source, page]).toEqual(
      page
        ? ["documented", expect.stringMatching(/^https:\/\/developers\.binance\.com\//)]
        : ["assumed", undefined],
    );
});

test("the list names everything that can be asked, and what is not there is answered with it", async () => {
  await using mock = await startMock();
  const { body } = await send(mock.url, "/__mock");
  for (const name of Object.keys(body)) {
    const [method = "", path = ""] = name.split(" ");
    expect((await send(mock.url, path, { method })).status).not.toBe(404);
  }
  const wrong = await control(mock.url, "GET", "/helth");
  expect([wrong.status, wrong.body.title]).toEqual([
    404,
    expect.stringMatching(
      /^Unknown control address "\/__mock\/helth"\. Expected one of: \/__mock, \/__mock\/health/,
    ),
  ]);
  expect((await control(mock.url, "GET", "/state", undefined, "unknown")).status).toBe(401);
});

describe("methods and parameters", () => {
  test("HEAD is answered where GET is, without a body", async () => {
    await using mock = await startMock();
    const head = await send(mock.url, "/__mock/health", { method: "HEAD" });
    const get = await send(mock.url, "/__mock/health");
    expect([head.status, head.text, head.headers["content-length"]]).toEqual([
      200,
      "",
      get.headers["content-length"],
    ]);
    expect((await send(mock.url, "/__mock/reset", { method: "HEAD" })).status).toBe(405);
  });

  test.each([
    ["POST", "/__mock/health", "GET, HEAD, OPTIONS"],
    ["GET", "/__mock/reset", "POST, OPTIONS"],
    ["PATCH", "/__mock/faults/", "GET, HEAD, PUT, POST, DELETE, OPTIONS"],
  ])("%s %s is answered with 405 and what is allowed", async (method, path, allow) => {
    await using mock = await startMock();
    const { status, headers, body } = await send(mock.url, path, { method });
    const expected = allow.replace(", OPTIONS", "");
    expect([status, headers.allow, body.title]).toEqual([
      405,
      allow,
      `Unknown method ${method} of ${path.replace(/\/$/, "")}. Expected one of: ${expected}.`,
    ]);
  });

  test("a parameter that is not read is refused by name, and changes nothing", async () => {
    await using mock = await startMock();
    await call(mock);
    const journal = await control(mock.url, "DELETE", "/journal?all=1");
    expect([journal.status, journal.body.title]).toEqual([
      400,
      'Unknown parameter "all" of /__mock/journal. It takes none.',
    ]);
    expect(mock.journal.entries).toHaveLength(1);
    expect((await control(mock.url, "GET", "/calls?operatoin=getUmAccount")).body.title).toBe(
      'Unknown parameter "operatoin" of /__mock/calls. Expected one of: operation.',
    );
  });

  test("a name that every object has is no address and no method", async () => {
    await using mock = await startMock();
    expect((await control(mock.url, "GET", "/../constructor")).status).toBe(404);
    expect((await send(mock.url, "/__mock/constructor")).status).toBe(404);
  });
});

describe("bodies", () => {
  test("nested too deep are refused, and harm nothing", async () => {
    await using mock = await startMock();
    const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    for (const [method, path] of [
      ["PUT", "/state"],
      ["PATCH", "/state"],
      ["POST", "/faults"],
    ] as const) {
      const { status, body } = await control(mock.url, method, path, deep(5000));
      expect([status, body.title]).toEqual([400, "The body must be nested at most 64 deep; received more."]);
    }
    expect((await call(mock)).status).toBe(200);
  });

  test("longer than 16 MiB are refused with 413", async () => {
    await using mock = await startMock();
    const { status, body } = await control(mock.url, "PATCH", "/state", `"${"x".repeat(2 ** 24)}"`);
    expect([status, body.title]).toEqual([413, "The body must have at most 16777216 bytes; received more."]);
  });

  test("an empty list is an empty object, as languages without the difference write it", async () => {
    await using mock = await startMock();
    expect((await control(mock.url, "POST", "/keys", [])).status).toBe(200);
    expect((await control(mock.url, "PATCH", "/state", [])).status).toBe(200);
    expect((await control(mock.url, "PATCH", "/state", [1])).body.title).toBe(
      "The body must be a JSON object; received an array.",
    );
  });
});

test("limits and patience are shown and set", async () => {
  await using mock = await startMock({ limits: { papi: 100 } });
  const limits = Object.entries(servers).map(([name, { weightLimit }]) => [name, weightLimit]);
  const all = { ...Object.fromEntries(limits), papi: 100, patience: 10, shared: false };
  expect((await control(mock.url, "GET", "/limits")).body).toEqual(all);
  const set = await control(mock.url, "PUT", "/limits", { papi: 0, patience: 1 });
  expect(set.body).toEqual({ ...all, papi: 0, patience: 1 });
  expect([(await call(mock)).status, (await call(mock)).status]).toEqual([429, 418]);
  expect((await control(mock.url, "PUT", "/limits", { spot: 1 })).status).toBe(400);
});

test("calls are grouped as in TypeScript, of one operation where it is named", async () => {
  await using mock = await startMock({ faults: [{ fault: "empty", status: 503, times: 1 }] });
  await call(mock);
  await call(mock);
  await call(mock, "/papi/v1/account");
  expect((await control(mock.url, "GET", "/calls")).body).toEqual(
    JSON.parse(JSON.stringify(mock.journal.calls())),
  );
  const um = await control(mock.url, "GET", "/calls?operation=getUmAccount");
  expect(um.body).toMatchObject([
    { operation: "getUmAccount", weight: 10, attempts: [{ attempt: 1 }, { attempt: 2 }] },
  ]);
  expect((await control(mock.url, "GET", "/calls?operation=getAccount")).body.title).toMatch(
    /^Unknown operation "getAccount"\. Expected one of: .*getUmAccount/,
  );
});

describe("the journal over HTTP", () => {
  test("is filtered by operation, status, number and warnings", async () => {
    await using mock = await startMock();
    await call(mock);
    await call(mock, "/papi/v1/account", "recvWindow=50");
    await send(mock.url, "/papi/v1/nothing", { headers: { "X-MBX-APIKEY": mock.apiKey } });
    await call(mock);
    const numbers = async (query: string) =>
      ((await control(mock.url, "GET", `/journal${query}`)).body.entries as { number: number }[]).map(
        ({ number }) => number,
      );
    expect(await numbers("")).toEqual([1, 2, 3, 4]);
    expect(await numbers("?operation=getUmAccount")).toEqual([1, 4]);
    expect(await numbers("?status=404")).toEqual([3]);
    expect(await numbers("?after=2")).toEqual([3, 4]);
    expect(await numbers("?after=1&last=2")).toEqual([3, 4]);
    expect(await numbers("?last=0")).toEqual([]);
    expect(await numbers("?warned=true")).toEqual([2]);
    const one = (await control(mock.url, "GET", "/journal?operation=getPortfolioAccount")).body;
    expect([one.weights, one.warnings]).toEqual([{ papi: 20 }, [expect.stringContaining("recvWindow")]]);
    for (const wrong of ["?last=x", "?warned=1", "?format=xml", "?operation=x"])
      expect((await control(mock.url, "GET", `/journal${wrong}`)).status).toBe(400);
    expect(mock.journal.entries).toHaveLength(4);
  });

  test("shows nothing that is only the mock's own", async () => {
    await using mock = await startMock();
    await call(mock);
    const [entry] = (await control(mock.url, "GET", "/journal")).body.entries as object[];
    expect(Object.keys(entry ?? {}).sort()).toEqual(
      [
        ...["address", "attempt", "call", "connection", "faults", "headers", "method", "number", "operation"],
        ...["parameters", "path", "query", "receivedAt", "server", "status", "tookMs", "warnings", "weight"],
      ].sort(),
    );
  });
});

test("a reset ends requests that wait", async () => {
  await using mock = await startMock({ faults: [{ fault: "hang" }] });
  const waiting = outcome(mock);
  await vi.waitFor(() => expect(mock.journal.entries).toHaveLength(1));
  expect((await control(mock.url, "POST", "/reset")).status).toBe(204);
  expect(await waiting).toBe("ECONNRESET");
  expect(mock.journal.entries).toEqual([]);
});
