import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { rules } from "../../src/mock/gate.js";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";
import { call, control, send } from "../support/raw.js";

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
      /^Unknown control request GET \/__mock\/helth\. Expected one of: GET \/__mock, GET \/__mock\/health/,
    ),
  ]);
  expect((await control(mock.url, "GET", "/state", undefined, "unknown")).status).toBe(401);
});

test("the clock is set and advanced, and Date follows", async () => {
  await using mock = await startMock({ now: () => 1_657_707_212_000 });
  expect((await control(mock.url, "PUT", "/clock", { advance: 5000 })).body).toEqual({
    now: 1_657_707_217_000,
  });
  expect((await control(mock.url, "PUT", "/clock", { now: 1_700_000_000_000 })).body).toEqual({
    now: 1_700_000_000_000,
  });
  expect(Date.parse((await call(mock)).headers.date ?? "")).toBe(1_700_000_000_000);
  expect((await control(mock.url, "GET", "/clock")).body).toEqual({ now: 1_700_000_000_000 });
  for (const body of [
    {},
    { now: 1, advance: 1 },
    { later: 1 },
    { now: "noon" },
    { now: "5" },
    { advance: "5" },
    { now: 1e99 },
    { advance: -1e99 },
    { now: -1 },
    [],
  ]) {
    expect((await control(mock.url, "PUT", "/clock", body)).status).toBe(400);
  }
});

describe("pages in a browser", () => {
  const preflight = (url: string, origin: string, path = "/papi/v1/um/account") =>
    send(url, path, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-mbx-apikey",
      },
    });

  test.each(["http://localhost:8080", "http://127.0.0.1:4000", "https://localhost", "http://[::1]:3000"])(
    "of %s may call and read",
    async (origin) => {
      await using mock = await startMock();
      const { status, headers } = await preflight(mock.url, origin);
      expect([
        status,
        headers["access-control-allow-origin"],
        headers["access-control-allow-headers"],
      ]).toEqual([204, origin, expect.stringContaining("X-MBX-APIKEY")]);
      const reply = await call(mock, undefined, "", {
        headers: { "X-MBX-APIKEY": mock.apiKey, Origin: origin },
      });
      expect([
        reply.status,
        reply.headers["access-control-allow-origin"],
        reply.headers["access-control-expose-headers"],
      ]).toEqual([...[200, origin], expect.stringContaining("X-MBX-USED-WEIGHT-1M")]);
    },
  );

  test.each([
    "https://example.com",
    "http://localhost.example.com",
    "null",
    "http://127.0.0.1.example.com:80",
  ])("of %s may not, and cannot control the mock", async (origin) => {
    await using mock = await startMock();
    const { headers } = await preflight(mock.url, origin);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const { status } = await send(mock.url, "/__mock/keys", { method: "POST", headers: { Origin: origin } });
    expect(status).toBe(403);
  });
});

test("pages of an origin that is allowed may call the exchange, and still not control it", async () => {
  const origin = "https://docs.example";
  await using mock = await startMock({ allowOrigins: [origin] });
  const reply = await call(mock, undefined, "", { headers: { "X-MBX-APIKEY": mock.apiKey, Origin: origin } });
  expect([reply.status, reply.headers["access-control-allow-origin"]]).toEqual([200, origin]);
  expect((await send(mock.url, "/__mock/state", { headers: { Origin: origin } })).status).toBe(403);
  for (const wrong of ["docs.example", "https://docs.example/", "*"]) {
    expect((await errorOf(() => startMock({ allowOrigins: [wrong] }))).message).toMatch(
      /`allowOrigins` must be a list of origins such as https:\/\/example\.com, without a path; received "/,
    );
  }
});

describe("a key", () => {
  const key = hmacKey().mock as { apiKey: string; secret: string };
  const refused = {
    code: -2015,
    msg: "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1",
  };

  test("may be limited to a server", async () => {
    await using mock = await startMock({ keys: [{ ...key, servers: ["dapi"] }] });
    expect((await call(mock, "/dapi/v1/account")).status).toBe(200);
    const reply = await call(mock, "/papi/v1/account");
    expect([reply.status, reply.body]).toEqual([401, refused]);
  });

  test("may be limited to addresses", async () => {
    await using mock = await startMock({ keys: [{ ...key, addresses: ["127.0.0.2"] }] });
    expect((await call(mock)).body).toEqual(refused);
    expect((await call(mock, undefined, "", { localAddress: "127.0.0.2" })).status).toBe(200);
  });

  test.each([
    [{ servers: ["spot"] }, /`servers` of a key must be a list of dapi or papi; received "spot"\./],
    [
      { addresses: ["localhost"] },
      /`addresses` of a key must be a list of IP addresses; received "localhost"\./,
    ],
  ])("with %o is refused", async (limits, message) => {
    expect((await errorOf(() => startMock({ keys: [{ ...key, ...limits } as never] }))).message).toMatch(
      message,
    );
  });
});

test.each(["0.0.0.0", "::", "192.168.0.10", "mock.example"])(
  "does not listen on %s unless told to",
  async (host) => {
    const error = await errorOf(() => startMock({ host }));
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      expect.stringMatching(/^`host` must be a loopback address unless `allowRemote` is set; received "/),
    ]);
  },
);

test("listens beyond this machine when told to, and on other addresses of it without", async () => {
  await using everywhere = await startMock({ host: "0.0.0.0", allowRemote: true });
  expect(
    (
      await call({
        ...everywhere,
        url: everywhere.url.replace("0.0.0.0", "127.0.0.1"),
        apiKey: everywhere.apiKey,
        secret: everywhere.secret,
        clock: everywhere.clock,
      })
    ).status,
  ).toBe(200);
  await using second = await startMock({ host: "127.0.0.2" });
  expect([second.url, (await call(second)).status]).toEqual([expect.stringContaining("127.0.0.2"), 200]);
});

test("headers of 16 KB are read, and longer ones than 64 KB refused without harm", async () => {
  await using mock = await startMock();
  const padded = (size: number) =>
    call(mock, undefined, "", { headers: { "X-MBX-APIKEY": mock.apiKey, "X-Padding": "x".repeat(size) } });
  expect((await padded(16 * 1024)).status).toBe(200);
  expect((await padded(70 * 1024)).status).toBe(431);
  expect((await call(mock)).status).toBe(200);
});
