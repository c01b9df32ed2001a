import { createRequire } from "node:module";
import { BinanceError, invalidArgument } from "../errors.js";
import { ownProperties } from "../input.js";
import { operationIds } from "../operations.js";
import type { AccountOptions, MockAccount } from "./account.js";
import type { MockExchange } from "./exchange.js";
import type { FaultRule } from "./fault-rules.js";
import { rules } from "./gate.js";
import { mustBe, oneOf } from "./messages.js";
import type { MockState } from "./state.js";

/** What the control addresses act on. */
export interface Controlled extends MockExchange {
  /** Web origins beyond this machine whose pages may call the exchange, but not control it. */
  origins: readonly string[];
  /** The account of requests whose API key nobody has. */
  first: MockAccount;
  /** Another account with a throw-away key of its own. */
  createAccount(options: AccountOptions): MockAccount;
}

export interface ControlRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  text: string;
}

const { version } = createRequire(import.meta.url)("binance-accounts/package.json") as { version: string };

type Action = (account: MockAccount, body: unknown, mock: Controlled) => unknown;

/** What can be asked of the mock itself. All but health, rules and keys act on the account of the header X-MBX-APIKEY, else on the first. */
const actions: Record<string, { does: string; act: Action }> = {
  "GET /__mock": {
    does: "this list",
    act: () => Object.fromEntries(Object.entries(actions).map(([name, { does }]) => [name, does])),
  },
  "GET /__mock/health": {
    does: "whether it is ready",
    act: () => ({ status: "ok", mock: true, version, operations: operationIds }),
  },
  "GET /__mock/rules": {
    does: "what is refused, in this order, and where that is known from",
    act: () =>
      rules.map(({ status, code, rule, page }) => ({
        status,
        code,
        rule,
        source: page ? "documented" : "assumed",
        ...(page && { page }),
      })),
  },
  "POST /__mock/keys": {
    does: "another account with a key of its own; takes the options of an account, such as { scenario }",
    act: (_, body, mock) => {
      const { apiKey, secret } = mock.createAccount(record(body ?? {}) as AccountOptions);
      return { apiKey, secret };
    },
  },
  "GET /__mock/state": { does: "what the account holds", act: (account) => account.state },
  "PUT /__mock/state": {
    does: "another state: changes to a scenario (default oneWay)",
    act: (account, body) => changed(account, { scenario: "oneWay", ...record(body) }),
  },
  "PATCH /__mock/state": {
    does: "changes to the present state; null removes",
    act: (account, body) => changed(account, record(body)),
  },
  "GET /__mock/faults": { does: "faults in force", act: ({ faults }) => faults.rules },
  "PUT /__mock/faults": {
    does: "these faults in place of all others",
    act: ({ faults }, body) => {
      const before = faults.rules;
      faults.clear();
      try {
        faults.add(...list(body));
      } catch (error) {
        faults.add(...before);
        throw error;
      }
      return faults.rules;
    },
  },
  "POST /__mock/faults": {
    does: "more faults: one rule or a list",
    act: ({ faults }, body) => {
      faults.add(...list(Array.isArray(body) ? body : [body]));
      return faults.rules;
    },
  },
  "DELETE /__mock/faults": { does: "no more faults", act: ({ faults }) => faults.clear() },
  "GET /__mock/journal": {
    does: "requests as received, their warnings, and weights spent",
    act: ({ journal: { entries, warnings, weights } }) => ({ entries, warnings, weights }),
  },
  "DELETE /__mock/journal": { does: "an empty journal", act: ({ journal }) => journal.clear() },
  "GET /__mock/clock": { does: "the mock's time in ms", act: ({ clock }) => ({ now: clock.now() }) },
  "PUT /__mock/clock": {
    does: "another time: { now } or { advance }, in ms",
    act: ({ clock }, body) => {
      const { now, advance, ...rest } = record(body);
      if (Object.keys(rest).length > 0 || (now === undefined) === (advance === undefined))
        throw invalidArgument(`The body must be { now } or { advance }, in ms; received ${text(body)}.`);
      if (now !== undefined) clock.set(now as number);
      else clock.advance(advance as number);
      return { now: clock.now() };
    },
  },
  "PUT /__mock/limits": {
    does: "weight per minute by server, such as { papi: 100 }; use and bans are forgotten",
    act: (account, body) => {
      account.setLimits(record(body));
      return account.limits;
    },
  },
  "POST /__mock/reset": {
    does: "state, faults, clock and limits as at the start, journal empty",
    act: (account) => account.reset(),
  },
};

/** Answers a request for the mock itself. */
export function control(
  mock: Controlled,
  { method, path, headers, text }: ControlRequest,
): { status: number; body?: unknown } {
  const action = actions[`${method} ${path.replace(/\/$/, "")}`];
  if (!action)
    return problem(404, `Unknown control request ${method} ${path}. ${oneOf(Object.keys(actions))}`);
  const apiKey = headers["x-mbx-apikey"];
  const account = apiKey === undefined ? mock.first : mock.accounts.get(apiKey);
  if (!account)
    return problem(401, "`X-MBX-APIKEY` must be the key of an account; received a key that no account has.");
  try {
    const body = action.act(account, text === "" ? undefined : JSON.parse(text), mock);
    return body === undefined ? { status: 204 } : { status: 200, body };
  } catch (error) {
    if (error instanceof SyntaxError) return problem(400, `The body must be JSON: ${error.message}`);
    if (error instanceof BinanceError) return problem(400, error.message);
    throw error;
  }
}

const text = (body: unknown) => JSON.stringify(body)?.slice(0, 100) ?? "no body";

const problem = (status: number, title: string) => ({ status, body: { title } });

function changed(account: MockAccount, changes: object): unknown {
  account.set(changes as MockState);
  return account.state;
}

function record(body: unknown): Record<string, unknown> {
  const own = ownProperties(body);
  if (!own) throw mustBe("The body", "a JSON object", body);
  return own;
}

function list(body: unknown): FaultRule[] {
  if (!Array.isArray(body)) throw mustBe("The body", "a JSON list of faults", body);
  return body as FaultRule[];
}
