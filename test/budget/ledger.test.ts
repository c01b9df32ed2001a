import fc from "fast-check";
import { expect, test } from "vitest";
import { isLease, type Lease, MemoryLedger } from "../../src/budget/ledger.js";
import { runs } from "../support/world.js";

const begin = 1_700_000_040_000;
const limit = 1000;

const deeds = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant("reserve" as const), weight: fc.integer({ min: 1, max: 60 }) }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("settle" as const),
        which: fc.nat(),
        header: fc.constantFrom("true" as const, "missing" as const, "garbage" as const),
      }),
    },
    fc.record({ do: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 30_000 }) }),
    fc.record({ do: fc.constant("stranger" as const), weight: fc.integer({ min: 1, max: 30 }) }),
  ),
  { maxLength: 200 },
);

test("whatever happens in whatever order: what a server counts of us never passes the limit, and nothing leaks", () => {
  fc.assert(
    fc.property(deeds, (steps) => {
      const ledger = new MemoryLedger({ limit, margin: 0 });
      let server = begin;
      const moment = () => ({ monotonic: server - begin, server });
      /** What the server has counted, by minute, with and without strangers. */
      const counted = new Map<number, { all: number; ours: number }>();
      const minute = () => {
        const at = Math.floor(server / 60_000);
        const entry = counted.get(at) ?? { all: 0, ours: 0 };
        counted.set(at, entry);
        return entry;
      };
      const flying: { lease: Lease; used: number; date: string }[] = [];
      for (const step of steps) {
        if (step.do === "pass") server += step.ms;
        else if (step.do === "stranger") minute().all += step.weight;
        else if (step.do === "reserve") {
          const answer = ledger.reserve(step.weight, moment());
          if (!isLease(answer)) {
            expect(answer.waitMs).toBeGreaterThan(0);
            expect(answer.waitMs).toBeLessThanOrEqual(60_000);
            continue;
          }
          minute().all += step.weight; // a server counts when the request arrives: here, at once
          minute().ours += step.weight;
          expect(minute().ours).toBeLessThanOrEqual(limit);
          flying.push({
            lease: answer,
            used: minute().all,
            date: new Date(server).toUTCString(),
          });
        } else if (flying.length > 0) {
          const [{ lease, used, date } = {} as (typeof flying)[number]] = flying.splice(
            step.which % flying.length,
            1,
          );
          lease.sent = true;
          lease.date = date;
          lease.used = step.header === "true" ? String(used) : step.header === "garbage" ? "soon" : null;
          ledger.settle(lease, moment());
        }
      }
      for (const { lease } of flying) ledger.settle(lease, moment());
      expect(ledger.state(moment()).reserved).toBe(0);
      // The next minute is as good as new.
      server = (Math.floor(server / 60_000) + 2) * 60_000;
      expect(ledger.state(moment())).toMatchObject({ used: 0, reserved: 0, limit });
      expect(isLease(ledger.reserve(limit, moment()))).toBe(true);
    }),
    { numRuns: runs(1000) },
  );
});

test("a request that was never sent costs nothing, however often", () => {
  const ledger = new MemoryLedger({ limit, margin: 0 });
  const moment = { monotonic: 0, server: begin };
  for (let i = 0; i < 1000; i++) ledger.settle(ledger.reserve(7, moment) as Lease, moment);
  expect(ledger.state(moment)).toEqual({
    ...{ used: 0, reserved: 0, limit, until: begin + 60_000 },
    room: limit,
  });
});

test("a clock that was an hour ahead, and is put right, begins the minute that it then is", () => {
  const ledger = new MemoryLedger({ limit, margin: 0 });
  const lease = ledger.reserve(500, { monotonic: 0, server: begin + 3_600_000 }) as Lease;
  ledger.settle(Object.assign(lease, { sent: true, used: "500", date: new Date(begin).toUTCString() }), {
    monotonic: 10,
    server: begin,
  });
  expect(ledger.state({ monotonic: 10, server: begin })).toMatchObject({ used: 500, until: begin + 60_000 });
});

test("a minute that is known a little less exactly than before is still the same", () => {
  const ledger = new MemoryLedger({ limit, margin: 0 });
  ledger.settle(
    Object.assign(ledger.reserve(900, { monotonic: 0, server: begin }) as Lease, { sent: true, used: "900" }),
    { monotonic: 1, server: begin + 1 },
  );
  expect(isLease(ledger.reserve(101, { monotonic: 2, server: begin - 300 }))).toBe(false);
});

test("a 429 with next to nothing used is no lower limit, and a lower limit is forgotten after two minutes", () => {
  const ledger = new MemoryLedger({ limit, margin: 0 });
  const overspent = (used: string) =>
    ledger.overspent(
      { weight: 5, minute: begin / 60_000, sent: true, used },
      { monotonic: 0, server: begin },
    );
  ledger.state({ monotonic: 0, server: begin });
  overspent("24");
  expect(ledger.state({ monotonic: 0, server: begin }).limit).toBe(limit);
  overspent("205");
  expect(ledger.state({ monotonic: 119_999, server: begin }).limit).toBe(200);
  expect(ledger.state({ monotonic: 120_000, server: begin }).limit).toBe(limit);
});

test("room is what may be reserved, and no more", () => {
  const moment = { monotonic: 0, server: begin };
  for (const spent of [1, 300, limit * 0.9 - 1]) {
    const of = () => {
      const ledger = new MemoryLedger({ limit, margin: 0.05 });
      const lease = Object.assign(ledger.reserve(spent, moment) as Lease, {
        sent: true,
        used: String(spent),
      });
      ledger.settle(lease, moment);
      return ledger;
    };
    const { room } = of().state(moment);
    expect(room).toBeGreaterThan(0);
    expect(isLease(of().reserve(room, moment) as Lease)).toBe(true);
    expect(isLease(of().reserve(room + 1, moment) as Lease)).toBe(false);
  }
});
