import { Budget } from "../budget/budget.js";
import { type Client, createClient } from "../client.js";
import { checkedNow } from "../clock.js";
import { invalidArgument } from "../errors.js";
import { oneOf, ownProperties, readFunction } from "../input.js";
import type { ClientOptions } from "../options.js";
import type { ServerName } from "../types.js";
import { MockClock } from "./clock.js";
import { copyOf } from "./copy.js";
import type { FaultRule } from "./fault-rules.js";
import { Faults } from "./faults.js";
import { Journal } from "./journal.js";
import { Ledger, type WeightLimits } from "./ledger.js";
import { readLimits } from "./limits.js";
import { mustBe, shown } from "./messages.js";
import type { MockKey } from "./mock-key.js";
import { type Responses, readState } from "./responses.js";
import { accounts, type Scenario } from "./scenarios.js";
import { type MockState, patch } from "./state.js";
import { createTime, type SharedTime } from "./time.js";
import { QuietTimes, Warnings } from "./warnings.js";

/** How an account of the mock begins. */
export interface AccountOptions {
  /** The account to begin with. @default "oneWay", which Binance's pages print */
  scenario?: Scenario | undefined;
  /** Changes to that account, as in `set()`. */
  state?: MockState | undefined;
  /** What breaks, and when. */
  faults?: readonly FaultRule[] | undefined;
  /** Decides what `probability` leaves open; the same seed gives the same sequence. @default 1 */
  seed?: number | undefined;
  /** Weight per minute, by server. @default what the document says */
  limits?: { readonly [Server in ServerName]?: number } | undefined;
  /** Refused requests after which the address is banned, or banned for longer; assumed. @default 10 */
  patience?: number | undefined;
  /** The clock of the exchange, in ms since 1970. @default that of this machine */
  now?: (() => number) | undefined;
}

/** Options of an account with a key of your own, of any kind; without one it gets a throw-away HMAC key. */
export type NewAccount = AccountOptions &
  (MockKey | ({ apiKey?: undefined } & Pick<MockKey, "servers" | "addresses">));

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

/** What `createClient` needs to reach an account. */
export interface MockCredentials {
  baseUrl: string;
  apiKey: string;
  secret: string;
  /** Pause and weight of this account's clients, apart from those of others; of all accounts where they share their limits. */
  budget: Budget;
  /** Trust in the certificate that the mock made, if it did. */
  tls?: { ca: string };
}

/** Limits that all accounts of a mock have together. @internal */
export interface SharedLimits {
  ledger: Ledger;
  quiet: QuietTimes;
  budget: Budget;
  now: () => number;
}

/** What an account has of its mock. @internal */
export interface Surroundings {
  /** Where the mock listens; known once it does. */
  address: { url: string; ca: string | undefined };
  shared?: SharedLimits | undefined;
}

/** What one API key sees: an account, limits, faults and a journal of its own. */
export class MockAccount {
  /** Sent as `X-MBX-APIKEY`; give it to the client as `apiKey`. */
  readonly apiKey: string;
  /** Its secret; empty where the mock knows a public key. */
  readonly secret: string;
  readonly clock: MockClock;
  /** Options of `createClient` that make pauses pass at once: `mock.client({ ...mock.time })`. */
  readonly time: SharedTime;
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
  readonly #surroundings: Surroundings;
  #budget = new Budget();
  #scenario: Scenario = "oneWay";
  #responses!: Responses;
  #waiting = new AbortController();

  /** @internal */
  constructor(
    key: { apiKey: string; secret?: string | undefined },
    options: AccountOptions,
    surroundings: Surroundings,
  ) {
    const { now, seed = 1, faults = [], limits, patience, ...begin } = options;
    const { shared } = surroundings;
    if (shared && (limits !== undefined || patience !== undefined))
      throw invalidArgument(
        "`limits` and `patience` of one account cannot be set where all share their limits; use `setLimits`.",
      );
    this.apiKey = key.apiKey;
    this.secret = key.secret ?? "";
    this.#surroundings = surroundings;
    this.#begin = { ...begin, faults, limits: shared?.ledger.limits ?? readLimits(limits, patience) };
    this.clock = new MockClock(checkedNow(readFunction("now", now) ?? Date.now));
    this.time = createTime(this.clock);
    if (!Number.isSafeInteger(seed)) throw mustBe("`seed`", "an integer", seed);
    this.faults = new Faults(seed, this.clock.now);
    this.ledger = shared?.ledger ?? new Ledger(this.#begin.limits);
    this.warnings = new Warnings(this.limitTime, shared?.quiet ?? new QuietTimes());
    if (!Array.isArray(faults)) throw mustBe("`faults`", "a list of rules", faults);
    this.#restart();
  }

  /** Address of the mock; give it to the client as `baseUrl`. */
  get url(): string {
    return this.#surroundings.address.url;
  }

  /** Authority of the certificate that the mock made, as PEM; undefined without `tls`, or with a certificate of yours. */
  get ca(): string | undefined {
    return this.#surroundings.address.ca;
  }

  /**
   * What `createClient` needs to reach this account.
   * @throws {BinanceError} INVALID_ARGUMENT if the mock knows a public key: the private key is with you.
   * @example const binance = createClient({ ...mock.credentials, timeout: 1000 });
   */
  get credentials(): MockCredentials {
    const { apiKey, secret, url: baseUrl } = this;
    if (secret !== "") return { baseUrl, apiKey, secret, budget: this.#sharedBudget, ...this.#trust };
    throw invalidArgument(
      "`credentials` must be those of an HMAC key; this account has a public key. Use `url`, `apiKey` and your private key.",
    );
  }

  /**
   * Creates a client of this account; of an RSA or Ed25519 key it needs the `privateKey`.
   * @example const binance = mock.client({ ...mock.time });
   */
  client(options: Partial<ClientOptions> = {}): Client {
    const { apiKey, url: baseUrl, secret } = this;
    const own: Record<string, unknown> = { ...options };
    const signsItself = ["privateKey", "sign", "secret"].some((name) => own[name] !== undefined);
    const key =
      own.credentials !== undefined ? {} : { apiKey, ...(!signsItself && secret !== "" && { secret }) };
    const address = own.servers === undefined ? { baseUrl } : {};
    const trust = own.agent === undefined && own.fetch === undefined ? this.#trust : {};
    return createClient({
      ...{ ...address, ...key, budget: this.#sharedBudget, ...trust },
      ...own,
    } as ClientOptions);
  }

  get #trust(): { tls?: { ca: string } } {
    return this.ca === undefined ? {} : { tls: { ca: this.ca } };
  }

  get #sharedBudget(): Budget {
    return this.#surroundings.shared?.budget ?? this.#budget;
  }

  /** Name of the scenario that the state began with. */
  get scenario(): Scenario {
    return this.#scenario;
  }

  /** What is held, and prices: everything that responses are derived from. */
  get state(): MockState {
    return copyOf(this.#responses.state);
  }

  /**
   * Changes the state; the next response of every operation follows. Objects are merged, lists replaced, `null` removes.
   * With `scenario` it begins from that account.
   * @throws {BinanceError} INVALID_ARGUMENT if the state does not lead to documented responses; then nothing changes.
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

  /** Refused requests after which the address is banned, or banned for longer. */
  get patience(): number {
    return this.ledger.limits.patience;
  }

  /** Sets the weight per minute, by server, and the patience from now on; use and bans are forgotten. */
  setLimits(
    limits: { readonly [Server in ServerName]?: number },
    patience = this.ledger.limits.patience,
  ): void {
    this.ledger.limits = readLimits(limits, patience, this.ledger.limits.weights);
    this.ledger.clear();
    this.warnings.clear();
  }

  /**
   * Goes back to the state, clock, limits and faults that it began with, empties the journal and ends requests that wait.
   * Limits that accounts share stay as they are.
   */
  reset(): void {
    this.#restart();
    this.#waiting.abort();
    this.#waiting = new AbortController();
  }

  /** @internal */
  get responses(): Responses {
    return this.#responses;
  }

  /** Aborts when requests that wait have to end. @internal */
  get waiting(): AbortSignal {
    return this.#waiting.signal;
  }

  /** The time by which limits are counted. @internal */
  readonly limitTime = (): number => (this.#surroundings.shared?.now ?? this.clock.now)();

  #restart(): void {
    const { scenario, state, faults, limits } = this.#begin;
    this.#start(scenario, state);
    this.clock.reset();
    this.faults.clear();
    this.faults.add(...faults);
    this.journal.clear();
    this.warnings.clear();
    if (this.#surroundings.shared) return;
    this.ledger.limits = limits;
    this.ledger.clear();
    this.#budget = new Budget();
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
