import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { call, send } from "../support/raw.js";

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
