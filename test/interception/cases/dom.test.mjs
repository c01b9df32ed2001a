// In a DOM environment of a test runner: signals are those of the environment, and timers may be fake before anything is imported.
import { expect, test } from "vitest";
import { askedWho, client } from "./account.mjs";
import { serve } from "./server.mjs";

test("calls on a new and on a kept connection, with and without a signal", async () => {
  const { baseUrl, close } = await serve();
  const binance = client({ baseUrl });
  const signal = new AbortController().signal;
  expect(await askedWho(binance)).toBe("server");
  expect(await askedWho(binance, { signal })).toBe("server");
  const { response } = await binance.GET("/papi/v1/um/account");
  expect([response.status, response.headers.get("date")?.slice(-3)]).toEqual([200, "GMT"]);
  const controller = new AbortController();
  controller.abort();
  expect(await askedWho(binance, { signal: controller.signal })).toMatch(/^BinanceError ABORTED/);
  close();
});
