import { invalidArgument } from "../errors.js";
import { ownProperties } from "../input.js";
import type { OperationId } from "../types.js";
import { errorExamples, examples } from "./document.js";
import { mustBe, oneOf, shown } from "./messages.js";

/** When a fault happens. Without `nth` and `probability`: at each request. */
export interface When {
  /** Only for this operation; for all of them when left out. */
  operation?: OperationId | undefined;
  /** Only at these requests, counted from 1 since the rule was added. */
  nth?: number | readonly number[] | undefined;
  /** At this share of requests, 0 to 1; `seed` decides which. */
  probability?: number | undefined;
  /** The same seed gives the same sequence; default: the seed of the mock. */
  seed?: number | undefined;
  /** At most so often. */
  times?: number | undefined;
  /** For so long, in ms of the mock's clock since the rule was added. */
  ttl?: number | undefined;
}

/** How long a delay takes, in ms: always the same, uniform between two, or log-normal around a median (`sigma` default 0.5). */
export type Duration = number | { min: number; max: number } | { median: number; sigma?: number };

/** What breaks. The first group answers in Binance's place, the second changes how an answer arrives. */
export type Breakage =
  /** An error of the document by the name of its example, such as `overloaded`, with its status (503 for a 5XX) or another, also 200. */
  | { fault: "error"; example: string; status?: number | undefined }
  /** A page of a firewall; status 403. */
  | { fault: "html"; status?: number | undefined }
  /** No body; status 200, or such as 202. */
  | { fault: "empty"; status?: number | undefined }
  /** 200 with JSON that is not what the operation answers. */
  | { fault: "wrongShape" }
  /** 302, or another status, to this address; default: a place of the mock that notes who follows. */
  | { fault: "redirect"; status?: number | undefined; to?: string | undefined }
  /** Waits before it answers. */
  | { fault: "delay"; ms: Duration }
  /** The body in ten parts over so many ms. */
  | { fault: "slowBody"; ms: Duration }
  /** Half of the body, then the end of the connection. */
  | { fault: "truncatedBody" }
  /** A connection reset before, within or after the headers. */
  | { fault: "reset"; when?: "beforeHeaders" | "duringHeaders" | "afterHeaders" | undefined }
  /** Never answers. */
  | { fault: "hang" }
  /** `Date` is off by so many ms. */
  | { fault: "clockOffset"; ms: number }
  /** `X-MBX-USED-WEIGHT-1M` is missing. */
  | { fault: "noWeightHeader" };

/** Something the mock breaks on purpose, and when. */
export type FaultRule = When & Breakage;

/** A breakage as it happens now, its duration drawn. */
export type DrawnFault = Breakage & { drawnMs: number };

/** Faults that respond in Binance's place; all others change how a response arrives. */
const responding: readonly Breakage["fault"][] = ["error", "html", "empty", "wrongShape", "redirect"];

const whenNames = ["operation", "nth", "probability", "seed", "times", "ttl"];
const breakageNames: Record<Breakage["fault"], string[]> = {
  error: ["example", "status"],
  html: ["status"],
  empty: ["status"],
  wrongShape: [],
  redirect: ["status", "to"],
  delay: ["ms"],
  slowBody: ["ms"],
  truncatedBody: [],
  reset: ["when"],
  hang: [],
  clockOffset: ["ms"],
  noWeightHeader: [],
};

/** Names of all faults. */
export const faultNames = Object.keys(breakageNames) as Breakage["fault"][];

interface Active {
  rule: FaultRule;
  random: () => number;
  addedAt: number;
  seen: number;
  fired: number;
}

/** The faults of one account. */
export class Faults {
  #active: Active[] = [];
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
   * @throws {BinanceError} INVALID_ARGUMENT that names what is wrong; then none is added.
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

  /** Draws what happens to this request. One that was refused meets no fault that responds, and does not count for it. */
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
      return [{ ...rule, drawnMs: "ms" in rule ? durationOf(rule.ms, random, share) : 0 }];
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

function checkRule(given: FaultRule): FaultRule {
  const rule = ownProperties(given) as Partial<Record<string, unknown>> | undefined;
  if (!rule) throw mustBe("A fault", 'an object such as { fault: "hang" }', given);
  const name = rule.fault as Breakage["fault"];
  if (!faultNames.includes(name)) throw invalidArgument(`Unknown fault ${shown(name)}. ${oneOf(faultNames)}`);
  const known = ["fault", ...whenNames, ...breakageNames[name]];
  const unknown = Object.keys(rule).find((field) => !known.includes(field));
  if (unknown !== undefined)
    throw invalidArgument(`The fault ${name} has an unknown field \`${unknown}\`. ${oneOf(known)}`);
  const expect = (field: string, what: string, test: (value: never) => boolean) => {
    const value = rule[field];
    if (value !== undefined && !test(value as never))
      throw mustBe(`\`${field}\` of the fault ${name}`, what, value);
  };
  const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;
  expect("operation", `one of ${Object.keys(examples).join(", ")}`, (value) =>
    Object.hasOwn(examples, value),
  );
  expect("nth", "an integer of at least 1, or a list of them", (value: unknown) =>
    [value].flat().every(isCount),
  );
  expect("probability", "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  expect("seed", "an integer", Number.isSafeInteger);
  expect("times", "an integer of at least 1", isCount);
  expect("ttl", "a number of ms above 0", (value) => value > 0);
  expect("when", "beforeHeaders, duringHeaders or afterHeaders", (value) =>
    ["beforeHeaders", "duringHeaders", "afterHeaders"].includes(value),
  );
  expect("to", "an address", (value) => typeof value === "string");
  const [least, most] = name === "redirect" ? [300, 399] : [200, 599];
  expect(
    "status",
    `a status from ${least} to ${most}`,
    (value: number) => isCount(value) && value >= least && value <= most,
  );
  if (name === "error" && !Object.hasOwn(errorExamples, String(rule.example)))
    throw invalidArgument(
      `\`example\` of the fault error must be a documented error; received ${shown(rule.example)}. ${oneOf(Object.keys(errorExamples))}`,
    );
  if (
    name === "clockOffset"
      ? !Number.isFinite(rule.ms)
      : breakageNames[name].includes("ms") && !isDuration(rule.ms)
  )
    throw mustBe(
      `\`ms\` of the fault ${name}`,
      name === "clockOffset" ? "a number" : "a number, { min, max } or { median, sigma }",
      rule.ms,
    );
  return structuredClone({ ...rule }) as unknown as FaultRule;
}

function isDuration(ms: unknown): ms is Duration {
  const within = (value: unknown) => typeof value === "number" && value >= 0 && value < 2 ** 31;
  if (within(ms)) return true;
  const { min, max, median, sigma = 0.5, ...rest } = ownProperties(ms) ?? { rest: 1 };
  if (Object.keys(rest).length > 0) return false;
  if (median !== undefined) return within(median) && within(sigma) && min === undefined && max === undefined;
  return within(min) && within(max) && (min as number) <= (max as number);
}
