import { networkInterfaces } from "node:os";
import { expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { call, send } from "../support/raw.js";

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
        url: everywhere.url,
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

test("of all interfaces it names an address that can be used", async () => {
  await using mock = await startMock({ host: "0.0.0.0", allowRemote: true });
  expect(mock.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await send(mock.url, "/__mock/health")).status).toBe(200);
});

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((known) => known?.address === "::1");

test.skipIf(!hasIpv6)("of all interfaces it names one of IPv6 where it listens there", async () => {
  await using mock = await startMock({ host: "::", allowRemote: true });
  expect(mock.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
});
