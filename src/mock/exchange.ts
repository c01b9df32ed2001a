import { operations } from "../../generated/operations.js";
import type { OperationId } from "../types.js";
import type { MockAccount } from "./account.js";
import { errorExamples, examples } from "./document.js";
import type { Drawn } from "./faults.js";
import { gate, type PermittedKey, type SignedRequest } from "./gate.js";
import type { DraftEntry, Journal } from "./journal.js";
import type { Preference, Prism } from "./prism.js";
import type { OutgoingResponse } from "./send.js";
import { explainSignature } from "./signature.js";
import { elsewhere } from "./warnings.js";

/** What all accounts of a mock share. */
export interface MockExchange {
  prism: Prism;
  keys: ReadonlyMap<string, PermittedKey>;
  accounts: ReadonlyMap<string, MockAccount>;
}

/** A request for an operation. */
export interface Arrived extends Omit<SignedRequest, "apiKey"> {
  path: string;
  headers: Record<string, string>;
}

type EntryOutcome = Parameters<Journal["finish"]>[1];

/** What Binance would answer, and what the journal is told of it. */
export async function answer(
  exchange: MockExchange,
  account: MockAccount,
  request: Arrived,
  faults: readonly Drawn[],
  note: DraftEntry,
): Promise<{ answer: OutgoingResponse; outcome: EntryOutcome }> {
  const { operationId, sent = [], headers, address } = request;
  const { server, weight } = operations[operationId];
  const now = account.clock.now();
  const { used, refusal } = account.ledger.spend(server, address, weight, now);
  const uncounted = faults.some(({ fault }) => fault === "noWeightHeader");
  const respond = (
    status: number,
    body: unknown,
    more: Record<string, string> = {},
    outcome: EntryOutcome = {},
  ) => {
    const headers: Record<string, string> = { ...json, ...more, [usedWeight]: String(used) };
    if (uncounted) delete headers[usedWeight];
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return { answer: { status, headers, body: text }, outcome: { status, ...codeOf(body), ...outcome } };
  };

  const parameters = Object.fromEntries(sent);
  const document = async (preference: Preference, status?: number) => {
    const asked = { path: request.path, query: parameters, headers: forPrism(headers) };
    const mocked = await exchange.prism(operationId, asked, preference);
    return respond(
      status ?? mocked.status,
      atThisTime(mocked.body, mocked.headers["retry-after"], now),
      mocked.headers,
    );
  };

  for (const fault of faults) {
    if (fault.fault === "error")
      return document({ code: statusOf(fault.example), example: fault.example }, fault.status);
    if (fault.fault === "html") {
      const { status, headers, body } = htmlPage(fault.status ?? 403);
      return respond(status, body, headers);
    }
    if (fault.fault === "empty") return respond(fault.status ?? 200, "");
    if (fault.fault === "wrongShape") return respond(200, { result: "ok", data: null });
    if (fault.fault === "redirect")
      return respond(fault.status ?? 302, "", { location: fault.to ?? elsewhere });
  }
  if (refusal) {
    const { status, retryAfter, ...body } = refusal;
    return respond(status, body, { "retry-after": String(retryAfter) });
  }
  const apiKey = headers["x-mbx-apikey"];
  const refused = gate({ ...request, apiKey }, { keys: exchange.keys, now, pairs: account.responses.pairs });
  if (refused) {
    const { status, rule, ...body } = refused;
    return respond(
      status,
      body,
      {},
      { rule, ...(body.code === -1022 && mistakeOf(exchange, account, request, note)) },
    );
  }
  const preference = readPrefer(headers.prefer ?? "") ?? preferenceOf(account, operationId, parameters);
  if (isDocumented(operationId, preference)) return document(preference);
  const detail = `There is no such answer. By status there are: ${JSON.stringify(examples[operationId])}`;
  return respond(
    400,
    { title: "Prefer asks for what the document does not have", detail },
    { "content-type": "application/problem+json" },
  );
}

const usedWeight = "x-mbx-used-weight-1m";

const json = { "content-type": "application/json;charset=UTF-8" };

/** What stands in front of the API answers with. */
export const htmlPage = (status: number): OutgoingResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`,
});

function codeOf(body: unknown): EntryOutcome {
  const { code } = (typeof body === "object" && body !== null ? body : {}) as { code?: unknown };
  return typeof code === "number" ? { code } : {};
}

/** The account's own answer, or the document's example where the account says nothing of this operation. */
function preferenceOf(
  { responses, scenario }: MockAccount,
  operationId: OperationId,
  parameters: Record<string, string>,
): Preference {
  const body = responses.answer(operationId, parameters);
  if (body !== undefined) return { body };
  return examples[operationId]["200"]?.includes(scenario) ? { example: scenario } : {};
}

/** Binance ignores Accept and the content type of a GET; Prism would not. */
function forPrism({
  accept,
  "content-type": type,
  "content-length": length,
  ...headers
}: Record<string, string>): Record<string, string> {
  return headers;
}

/** The end of a ban, as the example's message names it, agrees with `Retry-After` and the mock's clock. */
function atThisTime(body: unknown, retryAfter: string | undefined, now: number): unknown {
  const { msg } = (body ?? {}) as { msg?: string };
  if (retryAfter === undefined || typeof msg !== "string") return body;
  return {
    ...(body as object),
    msg: msg.replace(/until \d{13}/, `until ${Math.round(now) + Number(retryAfter) * 1000}`),
  };
}

/** Prism's own way to choose an answer: `Prefer: code=429, example=overWeight`. */
function readPrefer(prefer: string): Preference | undefined {
  const code = /(?:^|[\s,;])code="?(\d{3})\b/.exec(prefer)?.[1];
  const example = /(?:^|[\s,;])example="?([\w.-]+)/.exec(prefer)?.[1];
  return code || example ? { ...(code && { code: Number(code) }), ...(example && { example }) } : undefined;
}

/** Whether the document has an answer of this status and example; 500 to 599 share theirs. */
function isDocumented(operationId: OperationId, { code = 200, example }: Preference): boolean {
  const known = examples[operationId];
  const names = known[code] ?? known[`${Math.floor(code / 100)}XX`];
  return names !== undefined && (example === undefined || names.includes(example));
}

const statusOf = (example: string) => Number((errorExamples[example] ?? "").replace("5XX", "503"));

function mistakeOf(
  { keys }: MockExchange,
  account: MockAccount,
  { path, query, headers }: Arrived,
  note: DraftEntry,
) {
  const apiKey = headers["x-mbx-apikey"] ?? "";
  const { [apiKey]: key, ...others } = Object.fromEntries(keys);
  if (!key) return {};
  const earlier = account.journal.entries
    .slice(-50)
    .flatMap((entry) => (entry === note ? [] : [entry.query.replace(/&signature=.*$/s, "")]));
  return {
    mistake: explainSignature({ path, query, apiKey, key, otherKeys: Object.values(others), earlier }),
  };
}
