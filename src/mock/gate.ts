import { operations } from "../../generated/operations.js";
import { fits, type ParameterRule } from "../parameters.js";
import type { OperationId, ServerName } from "../types.js";
import type { Sent } from "./request.js";
import { type KnownKey, verifies } from "./signature.js";

/** A request as it arrived; `query` is the raw text behind the question mark. */
export interface SignedRequest {
  operationId: OperationId;
  query: string;
  /** The query, decoded; undefined if an escape is malformed. */
  sent: Sent | undefined;
  apiKey: string | undefined;
  /** IP address of the client. */
  address: string;
}

/** A key and its permissions. */
export type PermittedKey = KnownKey & {
  /** Servers that it may read. @default all */
  servers?: readonly ServerName[] | undefined;
  /** IP addresses that it may be used from. @default all */
  addresses?: readonly string[] | undefined;
};

/** What the exchange knows when it decides. */
export interface Known {
  keys: ReadonlyMap<string, PermittedKey>;
  /** The exchange's time, in ms since 1970. */
  now: number;
  /** Pairs that have a contract; undefined where that is not known for the operation. */
  pairs: ReadonlySet<string> | undefined;
}

export interface Refusal {
  status: number;
  code: number;
  msg: string;
  /** The rule that was broken. */
  rule: string;
}

/** Decides as Binance would whether to refuse a request. Undefined lets it pass. */
export function gate(request: SignedRequest, known: Known): Refusal | undefined {
  const candidate = { ...request, ...known };
  for (const { status, code, rule, refuses } of rules) {
    const msg = refuses(candidate);
    if (msg) return { status, code, msg, rule };
  }
  return undefined;
}

type Candidate = SignedRequest & Known;

export interface Rule {
  status: number;
  code: number;
  rule: string;
  /** Binance's page that documents the rule. Without one the rule is assumed. */
  page?: string;
  /** Binance's message when the rule is broken. */
  refuses(request: Candidate): string | undefined | false;
}

const general = "https://developers.binance.com/docs/derivatives/portfolio-margin/general-info";
const errors = "https://developers.binance.com/docs/derivatives/portfolio-margin/error-code";

/** Rules in the order of their application. The order, and which status goes with which code, is assumed. */
export const rules: readonly Rule[] = [
  {
    status: 401,
    code: -2014,
    rule: "the header X-MBX-APIKEY holds letters and digits, or a key that the mock knows",
    page: errors,
    refuses: ({ apiKey = "", keys }) =>
      !keys.has(apiKey) && !/^[A-Za-z0-9_-]+$/.test(apiKey) && "API-key format invalid.",
  },
  {
    status: 401,
    code: -2015,
    rule: "the API key is known, and may be used for this server from this address",
    page: errors,
    refuses: ({ apiKey = "", keys, operationId, address }) => {
      const key = keys.get(apiKey);
      const permitted =
        key &&
        (key.servers?.includes(operations[operationId].server) ?? true) &&
        (key.addresses?.includes(address) ?? true);
      return !permitted && `Invalid API-key, IP, or permissions for action, request ip: ${address}`;
    },
  },
  {
    status: 400,
    code: -1100,
    rule: "the query is percent-encoded UTF-8",
    refuses: ({ sent }) => !sent && "Illegal characters found in a parameter.",
  },
  {
    status: 400,
    code: -1101,
    rule: "no parameter is sent twice, unless it is a list",
    page: errors,
    refuses: ({ sent = [], operationId }) => {
      const once = sent.filter(([name]) => limits[operationId][name]?.sent !== "repeated");
      return (
        new Set(once.map(([name]) => name)).size < once.length && "Duplicate values for a parameter detected."
      );
    },
  },
  {
    status: 400,
    code: -1102,
    rule: "mandatory parameters are sent, and timestamp is a whole number",
    page: errors,
    refuses: (request) => {
      const absent = mandatory[request.operationId].find((name) => !sentValue(request, name));
      const bad =
        absent ?? (/^\d{1,16}$/.test(sentValue(request, "timestamp") ?? "") ? undefined : "timestamp");
      return bad && `Mandatory parameter '${bad}' was not sent, was empty/null, or malformed.`;
    },
  },
  {
    status: 400,
    code: -1104,
    rule: "every parameter is one that the operation reads",
    refuses: ({ sent = [], operationId }) => {
      const read = sent.filter(
        ([name]) => name === "signature" || Object.hasOwn(operations[operationId].parameters, name),
      ).length;
      return (
        read < sent.length &&
        `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent.length}'.`
      );
    },
  },
  {
    status: 400,
    code: -1105,
    rule: "no parameter is empty",
    page: errors,
    refuses: ({ sent = [] }) => {
      const empty = sent.find(([, value]) => value === "");
      return empty && `Parameter '${empty[0]}' was empty.`;
    },
  },
  {
    status: 400,
    code: -1128,
    rule: "parameters that exclude each other are not sent together",
    refuses: (request) => {
      const groups: readonly (readonly string[])[] = operations[request.operationId].exclusive;
      const clash = groups.some(
        (group) => group.filter((name) => sentValue(request, name) !== undefined).length > 1,
      );
      return clash && "Combination of optional parameters invalid.";
    },
  },
  {
    status: 400,
    code: -1130,
    rule: "every value is of the type and within the limits that the operation documents",
    refuses: ({ sent = [], operationId }) => {
      const bad = sent.find(
        ([name, value]) =>
          name !== "timestamp" &&
          !isValid(limits[operationId][name] ?? { type: "string" }, value, name, sent),
      );
      return bad && `Data sent for parameter '${bad[0]}' is not valid.`;
    },
  },
  {
    status: 400,
    code: -1131,
    rule: "recvWindow is at most 60000",
    refuses: (request) => recvWindow(request) > 60_000 && "recvWindow must be less than 60000.",
  },
  {
    status: 400,
    code: -1021,
    rule: "timestamp is less than 1000 ms ahead of the server",
    page: general,
    refuses: (request) =>
      timestamp(request) >= request.now + 1000 &&
      "Timestamp for this request was 1000ms ahead of the server's time.",
  },
  {
    status: 400,
    code: -1021,
    rule: "timestamp is at most recvWindow behind the server",
    page: general,
    refuses: (request) =>
      request.now - timestamp(request) > recvWindow(request) &&
      "Timestamp for this request is outside of the recvWindow.",
  },
  {
    status: 400,
    code: -1022,
    rule: "signature is the last parameter and signs the raw text before it with this key",
    page: general,
    refuses: (request) => !signatureVerifies(request) && "Signature for this request is not valid.",
  },
  {
    status: 400,
    code: -4144,
    rule: "the pair has a contract",
    page: errors,
    refuses: (request) => {
      const pair = sentValue(request, "pair");
      return pair !== undefined && request.pairs?.has(pair) === false && "Invalid pair.";
    },
  },
];

// Computed once: the gate decides thousands of times per second.
const parametersOf = Object.entries(operations).map(
  ([id, { parameters }]) => [id, Object.entries(parameters) as [string, ParameterRule][]] as const,
);
const mandatory = Object.fromEntries(
  parametersOf.map(([id, list]) => [
    id,
    [...list.flatMap(([name, { required }]) => (required ? [name] : [])), "signature"],
  ]),
) as Record<OperationId, string[]>;
const limits = Object.fromEntries(
  parametersOf.map(([id, list]) => [
    id,
    // A recvWindow above its maximum is refused by a rule of its own.
    Object.fromEntries(
      list.map(([name, { maximum, ...rest }]) => [
        name,
        name === "recvWindow" ? rest : { ...rest, ...(maximum && { maximum }) },
      ]),
    ),
  ]),
) as Record<OperationId, Record<string, ParameterRule>>;

function isValid(rule: ParameterRule, value: string, name: string, sent: Sent): boolean {
  const { type, items = { type: "string" }, minItems = 1, maxItems = Infinity } = rule;
  if (type !== "array") return fits(typed(value, rule), rule);
  const list =
    rule.sent === "joined" ? value.split(",") : sent.flatMap(([other, one]) => (other === name ? [one] : []));
  return (
    list.length >= minItems &&
    list.length <= maxItems &&
    list.every((item) => fits(typed(item, items), items))
  );
}

/** The value that a text stands for; a text that stands for none stays text, which then does not fit. */
function typed(text: string, { type }: ParameterRule): unknown {
  if (type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

const sentValue = ({ sent = [] }: Candidate, name: string) => sent.find(([other]) => other === name)?.[1];
const timestamp = (request: Candidate) => Number(sentValue(request, "timestamp"));
const recvWindow = (request: Candidate) => Number(sentValue(request, "recvWindow") ?? 5000);

function signatureVerifies({ query, sent = [], apiKey = "", keys }: Candidate): boolean {
  const [, signature = ""] = sent.at(-1) ?? [];
  const key = keys.get(apiKey);
  const end = query.lastIndexOf("&");
  if (!query.startsWith("signature=", end + 1) || !key) return false;
  return verifies(key, query.slice(0, Math.max(0, end)), signature);
}
