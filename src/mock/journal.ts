import type { OperationId, ServerName } from "../types.js";
import { type Attempt, nth } from "./attempt.js";
import { type Har, toHar } from "./har.js";
import {
  type Arrival,
  cutArrival,
  cutMistake,
  type DraftEntry,
  type EntryOutcome,
  type JournalEntry,
  nameFor,
  sizeOf,
  sizeOfOutcome,
} from "./journal-entry.js";

/** The attempts of one call, as far as they can be told from outside. */
export interface JournalCall {
  readonly operation: OperationId | undefined;
  readonly attempts: readonly JournalEntry[];
  /** Whether each attempt was signed anew: no two timestamps are the same. */
  readonly distinctTimestamps: boolean;
  /** Weight that all attempts have cost. */
  readonly weight: number;
}

/** Some entries of a journal. */
export type JournalView = Pick<Journal, "entries" | "calls" | "weights" | "warnings" | "toHar" | "toNdjson">;

/** What the server knows of the connection that a request came on. */
export interface Circumstance {
  /** Whether nobody else was connected and busy, now or a moment ago. */
  quiet: boolean;
}

const mostEntries = 10_000;
/** Characters of all entries, and of all bodies of responses, that are kept. */
const mostText = 16 * 2 ** 20;
const mostBodies = 16 * 2 ** 20;

/** What an account of the mock has received, oldest first: the last 10,000 requests, fewer where they are large. */
export class Journal {
  #attempts: Attempt[] = [];
  #text = 0;
  #bodies = 0;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  readonly #latest = new Map<string, Attempt>();
  #underWay = 0;
  #count = 0;
  #calls = 0;

  get entries(): readonly JournalEntry[] {
    return this.#attempts.map(({ entry }) => entry);
  }

  /**
   * Groups requests into calls: a request belongs to the call before it if that had the same operation and parameters
   * (other than `timestamp`) and its last attempt was not answered with 200. Calls for the same that run at once are not told apart.
   */
  calls(operation?: OperationId): JournalCall[] {
    const calls = new Map<number, JournalEntry[]>();
    for (const { entry } of this.#attempts) {
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
    for (const {
      entry: { server, weight },
    } of this.#attempts)
      if (server) weights[server] = (weights[server] ?? 0) + weight;
    return weights;
  }

  /** Every warning of every request: an empty list is what a test wants to see. */
  get warnings(): readonly string[] {
    return this.#attempts.flatMap(({ entry: { operation, path, warnings } }) =>
      warnings.map((warning) => `${operation ?? path}: ${warning}`),
    );
  }

  /** The last requests, oldest first. @internal */
  recent(count: number): readonly JournalEntry[] {
    return this.#attempts.slice(-count).map(({ entry }) => entry);
  }

  /** The entries that are wanted, the last ones if a number is given. */
  select(wanted: (entry: JournalEntry) => boolean, last = Infinity): JournalView {
    const part = new Journal();
    const all = this.#attempts.filter(({ entry }) => wanted(entry));
    part.#attempts = all.slice(Math.max(0, all.length - last));
    return part;
  }

  /** The journal as an HTTP Archive, with the bodies of responses as far as they are kept. */
  toHar(): Har {
    return toHar(this.#attempts);
  }

  /** The journal as lines of JSON, one for each entry. */
  toNdjson(): string {
    return this.#attempts.map(({ entry }) => `${JSON.stringify(entry)}\n`).join("");
  }

  clear(): void {
    for (const attempt of this.#attempts) forget(attempt);
    this.#attempts = [];
    this.#text = 0;
    this.#bodies = 0;
    this.#latest.clear();
  }

  /** Calls back for each request once its response has ended; returns a function that ends it. */
  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Notes a request at its arrival; what comes of it is filled in by `finish`. @internal */
  begin(arrival: Arrival, { quiet }: Circumstance = { quiet: true }): Attempt {
    const name = nameOf(arrival);
    const latest = this.#latest.get(name);
    const before = latest?.finished && latest.entry.status !== 200 ? latest : undefined;
    if (!before) this.#calls += 1;
    const entry: DraftEntry = {
      number: ++this.#count,
      ...cutArrival(arrival),
      tookMs: 0,
      call: before ? before.entry.call : this.#calls,
      attempt: before ? before.entry.attempt + 1 : 1,
      faults: [],
      status: 0,
      warnings: [],
    };
    const attempt: Attempt = {
      entry,
      name,
      before,
      arrivedAt: performance.now(),
      finished: false,
      kept: true,
      quiet,
      idle: this.#underWay === 0,
      size: sizeOf(entry),
      response: undefined,
    };
    // A chain of attempts that never ends would keep all of them in memory.
    const tooOld = nth(attempt, 5);
    if (tooOld) tooOld.before = undefined;
    this.#underWay += 1;
    this.#latest.set(name, attempt);
    this.#attempts.push(attempt);
    this.#text += attempt.size;
    this.#forgetOldest();
    return attempt;
  }

  /** Notes how it ended. @internal */
  finish(
    attempt: Attempt,
    outcome: EntryOutcome,
    response?: Attempt["response"],
    look?: (attempt: Attempt) => void,
  ): void {
    const { entry } = attempt;
    const { mistake } = outcome;
    Object.assign(entry, outcome, mistake && { mistake: cutMistake(mistake) });
    entry.tookMs = Math.round((performance.now() - attempt.arrivedAt) * 1000) / 1000;
    attempt.finished = true;
    look?.(attempt);
    this.#underWay -= 1;
    if (attempt.kept) {
      attempt.response = response;
      this.#bodies += response?.body.length ?? 0;
      const grown = sizeOfOutcome(entry);
      attempt.size += grown;
      this.#text += grown;
      this.#forgetBodies();
    }
    for (const listener of this.#listeners) listener(entry);
  }

  /** A tenth at a time: to move ten thousand entries for each request would take longer than to serve it. */
  #forgetOldest(): void {
    let from = this.#attempts.length > mostEntries ? mostEntries / 10 : 0;
    let text = this.#text;
    if (text > mostText)
      for (let at = 0; at < this.#attempts.length - 1 && text > mostText * 0.9; at++) {
        text -= this.#attempts[at]?.size ?? 0;
        from = Math.max(from, at + 1);
      }
    if (from === 0) return;
    for (const attempt of this.#attempts.slice(0, from)) {
      if (this.#latest.get(attempt.name) === attempt) this.#latest.delete(attempt.name);
      this.#text -= attempt.size;
      this.#bodies -= attempt.response?.body.length ?? 0;
      forget(attempt);
    }
    this.#attempts = this.#attempts.slice(from);
  }

  #forgetBodies(): void {
    for (let at = 0; this.#bodies > mostBodies && at < this.#attempts.length; at++) {
      const attempt = this.#attempts[at] as Attempt;
      this.#bodies -= attempt.response?.body.length ?? 0;
      attempt.response = undefined;
    }
  }
}

function forget(attempt: Attempt): void {
  attempt.kept = false;
  attempt.response = undefined;
}

function nameOf({ method, path, parameters }: Arrival): string {
  const others = Object.entries(parameters).filter(([name]) => name !== "timestamp");
  return nameFor(`${method} ${path} ${JSON.stringify(others)}`);
}
