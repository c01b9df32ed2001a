import { servers } from "../../generated/operations.js";
import { checkedNow } from "../clock.js";
import { invalidArgument } from "../errors.js";
import { ownProperties, readFunction } from "../input.js";
import type { ServerName } from "../types.js";
import { MockClock } from "./clock.js";
import type { FaultRule } from "./fault-rules.js";
import { Faults } from "./faults.js";
import { Journal } from "./journal.js";
import { Ledger, type WeightLimits } from "./ledger.js";
import { mustBe, oneOf, shown } from "./messages.js";
import { type Responses, readState } from "./responses.js";
import { accounts, type Scenario } from "./scenarios.js";
import { type MockState, patch } from "./state.js";
import { Warnings } from "./warnings.js";

/** How an account of the mock begins. */
export interface AccountOptions {
  /** The account to begin with; default `oneWay`, what Binance prints. */
  scenario?: Scenario | undefined;
  /** Changes to that account, as in `set()`. */
  state?: MockState | undefined;
  /** What breaks, and when. */
  faults?: readonly FaultRule[] | undefined;
  /** Decides what `probability` leaves open; the same seed gives the same sequence. Default 1. */
  seed?: number | undefined;
  /** Weight per minute, by server; default: what the document says. */
  limits?: { readonly [Server in ServerName]?: number } | undefined;
  /** Refused requests that pass before the address is banned (for longer); default 10, assumed. */
  patience?: number | undefined;
  /** The clock of the exchange, in ms since 1970; default: that of this machine. */
  now?: (() => number) | undefined;
}

export const accountOptionNames = [
  "scenario",
  "state",
  "faults",
  "seed",
  "limits",
  "patience",
  "now",
] as const;

/** Names that `scenario` takes. */
export const scenarios = Object.keys(accounts) as Scenario[];

/** What one API key sees: an account, limits, faults and a journal of its own. */
export class MockAccount {
  /** Send it as `X-MBX-APIKEY`, and give it to the client as `apiKey`. */
  readonly apiKey: string;
  /** Its secret; undefined where the mock knows a public key. */
  readonly secret: string | undefined;
  readonly clock: MockClock;
  readonly faults: Faults;
  readonly journal = new Journal();
  /** @internal */
  readonly ledger: Ledger;
  /** @internal */
  readonly warnings: Warnings;
  readonly #begin: Pick<AccountOptions, "scenario" | "state"> & {
    faults: readonly FaultRule[];
    limits: WeightLimits;
  };
  #scenario: Scenario = "oneWay";
  #responses!: Responses;

  /** @internal */
  constructor(key: { apiKey: string; secret?: string | undefined }, options: AccountOptions) {
    const { now, seed = 1, faults = [], limits = {}, patience = 10, ...begin } = options;
    this.apiKey = key.apiKey;
    this.secret = key.secret;
    this.#begin = {
      ...begin,
      faults,
      limits: { weights: readLimits(limits), patience: count("patience", patience) },
    };
    this.clock = new MockClock(checkedNow(readFunction("now", now) ?? Date.now));
    if (!Number.isSafeInteger(seed)) throw mustBe("`seed`", "an integer", seed);
    this.faults = new Faults(seed, this.clock.now);
    this.warnings = new Warnings(this.clock.now);
    this.ledger = new Ledger(this.#begin.limits);
    if (!Array.isArray(faults)) throw mustBe("`faults`", "a list of rules", faults);
    this.reset();
  }

  /** Name of the scenario that the state began with. */
  get scenario(): Scenario {
    return this.#scenario;
  }

  /** What is held, and prices: everything that answers are derived from. */
  get state(): MockState {
    return structuredClone(this.#responses.state);
  }

  /**
   * Changes the state; the next answer of every operation follows. Objects are merged, lists replaced, `null` removes.
   * With `scenario` it begins from that account.
   * @throws {BinanceError} INVALID_ARGUMENT for a state that does not lead to answers as documented; then nothing changes.
   * @example mock.set({ markPrices: { BTCUSDT: "49000" } });
   */
  set(changes: { [Name in keyof MockState]: MockState[Name] | null } & { scenario?: Scenario }): void {
    const own = ownProperties(changes);
    if (!own) throw mustBe("A state", "an object", changes);
    const { scenario, ...state } = own;
    if (scenario !== undefined) this.#start(scenario, state);
    else this.#responses = readState(patch(this.#responses.state, state));
  }

  /** Weight per minute, by server. */
  get limits(): { readonly [server: string]: number } {
    return this.ledger.limits.weights;
  }

  /** Weight per minute from now on; use and bans are forgotten. */
  setLimits(
    limits: { readonly [Server in ServerName]?: number },
    patience = this.ledger.limits.patience,
  ): void {
    this.ledger.limits = {
      weights: { ...this.ledger.limits.weights, ...readLimits(limits, {}) },
      patience: count("patience", patience),
    };
    this.ledger.clear();
    this.warnings.clear();
  }

  /** State, clock, limits and faults as they began; the journal is empty. */
  reset(): void {
    const { scenario, state, faults, limits } = this.#begin;
    this.#start(scenario, state);
    this.clock.reset();
    this.faults.clear();
    this.faults.add(...faults);
    this.journal.clear();
    this.ledger.limits = limits;
    this.ledger.clear();
    this.warnings.clear();
  }

  /** @internal */
  get responses(): Responses {
    return this.#responses;
  }

  #start(scenario: unknown = "oneWay", state: unknown = {}): void {
    if (!scenarios.includes(scenario as Scenario))
      throw invalidArgument(`Unknown scenario ${shown(scenario)}. ${oneOf(scenarios)}`);
    const begin = accounts[scenario as Scenario]();
    if (!ownProperties(state)) throw mustBe("`state`", "an object", state);
    this.#responses = readState(patch<MockState>(begin, state));
    this.#scenario = scenario as Scenario;
  }
}

const documentedLimits = Object.fromEntries(
  Object.entries(servers).map(([name, { weightLimit }]) => [name, weightLimit]),
);

function readLimits(
  given: unknown,
  defaults: Record<string, number> = documentedLimits,
): Record<string, number> {
  const own = ownProperties(given);
  if (!own) throw mustBe("`limits`", "an object such as { papi: 100 }", given);
  for (const [name, weight] of Object.entries(own)) {
    if (!Object.hasOwn(servers, name))
      throw invalidArgument(
        `\`limits\` has an unknown server ${shown(name)}. ${oneOf(Object.keys(servers))}`,
      );
    count(`limits.${name}`, weight);
  }
  return { ...defaults, ...(own as Record<string, number>) };
}

function count(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw mustBe(`\`${name}\``, "an integer of at least 0", value);
}
