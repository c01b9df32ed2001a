import { expect, test } from "vitest";
import { createClient } from "../src/index.js";
import { defaultTimeouts, readTimeouts } from "../src/options.js";
import { hmacKey } from "./support/keys.js";
import { settle } from "./support/world.js";

/** Calls on a network that fails with this code until `back` ms have passed. */
async function away(code: string, back: number) {
  let time = 1_657_707_212_154;
  const startedAt = time;
  let requests = 0;
  const binance = createClient({
    ...hmacKey().client,
    now: () => time,
    monotonic: () => time,
    sleep: async (ms) => {
      time += ms;
    },
    random: () => 0,
    fetch: async () => {
      requests += 1;
      if (time < startedAt + back) throw Object.assign(new TypeError("fetch failed"), { cause: { code } });
      return new Response('{"assets":[],"positions":[]}');
    },
  });
  const outcome = await settle(binance.getUmAccount());
  return { outcome, requests, took: time - startedAt };
}

test.each(["EAI_AGAIN", "ENOTFOUND", "ENETUNREACH", "EHOSTUNREACH"])(
  "a network that is away for 3 s costs no call: %s",
  async (code) => {
    const { outcome, took } = await away(code, 3000);
    expect(outcome).toHaveProperty("data");
    expect(took).toBeLessThan(6000);
  },
);

test.each(["ERR_ACCESS_DENIED", "EACCES", "EPERM"])("what is forbidden is asked once: %s", async (code) => {
  const { outcome, requests } = await away(code, 1e9);
  expect(outcome).toMatchObject({
    error: { code: "CONNECTION", message: `This program may not connect to papi.binance.com (${code}).` },
  });
  expect(requests).toBe(1);
});

test("with the default times, an attempt that stalls leaves time for another", () => {
  const { total, ...phases } = readTimeouts(undefined, defaultTimeouts);
  for (const longest of Object.values(phases)) expect(longest).toBeLessThan(total);
});
