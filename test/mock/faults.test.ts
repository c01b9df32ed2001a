import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FaultRule, type Mock, startMock } from "../../src/mock/index.js";
import { call, outcome } from "../support/raw.js";

const um = "/papi/v1/um/account";

describe("when", () => {
  const sequence = async (mock: Mock, length: number, path = um) => {
    const seen: string[] = [];
    for (let n = 0; n < length; n++) seen.push(await outcome(mock, path));
    return seen.join(" ");
  };

  test.each<[when: Partial<FaultRule>, outcomes: string]>([
    [{}, "503 503 503 503 503"],
    [{ nth: 2 }, "200 503 200 200 200"],
    [{ nth: [1, 4] }, "503 200 200 503 200"],
    [{ times: 2 }, "503 503 200 200 200"],
    [{ probability: 0 }, "200 200 200 200 200"],
    [{ probability: 1, times: 1 }, "503 200 200 200 200"],
    [{ operation: "getCmAccount" }, "200 200 200 200 200"],
    [{ operation: "getUmAccount", nth: 1 }, "503 200 200 200 200"],
  ])("%o", async (when, outcomes) => {
    await using mock = await startMock({
      faults: [{ ...when, fault: "error", example: "overloaded" } as FaultRule],
    });
    expect(await sequence(mock, 5)).toBe(outcomes);
  });

  test("nth counts requests of the operation only", async () => {
    await using mock = await startMock({ faults: [{ operation: "getUmAccount", nth: 2, fault: "html" }] });
    expect(await sequence(mock, 3, "/papi/v1/cm/account")).toBe("200 200 200");
    expect(await sequence(mock, 3)).toBe("200 403 200");
  });

  test("ttl ends by the mock's clock", async () => {
    const now = 1_657_707_212_000;
    await using mock = await startMock({ now: () => now, faults: [{ fault: "html", ttl: 1000 }] });
    expect(await outcome(mock)).toBe("403");
    mock.clock.advance(1000);
    expect(await outcome(mock)).toBe("200");
  });

  test("the same seed gives the same sequence, another one another", async () => {
    const draw = async (options: { seed?: number; own?: number }) => {
      const rule = {
        fault: "html",
        probability: 0.5,
        ...(options.own !== undefined && { seed: options.own }),
      } as const;
      await using mock = await startMock({ faults: [rule], seed: options.seed });
      return await sequence(mock, 24);
    };
    expect(await draw({ seed: 7 })).toBe(await draw({ seed: 7 }));
    expect(await draw({ own: 7 })).toBe(await draw({ own: 7, seed: 99 }));
    expect(await draw({ seed: 7 })).not.toBe(await draw({ seed: 8 }));
    expect(await draw({})).toMatch(/200.*403|403.*200/);
  });

  test("the first that answers wins; those that change the way add up", async () => {
    await using mock = await startMock({
      faults: [
        { fault: "noWeightHeader" },
        { fault: "html", status: 451 },
        { fault: "empty" },
        { fault: "clockOffset", ms: 5000 },
      ],
    });
    const { status, headers } = await call(mock);
    expect([status, headers["x-mbx-used-weight-1m"]]).toEqual([451, undefined]);
    expect(mock.journal.entries.at(-1)?.faults).toEqual(["noWeightHeader", "html", "empty", "clockOffset"]);
  });
});

describe("durations", () => {
  // The journal is told of no duration, so they are seen through the same generator as the rules use.
  test("are fixed, between two bounds, or around a median, and the same for the same seed", async () => {
    const { Faults } = await import("../../src/mock/faults.js");
    const draws = (ms: object | number, seed: number, count = 2000) => {
      const faults = new Faults(seed, () => 0);
      faults.add({ fault: "delay", ms } as FaultRule);
      return Array.from(
        { length: count },
        () => faults.draw("getUmAccount", { isRefused: false })[0]?.drawnMs ?? -1,
      );
    };
    expect(new Set(draws(250, 1))).toEqual(new Set([250]));
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), fc.nat(), (a, b, seed) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const seen = draws({ min, max }, seed, 50);
        expect(Math.min(...seen)).toBeGreaterThanOrEqual(min);
        expect(Math.max(...seen)).toBeLessThanOrEqual(max);
        expect(draws({ min, max }, seed, 50)).toEqual(seen);
      }),
      { numRuns: 50 },
    );
    const sorted = draws({ median: 200, sigma: 0.5 }, 3).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;
    expect(at(0.5)).toBeGreaterThan(185);
    expect(at(0.5)).toBeLessThan(215);
    // One sigma above the median of a log-normal distribution is median × e^sigma.
    expect(at(0.841) / at(0.5)).toBeGreaterThan(1.5);
    expect(at(0.841) / at(0.5)).toBeLessThan(1.8);
  });
});
