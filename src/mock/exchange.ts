import { errorExamples, examples } from "../../generated/mock.js";
import { operations } from "../../generated/operations.js";
import { oneOf } from "../input.js";
import type { OperationId } from "../types.js";
import type { MockAccount } from "./account.js";
import type { ErrorExample, OwnError } from "./fault-rules.js";
import type { DrawnFault } from "./faults.js";
import { gate, type PermittedKey, type SignedRequest } from "./gate.js";
import type { DraftEntry, EntryOutcome } from "./journal-entry.js";
import type { Ledger } from "./ledger.js";
import type { Preference, Prism } from "./prism.js";
import { selectRows } from "./responses.js";
import type { OutgoingResponse } from "./send.js";
import { explainSignature } from "./signature-mistakes.js";
import { elsewhere } from "./warnings.js";

/** What all accounts of a mock share. */
export interface MockExchange {
  prism: Prism;
  keys: ReadonlyMap<string, PermittedKey>;
  accounts: ReadonlyMap<string, MockAccount>;
  /** Counts requests whose API key no account has, so that they use up no account's weight. */
  strangers: Ledger;
}

/** A request for an operation. */
export interface OperationRequest extends Omit<SignedRequest, "apiKey"> {
  path: string;
  headers: Record<string, string>;
}

/** The response to a request, and what the journal notes about it. */
export interface Decision {
  response: OutgoingResponse;
  outcome: EntryOutcome;
  faults: readonly DrawnFault[];
}

/**
 * Decides in this order: the limits of the address, the gate, faults that respond, the account.
 * So a fault never hides what Binance would have refused, and is not used up by such a request.
 */
export async function decide(
  exchange: MockExchange,
  account: MockAccount,
  request: OperationRequest,
  entry: DraftEntry,
): Promise<Decision> {
  const { operationId, sent = [], headers, address } = request;
  const { server, weight } = operations[operationId];
  const apiKey = headers["x-mbx-apikey"];
  const isKnown = exchange.keys.has(apiKey ?? "");
  const now = account.clock.now();
  const ledger = isKnown ? account.ledger : exchange.strangers;
  const { used, burst, refusal } = ledger.spend(server, address, weight, account.limitTime());
  if (burst !== undefined)
    entry.warnings.push(
      `a weight of ${burst} within seconds around the minute's edge: spread requests over the minute`,
    );
  const respond = (
    status: number,
    body: unknown,
    more: Record<string, string> = {},
  ): Omit<Decision, "faults"> => {
    const text = typeof body === "string" ? body : textOf(body);
    const sentHeaders = { ...json, ...more, [usedWeight]: String(used) };
    return { response: { status, headers: sentHeaders, body: text }, outcome: { status, ...codeOf(body) } };
  };
  const draw = (isRefused: boolean) => (isKnown ? account.faults.draw(operationId, { isRefused }) : []);

  if (refusal) {
    const { status, retryAfter, ...body } = refusal;
    return { ...respond(status, body, { "retry-after": String(retryAfter) }), faults: draw(true) };
  }
  const pairs = account.responses.pairs(operationId);
  const refused = gate({ ...request, apiKey }, { keys: exchange.keys, now, pairs });
  if (refused) {
    const { status, rule, ...body } = refused;
    const { response, outcome } = respond(status, body);
    const mistake = body.code === -1022 && mistakeOf(exchange, account, request, entry);
    return { response, outcome: { ...outcome, rule, ...mistake }, faults: draw(true) };
  }

  const faults = draw(false);
  const query = valuesOf(sent);
  const parameters = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
  const fromDocument = async (preference: Preference, status?: number) => {
    const asked = { path: request.path, query, headers: forPrism(headers) };
    const mocked = await exchange.prism(operationId, asked, preference);
    const filled = preference.body === undefined ? selectRows(mocked.body, parameters) : mocked.body;
    const body = atThisTime(filled, mocked.headers["retry-after"], now);
    const { response, outcome } = respond(status ?? mocked.status, body, mocked.headers);
    return { response, outcome: { ...outcome, ...exampleOf(operationId, preference) }, faults };
  };
  for (const fault of faults) {
    if (fault.fault === "error" && "example" in fault)
      return fromDocument({ code: statusOf(fault.example), example: fault.example }, fault.status);
    if (fault.fault === "error") {
      const { status, body, headers } = ownError(fault, now);
      return { ...respond(status, body, headers), faults };
    }
    if (fault.fault === "html") {
      const { status, headers, body } = htmlPage(fault.status ?? 403);
      return { ...respond(status, body, headers), faults };
    }
    if (fault.fault === "empty") return { ...respond(fault.status ?? 200, ""), faults };
    if (fault.fault === "wrongShape") return { ...respond(200, { result: "ok", data: null }), faults };
    if (fault.fault === "redirect")
      return { ...respond(fault.status ?? 302, "", { location: fault.to ?? elsewhere }), faults };
  }
  const preference = readPrefer(headers.prefer ?? "") ?? preferenceOf(account, operationId, parameters);
  if (isDocumented(operationId, preference)) return fromDocument(preference);
  const known = Object.entries(examples[operationId]).flatMap(([status, names]) =>
    names.map((name) => `${status.replace("5XX", "503")} ${name}`),
  );
  const title = "`Prefer` must ask for a documented response, such as code=429, example=overWeight.";
  const problem = respond(
    400,
    { title, detail: oneOf(known) },
    { "content-type": "application/problem+json" },
  );
  return { ...problem, faults };
}

/** Values by name; a list where a name was sent more than once. */
function valuesOf(sent: readonly (readonly [name: string, value: string])[]) {
  const values = new Map<string, string | string[]>();
  for (const [name, value] of sent) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(values);
}

const texts = new WeakMap<object, string>();

/** JSON of a body; that of an account is asked for many times before it changes. */
function textOf(body: unknown): string {
  if (typeof body !== "object" || body === null) return JSON.stringify(body);
  const text = texts.get(body) ?? JSON.stringify(body);
  texts.set(body, text);
  return text;
}

export const usedWeight = "x-mbx-used-weight-1m";

const json = { "content-type": "application/json;charset=UTF-8" };

/** Returns a page as the servers in front of the API send it. */
export const htmlPage = (status: number): OutgoingResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
});

function ownError(fault: OwnError & DrawnFault, now: number) {
  const { status = 400, code, msg = "", body, contentType, retryAfter, count } = fault;
  const fill = (text: string) =>
    text.replaceAll("{n}", String(count)).replaceAll("{now}", String(Math.round(now)));
  const headers = {
    ...(contentType !== undefined && { "content-type": contentType }),
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  };
  return { status, body: body === undefined ? { code, msg: fill(msg) } : fill(body), headers };
}

function codeOf(body: unknown): EntryOutcome {
  const { code } = (typeof body === "object" && body !== null ? body : {}) as { code?: unknown };
  return typeof code === "number" ? { code } : {};
}

/** Selects the account's own response, or an example if the account has no part for the operation. */
function preferenceOf(
  { responses, scenario }: MockAccount,
  operationId: OperationId,
  parameters: Record<string, string>,
): Preference {
  const body = responses.body(operationId, parameters);
  if (body !== undefined) return { body };
  return examples[operationId]["200"]?.includes(scenario) ? { example: scenario } : {};
}

/** Drops headers that Binance ignores on a GET and Prism would not. */
function forPrism({
  accept,
  "content-type": type,
  "content-length": length,
  ...headers
}: Record<string, string>): Record<string, string> {
  return headers;
}

/** Makes the end of a ban, as the example's message names it, agree with `Retry-After` and the mock's clock. */
function atThisTime(body: unknown, retryAfter: string | undefined, now: number): unknown {
  const { msg } = (body ?? {}) as { msg?: string };
  if (retryAfter === undefined || typeof msg !== "string") return body;
  return {
    ...(body as object),
    msg: msg.replace(/until \d{13}/, `until ${Math.round(now) + Number(retryAfter) * 1000}`),
  };
}

/** Reads Prism's `Prefer` header, such as `code=429, example=overWeight`. */
function readPrefer(prefer: string): Preference | undefined {
  const code = /(?:^|[\s,;])code="?(\d{3})\b/.exec(prefer)?.[1];
  const example = /(?:^|[\s,;])example="?([\w.-]+)/.exec(prefer)?.[1];
  return code || example ? { ...(code && { code: Number(code) }), ...(example && { example }) } : undefined;
}

/** Names of the examples of a status; 500 to 599 share theirs. */
const namesOf = (operationId: OperationId, code: number) =>
  examples[operationId][code] ?? examples[operationId][`${Math.floor(code / 100)}XX`];

/** Whether the document has a response of this status and example. */
function isDocumented(operationId: OperationId, { code = 200, example }: Preference): boolean {
  const names = namesOf(operationId, code);
  return names !== undefined && (example === undefined || names.includes(example));
}

/** Names the example of a response: the one asked for, or the first of its status. */
function exampleOf(operationId: OperationId, { code = 200, example, body }: Preference): EntryOutcome {
  if (body !== undefined) return {};
  const name = example ?? namesOf(operationId, code)?.[0];
  return name === undefined ? {} : { example: name };
}

const statusOf = (example: ErrorExample) => Number(errorExamples[example].replace("5XX", "503"));

/** Most keys of other accounts that a wrong signature is tried with: more would make the refusal slow. */
const mostOthers = 200;

function mistakeOf(
  { keys }: MockExchange,
  account: MockAccount,
  { path, query, headers }: OperationRequest,
  entry: DraftEntry,
) {
  const apiKey = headers["x-mbx-apikey"] ?? "";
  const key = keys.get(apiKey);
  if (!key) return {};
  const otherKeys = [...keys.values()].filter((other) => other !== key).slice(0, mostOthers);
  const earlier = account.journal
    .recent(50)
    .flatMap((other) => (other === entry ? [] : [other.query.replace(/&signature=.*$/s, "")]));
  return { mistake: explainSignature({ path, host: headers.host, query, apiKey, key, otherKeys, earlier }) };
}
