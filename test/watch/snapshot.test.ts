import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { createClient, type OperationId } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { callableIds, examples } from "../support/document.js";
import { hmacKey } from "../support/keys.js";
import { observed } from "../support/observed.js";

describe("of an account, snapshot", () => {
  test("asks every operation that needs no parameter, at once, and says when", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
    const before = Date.now();
    const { data, absent, errors, moved, complete, at } = await binance.snapshot();
    expect(Object.keys(data)).toEqual(callableIds);
    expect(data.getPortfolioAccount).toEqual(await binance.getPortfolioAccount());
    expect([absent, errors, moved, complete]).toEqual([{}, {}, [], true]);
    expect(at.sent).toBeGreaterThanOrEqual(before);
    expect(at.received).toBeGreaterThanOrEqual(at.sent);
    const { min = 0, max = 0 } = at.server ?? {};
    expect([min <= at.sent, max >= at.received]).toEqual([true, true]);
  });

  test.each(["papi", "dapi"] as const)(
    "of which %s alone answers, names what is absent, and is complete",
    async (server) => {
      const key = hmacKey();
      await using mock = await startMock({ keys: [{ ...key.mock, servers: [server] }] });
      const binance = createClient({ baseUrl: mock.url, ...key.client });
      const { data, absent, errors, complete } = await binance.snapshot();
      const isOf = (id: OperationId) => operations[id].server === server;
      expect(Object.keys(data)).toEqual(callableIds.filter(isOf));
      expect(Object.keys(absent)).toEqual(callableIds.filter((id) => !isOf(id)));
      for (const error of Object.values(absent)) expect(error).toMatchObject({ code: "UNAUTHORIZED" });
      expect([errors, complete]).toEqual([{}, true]);
    },
  );
});

describe("what moves meanwhile", () => {
  const withUpdates = (updateTimes: (now: number) => number) => {
    const bodies = new Map(examples.map(({ path, value }) => [path, value]));
    let time = 1_700_000_000_000;
    const { binance, fetch } = observed({ now: () => time, clock: 0 });
    fetch.mockImplementation(async (url) => {
      const { pathname } = new URL(url);
      const body = structuredClone(bodies.get(pathname)) as { positions?: { updateTime: number }[] };
      if (pathname === operations.getUmAccount.path)
        for (const row of body.positions ?? []) row.updateTime = updateTimes(time);
      time += 10;
      return new Response(JSON.stringify(body));
    });
    return { binance, fetch };
  };

  test("is asked again once, and what has calmed down is complete", async () => {
    let round = 0;
    const { binance, fetch } = withUpdates((now) => (round++ === 0 ? now : 1_600_000_000_000));
    const { moved, complete } = await binance.snapshot();
    expect([moved, complete]).toEqual([[], true]);
    expect(fetch).toHaveBeenCalledTimes(2 * callableIds.length);
  });

  test("again is told, and not complete", async () => {
    const { binance, fetch } = withUpdates((now) => now);
    const { moved, complete, data } = await binance.snapshot();
    expect([moved, complete]).toEqual([["getUmAccount"], false]);
    expect(Object.keys(data)).toEqual(callableIds);
    expect(fetch).toHaveBeenCalledTimes(2 * callableIds.length);
  });

  test.each([
    ["before the first request", (now: number) => now - 1000],
    ["in the future, such as a time of delivery", (now: number) => now + 86_400_000],
    ["never", () => 0],
  ])("is not what was updated %s", async (_when, updateTime) => {
    const { binance, fetch } = withUpdates(updateTime);
    expect(await binance.snapshot()).toMatchObject({ moved: [], complete: true });
    expect(fetch).toHaveBeenCalledTimes(callableIds.length);
  });

  test("cannot be told as long as the server's time is not known", async () => {
    const bodies = new Map(examples.map(({ path, value }) => [path, value]));
    const { binance, fetch } = observed();
    fetch.mockImplementation(async (url) => new Response(JSON.stringify(bodies.get(new URL(url).pathname))));
    const { complete, at } = await binance.snapshot();
    expect([complete, at.server]).toEqual([false, undefined]);
  });
});

describe("when calls fail, snapshot", () => {
  test("names them and is not complete", async () => {
    await using mock = await startMock({ faults: [{ fault: "html", operation: "getCmAccount" }] });
    const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
    const { data, errors, complete } = await binance.snapshot();
    expect(Object.keys(data)).toEqual(callableIds.filter((id) => id !== "getCmAccount"));
    expect(errors).toMatchObject({ getCmAccount: { code: "BLOCKED" } });
    expect(complete).toBe(false);
  });

  test("throws what failed when nothing has data: a wrong key is not an account without parts", async () => {
    await using mock = await startMock();
    const binance = createClient({ baseUrl: mock.url, apiKey: "0".repeat(64), secret: mock.secret });
    await expect(binance.snapshot()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  test("throws when its signal ends it, or an option is misspelt", async () => {
    const { binance } = observed();
    await expect(binance.snapshot({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "ABORTED",
    });
    await expect(binance.snapshot({ timeOut: 5 } as never)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
    });
  });
});
