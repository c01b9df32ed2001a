import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ClientEvent, PortfolioAccount } from "../../src/index.js";
import { AddressLimit } from "../support/address-limit.js";
import { examples } from "../support/document.js";
import { runs, type Step, World } from "../support/world.js";

const account = examples.find(({ operationId }) => operationId === "getPortfolioAccount")
  ?.value as PortfolioAccount;
const every = 1000;
/** One hour in `npm test`, a day in `npm run test:soak`. */
const hours = Math.min(24, runs(1));
const hour = 3_600_000;

/** What is documented: `every`, the longest pause after a failure, and the longest call; or a minute that is spent. */
const longest = every + 1.25 * 5000 + 10_000;

interface Outage {
  from: number;
  to: number;
  kind: "busy" | "broken" | "html" | "limited" | "banned";
}

/** Outages in order, one about each quarter of an hour, some of them short and some of minutes; the first costs looks. */
const outages = fc
  .array(
    fc.record({
      calm: fc.integer({ min: 1000, max: 1_800_000 }),
      ms: fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 3000, max: 400_000 })),
      kind: fc.constantFrom<Outage["kind"]>("busy", "broken", "html", "limited", "banned"),
    }),
    { minLength: 8 * hours, maxLength: 8 * hours },
  )
  .map((plan) => {
    let at = 0;
    return plan.map(({ calm, ms, kind }, place): Outage => {
      const from = at + calm;
      at = from + (place === 0 ? ms + 60_000 : ms);
      return { from, to: at, kind: place === 0 ? "busy" : kind };
    });
  });

const collect = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();
const heap = () => {
  collect();
  return process.memoryUsage().heapUsed;
};

test(`a watch of ${hours} h with faults sends nothing too early, misses no change and keeps its memory`, async () => {
  await fc.assert(
    fc.asyncProperty(
      outages,
      fc.infiniteStream(fc.integer({ min: 20, max: 900 })),
      async (plan, latencies) => {
        const limit = new AddressLimit(6000, 1_000_000);
        const events = new Map<ClientEvent["type"], number>();
        let begun = 0;
        let quietUntil = 0;
        let tooEarly = 0;
        const world = new World(
          (world): Step => {
            const now = world.time;
            if (now < quietUntil) tooEarly += 1;
            const { value: latency = 0 } = latencies.next();
            const { status, used, retryAfter } = limit.spend(20, world.serverTime);
            const outage = plan.find(({ from, to }) => now - begun >= from && now - begun < to);
            const seconds = outage ? Math.ceil((begun + outage.to - now) / 1000) : retryAfter;
            const stop = (status: number): Step => {
              quietUntil = now + latency + seconds * 1000;
              return {
                ...{ latency, status, body: '{"code":-1003,"msg":"Too many requests."}' },
                headers: { "retry-after": String(seconds) },
              };
            };
            if (status !== 200 || outage?.kind === "limited") return stop(429);
            if (outage?.kind === "banned") return stop(418);
            if (outage?.kind === "broken") return { latency };
            if (outage?.kind === "busy")
              return { latency, status: 503, body: '{"code":-1008,"msg":"Busy."}' };
            if (outage?.kind === "html") return { latency, status: 502, body: "<html>" };
            // The state changes each second: its `updateTime` says of when it is.
            const body = JSON.stringify({ ...account, updateTime: Math.floor(now / 1000) * 1000 });
            return { latency, status, body, headers: { "x-mbx-used-weight-1m": String(used) } };
          },
          { onEvent: ({ type }) => events.set(type, (events.get(type) ?? 0) + 1) },
        );
        begun = world.time;
        const ends = begun + hours * hour;
        let [last, looks, before] = [begun, 0, 0];
        for await (const { data, at } of world.binance.watch("getPortfolioAccount", { every })) {
          // Since the last look nothing else was known; an outage in between is no fault of the watch.
          const since = plan
            .filter(({ from, to }) => from < at - begun && to > last - begun)
            .reduce((time, { to }) => Math.max(time, begun + to), last);
          expect(at - since).toBeLessThanOrEqual(longest);
          expect(data.updateTime).toBeGreaterThan(at - 1000 - 10_000);
          last = at;
          world.seen.length = 0;
          if (++looks === 1000) before = heap();
          if (at > ends) break;
        }
        expect(tooEarly).toBe(0);
        expect(looks).toBeGreaterThan(1200 * hours);
        expect(heap() - before).toBeLessThan(4 * 2 ** 20);
        expect(events.get("missed")).toBeGreaterThan(0);
      },
    ),
    // To shrink a day would take days.
    { numRuns: 1, endOnFailure: true },
  );
}, 600_000);
