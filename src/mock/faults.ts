import type { OperationId } from "../types.js";
import { type Breakage, checkRule, type Duration, type FaultRule } from "./fault-rules.js";

/** A breakage as it happens now: its duration drawn, and how often its rule has happened, this time included. */
export type DrawnFault = Breakage & { drawnMs: number; count: number };

/** Faults that respond in Binance's place; all others change how a response arrives. */
const responding: readonly Breakage["fault"][] = ["error", "html", "empty", "wrongShape", "redirect"];

interface ActiveRule {
  rule: FaultRule;
  random: () => number;
  addedAt: number;
  seen: number;
  fired: number;
}

/** The faults of one account. */
export class Faults {
  #active: ActiveRule[] = [];
  readonly #seed: number;
  readonly #now: () => number;

  constructor(seed: number, now: () => number) {
    this.#seed = seed;
    this.#now = now;
  }

  /** Rules in force, as given. */
  get rules(): readonly FaultRule[] {
    return this.#active.map(({ rule }) => rule);
  }

  /**
   * Adds rules behind those that are there.
   * @throws {BinanceError} INVALID_ARGUMENT if a rule is wrong; then none is added.
   * @example mock.faults.add({ fault: "error", status: 503, code: -1008, msg: "Server is busy.", times: 2 });
   */
  add(...rules: FaultRule[]): void {
    const added = rules.map((rule, index) => {
      const checked = checkRule(rule);
      const random = randomFrom(checked.seed ?? this.#seed + this.#active.length + index);
      return { rule: checked, random, addedAt: this.#now(), seen: 0, fired: 0 };
    });
    this.#active.push(...added);
  }

  /** Ends all faults. */
  clear(): void {
    this.#active = [];
  }

  /**
   * Draws what happens to this request. One that was refused meets no fault that responds, and does not count for it.
   * @internal
   */
  draw(operationId: OperationId, { isRefused }: { isRefused: boolean }): DrawnFault[] {
    const now = this.#now();
    return this.#active.flatMap((active) => {
      const { rule, random, addedAt } = active;
      if (rule.operation !== undefined && rule.operation !== operationId) return [];
      if (isRefused && responding.includes(rule.fault)) return [];
      active.seen += 1;
      // Drawn for each request, so that the sequence does not depend on what else happens.
      const [chance, share] = [random(), gaussian(random)];
      const ended = active.fired >= (rule.times ?? Infinity) || now - addedAt >= (rule.ttl ?? Infinity);
      if (
        ended ||
        (rule.nth !== undefined && ![rule.nth].flat().includes(active.seen)) ||
        chance >= (rule.probability ?? 1)
      )
        return [];
      active.fired += 1;
      const drawnMs = "ms" in rule ? durationOf(rule.ms, random, share) : 0;
      return [{ ...rule, drawnMs, count: active.fired }];
    });
  }
}

function durationOf(ms: Duration, random: () => number, normal: number): number {
  if (typeof ms === "number") return ms;
  if ("median" in ms) return Math.round(ms.median * Math.exp((ms.sigma ?? 0.5) * normal));
  return Math.round(ms.min + random() * (ms.max - ms.min));
}

/** A small generator of numbers from 0 to 1 that a seed repeats (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Box and Muller's way to the normal distribution. */
const gaussian = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
