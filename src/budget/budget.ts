import { servers } from "../../generated/operations.js";
import { mustBe, readNames } from "../input.js";
import type { ServerName } from "../types.js";
import { Gate } from "./gate.js";
import { type Ledger, MemoryLedger, type Rules } from "./ledger.js";

/** Keeps the weight of many processes, as `redisStore` of `binance-accounts/redis` does. */
export interface BudgetStore {
  /** @internal */
  ledger(name: string, rules: Rules): Ledger;
}

export interface BudgetOptions {
  /** Weight per minute, by server. @default those of the document */
  limits?: { [Name in ServerName]?: number | undefined } | undefined;
  /** Share of the limit that is left alone, from 0 to below 1. @default 0.05 */
  margin?: number | undefined;
  /** Shares the budget with other processes and machines. */
  store?: BudgetStore | undefined;
}

/** Pause, ban, weight and retries of each server, for all clients that have it. */
export class Budget {
  readonly #options: BudgetOptions;
  readonly #gates = new Map<string, Gate>();

  constructor(options: BudgetOptions = {}) {
    this.#options = options;
  }

  /** @internal The gate of the server at an address. */
  gate(server: ServerName, address: string): Gate {
    const name = `${server} ${new URL(address).host}`;
    const { limits, margin = 0.05, store } = this.#options;
    const rules = { limit: limits?.[server] ?? servers[server].weightLimit, margin };
    const gate = this.#gates.get(name) ?? new Gate(store?.ledger(name, rules) ?? new MemoryLedger(rules));
    this.#gates.set(name, gate);
    return gate;
  }
}

/**
 * A budget for the clients that are given it, apart from all others: `createClient({ …, budget })`.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for an option that is misspelt or out of range.
 */
export function createBudget(options: BudgetOptions = {}): Budget {
  const { limits, margin, store } = readNames("createBudget", options, ["limits", "margin", "store"]);
  const read = limits && readNames("`limits`", limits, Object.keys(servers));
  for (const [name, limit] of Object.entries(read ?? {}))
    if (!(Number.isInteger(limit) && Number(limit) > 0))
      throw mustBe(`\`limits.${name}\``, "an integer above 0", limit);
  if (margin !== undefined && !(margin >= 0 && margin < 1))
    throw mustBe("`margin`", "a number from 0 to below 1", margin);
  if (store !== undefined && typeof store.ledger !== "function")
    throw mustBe("`store`", "what `redisStore()` returns", store);
  return new Budget({ limits: read, margin, store });
}

const byText = new Map<string, Budget>();
const byObject = new WeakMap<object, Budget>();

/** The budget of all clients of this process that leave it the same way: by an address, a proxy, or a function or agent of the user's. */
export function sharedBudget(way: string | object): Budget {
  const budgets: Pick<Map<string | object, Budget>, "get" | "set"> = typeof way === "string"
    ? (byText as Map<string | object, Budget>)
    : (byObject as never);
  const budget = budgets.get(way) ?? new Budget();
  budgets.set(way, budget);
  return budget;
}
