import { createRequire } from "node:module";
import { invalidArgument } from "../errors.js";
import { oneOf, ownProperties } from "../input.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import type { MockAccount, NewAccount } from "./account.js";
import type { MockExchange } from "./exchange.js";
import type { FaultRule } from "./fault-rules.js";
import { rules } from "./gate.js";
import type { JournalEntry } from "./journal-entry.js";
import { mustBe, shown } from "./messages.js";
import type { KnownSecrets } from "./redaction.js";
import type { MockState } from "./state.js";

/** What the control interface acts on. */
export interface Controlled extends MockExchange {
  secrets: KnownSecrets;
  /** Web origins beyond this machine whose pages may call the exchange, but not control it. */
  origins: readonly string[];
  /** Address that the mock listens on, and whether other machines may reach it. */
  host: string;
  allowRemote: boolean;
  shareLimits: boolean;
  /** The account whose journal holds requests with an unknown API key. */
  first: MockAccount;
  createAccount(options: NewAccount): MockAccount;
  removeAccount(account: MockAccount): void;
}

/** What an action acts on. */
interface Subject {
  account: MockAccount;
  body: unknown;
  query: Record<string, string>;
  mock: Controlled;
  headers: Record<string, string>;
}

interface Action {
  does: string;
  /** Query parameters that it reads. */
  query?: readonly string[];
  act(subject: Subject): unknown;
}

const require = createRequire(import.meta.url);
const { version } = require("binance-accounts/package.json") as { version: string };

/** A response body that is no JSON. */
export class TypedText {
  readonly text: string;
  readonly type: string;

  constructor(text: string, type: string) {
    this.text = text;
    this.type = type;
  }
}

/**
 * The control interface, by path and method; openapi/mock.yaml describes it. Actions on an account act on that of the header
 * X-MBX-APIKEY, and on the first account without it.
 */
export const actions: Record<string, Record<string, Action>> = {
  "/__mock": {
    GET: {
      does: "lists what can be asked",
      act: () =>
        Object.fromEntries(
          Object.entries(actions).flatMap(([path, methods]) =>
            Object.entries(methods).map(([method, { does }]) => [`${method} ${path}`, does]),
          ),
        ),
    },
  },
  "/__mock/health": {
    GET: {
      does: "says whether it is ready",
      act: () => ({ status: "ok", mock: true, version, operations: operationIds }),
    },
  },
  "/__mock/openapi.json": {
    GET: {
      does: "gives this interface as an OpenAPI document",
      act: () => require("binance-accounts/mock.openapi.json"),
    },
  },
  "/__mock/rules": {
    GET: {
      does: "lists what is refused, in this order, and where that is known from",
      act: () =>
        rules.map(({ status, code, rule, page }) => ({
          status,
          code,
          rule,
          source: page ? "documented" : "assumed",
          ...(page && { page }),
        })),
    },
  },
  "/__mock/keys": {
    POST: {
      does: "creates an account: options of an account, and apiKey with secret or publicKey for a key of your own",
      act: ({ body, mock }) => {
        const { apiKey, secret, url } = mock.createAccount(recordOf(body ?? {}) as NewAccount);
        return { apiKey, ...(secret !== "" && { secret }), url };
      },
    },
    DELETE: {
      does: "removes the account of the header X-MBX-APIKEY",
      act: ({ account, mock, headers }) => {
        if (headers["x-mbx-apikey"] === undefined)
          throw invalidArgument("`X-MBX-APIKEY` must be the key of the account to remove; received none.");
        mock.removeAccount(account);
      },
    },
  },
  "/__mock/state": {
    GET: { does: "shows what the account holds", act: ({ account }) => account.state },
    PUT: {
      does: "sets another state: changes to a scenario (default oneWay)",
      act: ({ account, body }) => changed(account, { scenario: "oneWay", ...recordOf(body) }),
    },
    PATCH: {
      does: "changes the present state; null removes",
      act: ({ account, body }) => changed(account, recordOf(body)),
    },
  },
  "/__mock/faults": {
    GET: { does: "lists the faults in force", act: ({ account }) => account.faults.rules },
    PUT: {
      does: "sets these faults in place of all others",
      act: ({ account: { faults }, body }) => {
        const before = faults.rules;
        faults.clear();
        try {
          faults.add(...listOf(body));
        } catch (error) {
          faults.add(...before);
          throw error;
        }
        return faults.rules;
      },
    },
    POST: {
      does: "adds faults: one rule or a list",
      act: ({ account: { faults }, body }) => {
        faults.add(...listOf(Array.isArray(body) ? body : [body]));
        return faults.rules;
      },
    },
    DELETE: { does: "ends all faults", act: ({ account }) => account.faults.clear() },
  },
  "/__mock/journal": {
    GET: {
      does: "shows requests as received, their warnings, and weights spent; format=har or ndjson",
      query: ["operation", "status", "after", "last", "warned", "format"],
      act: ({ account, query }) => journalOf(account, query),
    },
    DELETE: { does: "empties the journal", act: ({ account }) => account.journal.clear() },
  },
  "/__mock/calls": {
    GET: {
      does: "groups the requests into calls and their attempts",
      query: ["operation"],
      act: ({ account, query: { operation } }) => account.journal.calls(operationOf(operation)),
    },
  },
  "/__mock/clock": {
    GET: { does: "shows the mock's time", act: ({ account }) => timeOf(account) },
    PUT: {
      does: "sets the time: { now } or { advance } in ms, and { frozen } to stop it",
      act: ({ account, body }) => setClock(account, recordOf(body)),
    },
  },
  "/__mock/limits": {
    GET: { does: "shows weight per minute by server, and patience", act: limitsOf },
    PUT: {
      does: "sets weight per minute by server, such as { papi: 100 }, and patience; use and bans are forgotten",
      act: (subject) => {
        const { patience, ...limits } = recordOf(subject.body);
        subject.account.setLimits(limits, patience as number | undefined);
        return limitsOf(subject);
      },
    },
  },
  "/__mock/reset": {
    POST: {
      does: "resets state, faults, clock and limits, empties the journal and ends requests that wait",
      act: ({ account }) => account.reset(),
    },
  },
};

function changed(account: MockAccount, changes: object): unknown {
  account.set(changes as MockState);
  return account.state;
}

function recordOf(body: unknown): Record<string, unknown> {
  // PHP and Lua write an empty map as an empty list.
  const own = Array.isArray(body) && body.length === 0 ? {} : ownProperties(body);
  if (!own) throw mustBe("The body", "a JSON object", body);
  return own;
}

function listOf(body: unknown): FaultRule[] {
  if (!Array.isArray(body)) throw mustBe("The body", "a JSON list of faults", body);
  return body as FaultRule[];
}

const timeOf = ({ clock }: MockAccount) => ({ now: clock.now(), frozen: clock.frozen });

function setClock(account: MockAccount, body: Record<string, unknown>): unknown {
  const { now, advance, frozen, ...rest } = body;
  const isKnown =
    Object.keys(rest).length === 0 && [now, advance, frozen].some((value) => value !== undefined);
  if (!isKnown || (now !== undefined && advance !== undefined))
    throw invalidArgument(
      `The body must be { now } or { advance } in ms, or { frozen }; received ${JSON.stringify(body)}.`,
    );
  if (frozen !== undefined && typeof frozen !== "boolean") throw mustBe("`frozen`", "true or false", frozen);
  const { clock } = account;
  if (now !== undefined) clock.set(now as number);
  if (advance !== undefined) {
    if (typeof advance !== "number") throw mustBe("`advance`", "a number of ms", advance);
    clock.advance(advance);
  }
  if (frozen === true) clock.freeze();
  if (frozen === false) clock.resume();
  return timeOf(account);
}

function limitsOf({ account, mock }: Subject): unknown {
  return { ...account.limits, patience: account.patience, shared: mock.shareLimits };
}

function operationOf(name: string | undefined): OperationId | undefined {
  if (name === undefined || (operationIds as string[]).includes(name)) return name as OperationId | undefined;
  throw invalidArgument(`Unknown operation ${shown(name)}. ${oneOf(operationIds)}`);
}

function journalOf({ journal }: MockAccount, query: Record<string, string>): unknown {
  const { operation, warned, format = "json", ...numbers } = query;
  operationOf(operation);
  for (const [name, text] of Object.entries(numbers))
    if (!/^\d{1,15}$/.test(text)) throw mustBe(`\`${name}\``, "an integer of at least 0", text);
  if (warned !== undefined && warned !== "true") throw mustBe("`warned`", "true, or left out", warned);
  const { status, after = 0, last } = numbers;
  const wanted = (entry: JournalEntry) =>
    entry.number > Number(after) &&
    (operation === undefined || entry.operation === operation) &&
    (status === undefined || entry.status === Number(status)) &&
    (warned === undefined || entry.warnings.length > 0);
  const view = journal.select(wanted, last === undefined ? undefined : Number(last));
  if (format === "har") return view.toHar();
  if (format === "ndjson") return new TypedText(view.toNdjson(), "application/x-ndjson");
  if (format !== "json")
    throw invalidArgument(`Unknown format ${shown(format)}. ${oneOf(["json", "har", "ndjson"])}`);
  const { entries, warnings, weights } = view;
  return { entries, warnings, weights };
}
