import { createHash } from "node:crypto";
import type { OperationId, ServerName } from "../types.js";

/** One request as it was received. No secret, API key or signature stands in it. */
export interface JournalEntry {
  /** Counted from 1. */
  readonly number: number;
  /** The mock's time at its arrival, in ms since 1970. */
  readonly receivedAt: number;
  /** Time from its arrival to the end of its response, in ms; 0 until then. */
  readonly tookMs: number;
  readonly operation: OperationId | undefined;
  readonly server: ServerName | undefined;
  readonly method: string;
  readonly path: string;
  /** Raw text behind the question mark; the signature is replaced, and a long text is cut. */
  readonly query: string;
  /** The parameters, decoded; without the signature. Of a repeated one the last. */
  readonly parameters: { readonly [name: string]: string };
  /** Headers by lower-case name; those that identify or authorize are replaced. */
  readonly headers: { readonly [name: string]: string };
  /** Address that it came from. */
  readonly address: string;
  /** Number of its connection, counted from 1. */
  readonly connection: number;
  /** Its TLS session: the version, and whether an earlier session was resumed. None over plain HTTP. */
  readonly tls?: { readonly version: string; readonly resumed: boolean };
  readonly weight: number;
  /** Which call this attempt belongs to, and which of its attempts it is, counted from 1. */
  readonly call: number;
  readonly attempt: number;
  /** Names of the faults that happened. */
  readonly faults: readonly string[];
  /** Status of the response; 0 until then, and where none was sent. */
  readonly status: number;
  /** Name of the document's example that the response is; none where it follows from the account. */
  readonly example?: string;
  /** Binance's code of a refusal. */
  readonly code?: number;
  /** The rule of the gate that was broken. */
  readonly rule?: string;
  /** Why the signature does not verify: the text that had to be signed, and the one that was. */
  readonly mistake?: SignatureMistake;
  /** What Binance might let pass this time but punishes sooner or later. */
  readonly warnings: readonly string[];
}

/** Why a signature does not verify, as far as it can be found out. Holds no secret and no signature. */
export interface SignatureMistake {
  /** The text that had to be signed: the query as it arrived, up to its signature. */
  received: string;
  /** The text that the signature belongs to, if one is found. */
  signed?: string;
  because: string;
}

/** What is known of a request at its arrival. */
export type Arrival = Omit<
  JournalEntry,
  | "number"
  | "tookMs"
  | "call"
  | "attempt"
  | "faults"
  | "status"
  | "warnings"
  | "example"
  | "code"
  | "rule"
  | "mistake"
>;

/** An entry while it is being written. */
export type DraftEntry = { -readonly [Name in keyof JournalEntry]: JournalEntry[Name] } & {
  faults: string[];
  warnings: string[];
};

/** What came of a request. */
export type EntryOutcome = Partial<Pick<DraftEntry, "status" | "example" | "code" | "rule" | "mistake">>;

/** Characters of one text that are kept. */
const longestText = 4096;
/** Characters of a target of which no part may stand in an entry by itself. */
const longTarget = 1024;

/** A text to compare by, or its hash where keeping it would take memory. */
export const nameFor = (text: string): string =>
  text.length > 200 ? createHash("sha256").update(text).digest("base64") : text;

/** The same text on its own: a part of a text keeps the whole of it in memory, and a part of a target all 64 kB of that. */
const copied = (text: string) => Buffer.from(text).toString();
const same = (text: string) => text;

const cut = (text: string, keep = same) =>
  text.length > longestText
    ? `${copied(text.slice(0, longestText))}… (${text.length - longestText} characters more)`
    : keep(text);

/** What is known at an arrival, with long texts cut. */
export function cutArrival(arrival: Arrival): Arrival {
  const keep = arrival.query.length + arrival.path.length > longTarget ? copied : same;
  return {
    ...arrival,
    path: cut(arrival.path, keep),
    query: cut(arrival.query, keep),
    parameters: cutAll(arrival.parameters, keep),
    headers: cutAll(arrival.headers),
  };
}

/** A mistake with long texts cut. */
export const cutMistake = (mistake: SignatureMistake): SignatureMistake => cutAll({ ...mistake }, copied);

/** Texts by name, each cut, and none once they are long together. */
function cutAll<Texts extends { readonly [name: string]: string }>(texts: Texts, keep = same): Texts {
  if (keep === same && lengthOf(texts) <= longestText) return texts;
  let length = 0;
  const kept: [string, string][] = [];
  for (const [name, text] of Object.entries(texts)) {
    length += name.length + Math.min(text.length, longestText);
    if (length > 2 * longestText + 4096) break;
    kept.push([keep(name), cut(text, keep)]);
  }
  return Object.fromEntries(kept) as Texts;
}

/** Characters of an entry at its arrival, and what the rest of it takes. */
export const sizeOf = ({ path, query, parameters, headers }: JournalEntry): number =>
  500 + path.length + query.length + lengthOf(parameters) + lengthOf(headers);

/** Characters that are added by its end. */
export const sizeOfOutcome = ({ mistake, warnings }: JournalEntry): number =>
  (mistake ? lengthOf({ ...mistake }) : 0) + warnings.reduce((sum, { length }) => sum + length, 0);

function lengthOf(texts: { readonly [name: string]: string }): number {
  let length = 0;
  for (const name in texts) length += name.length + (texts[name] ?? "").length;
  return length;
}
