import type { OperationId, ServerName } from "../types.js";

/** One request as it was received. No secret, API key or signature stands in it. */
export interface JournalEntry {
  /** Counted from 1. */
  readonly number: number;
  /** The mock's time at its arrival, in ms since 1970. */
  readonly receivedAt: number;
  readonly operation: OperationId | undefined;
  readonly server: ServerName | undefined;
  readonly method: string;
  readonly path: string;
  /** Raw text behind the question mark; the signature is replaced. */
  readonly query: string;
  /** The parameters, decoded; without the signature. Of a repeated one the last. */
  readonly parameters: { readonly [name: string]: string };
  /** Headers by lower-case name; those that identify or authorize are replaced. */
  readonly headers: { readonly [name: string]: string };
  readonly weight: number;
  /** Which call this attempt belongs to, and which of its attempts it is, counted from 1. */
  readonly call: number;
  readonly attempt: number;
  /** Names of the faults that happened. */
  readonly faults: readonly string[];
  /** What was answered; 0 until then, and where nothing was. */
  readonly status: number;
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
  /** The text that the signature belongs to, when one is found. */
  signed?: string;
  because: string;
}

/** The attempts of one call, as far as they can be told from outside. */
export interface JournalCall {
  readonly operation: OperationId | undefined;
  readonly attempts: readonly JournalEntry[];
  /** Whether each attempt was signed anew: no two timestamps are the same. */
  readonly distinctTimestamps: boolean;
  /** Weight that all attempts have cost. */
  readonly weight: number;
}

/** What is known of a request at its arrival. */
export type Arrival = Pick<
  JournalEntry,
  "receivedAt" | "operation" | "server" | "method" | "path" | "query" | "parameters" | "headers" | "weight"
>;

/** An entry while it is being written. */
export type DraftEntry = { -readonly [Name in keyof JournalEntry]: JournalEntry[Name] } & {
  faults: string[];
  warnings: string[];
  finished: boolean;
};

const longest = 10_000;

/** What an account of the mock has received, oldest first; the last 10,000 requests. */
export class Journal {
  #entries: DraftEntry[] = [];
  #listeners = new Set<(entry: JournalEntry) => void>();
  readonly #latest = new Map<string, DraftEntry>();
  #count = 0;
  #calls = 0;

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /**
   * Requests grouped into calls: a request belongs to the call before it when that had the same operation and parameters
   * (other than `timestamp`) and its last attempt was not answered with 200. Calls of the same that run at once are not told apart.
   */
  calls(operation?: OperationId): JournalCall[] {
    const calls = new Map<number, JournalEntry[]>();
    for (const entry of this.#entries) {
      if (operation !== undefined && entry.operation !== operation) continue;
      const attempts = calls.get(entry.call);
      if (attempts) attempts.push(entry);
      else calls.set(entry.call, [entry]);
    }
    return [...calls.values()].map((attempts) => ({
      operation: attempts[0]?.operation,
      attempts,
      distinctTimestamps:
        new Set(attempts.map(({ parameters }) => parameters.timestamp)).size === attempts.length,
      weight: attempts.reduce((sum, { weight }) => sum + weight, 0),
    }));
  }

  /** Weight that all requests have cost, by server. */
  get weights(): { readonly [Server in ServerName]?: number } {
    const weights: { [Server in ServerName]?: number } = {};
    for (const { server, weight } of this.#entries)
      if (server) weights[server] = (weights[server] ?? 0) + weight;
    return weights;
  }

  /** Every warning of every request: an empty list is what a test wants to see. */
  get warnings(): readonly string[] {
    return this.#entries.flatMap(({ operation, path, warnings }) =>
      warnings.map((warning) => `${operation ?? path}: ${warning}`),
    );
  }

  clear(): void {
    this.#entries = [];
    this.#latest.clear();
  }

  /** Calls back for each request once it is answered; gives a function that ends it. */
  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Notes a request at its arrival; what comes of it is filled in by `finish`. @internal */
  begin(arrival: Arrival): DraftEntry {
    const name = `${arrival.method} ${arrival.path} ${JSON.stringify(Object.entries(arrival.parameters).filter(([name]) => name !== "timestamp"))}`;
    const before = this.#latest.get(name);
    const again = before?.finished && before.status !== 200;
    if (!again) this.#calls += 1;
    const record: DraftEntry = {
      number: ++this.#count,
      ...arrival,
      call: again ? before.call : this.#calls,
      attempt: again ? before.attempt + 1 : 1,
      faults: [],
      status: 0,
      warnings: [],
      finished: false,
    };
    if (again && before.parameters.timestamp === arrival.parameters.timestamp)
      record.warnings.push("the same timestamp as in the attempt before: a later attempt is signed anew");
    this.#latest.set(name, record);
    this.#entries.push(record);
    if (this.#entries.length > longest) this.#entries = this.#entries.slice(longest / 10);
    if (this.#latest.size > longest) this.#latest.clear();
    return record;
  }

  /** Notes how it ended. @internal */
  finish(
    record: DraftEntry,
    outcome: Partial<Pick<DraftEntry, "status" | "code" | "rule" | "mistake">>,
  ): void {
    Object.assign(record, outcome, { finished: true });
    for (const listener of this.#listeners) listener(record);
  }
}
