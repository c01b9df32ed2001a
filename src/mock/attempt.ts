import type { DraftEntry } from "./journal-entry.js";

/** What the journal knows of a request besides its entry. */
export interface Attempt {
  entry: DraftEntry;
  /** What attempts of one call have in common. */
  name: string;
  /** The attempt before it in the same call. */
  before: Attempt | undefined;
  /** Ms of a clock that tests do not move. */
  arrivedAt: number;
  finished: boolean;
  /** Whether it still stands in the journal. */
  kept: boolean;
  /** Whether nobody else was connected and busy when it arrived, or a moment before. */
  quiet: boolean;
  /** Whether no request of the account at all was under way when it arrived. */
  idle: boolean;
  /** Characters that it keeps in memory. */
  size: number;
  response: { headers: Record<string, string>; body: string } | undefined;
}

/** Whether an attempt surely follows the one before it: on its connection, or when nobody else was there. */
export const isSurelyNext = ({ entry, before, quiet }: Attempt): boolean =>
  before !== undefined && (before.entry.connection === entry.connection || (quiet && before.quiet));

/** The attempt so many before this one. */
export function nth(attempt: Attempt, back: number): Attempt | undefined {
  let at: Attempt | undefined = attempt;
  for (let n = 0; n < back; n++) at = at?.before;
  return at;
}
