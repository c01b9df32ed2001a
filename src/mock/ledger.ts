/** Weight that one server grants to one client address. */
export interface Limits {
  /** Weight per clock-aligned minute, by server. */
  weights: Readonly<Record<string, number>>;
  /** Requests beyond the limit, or during a ban, that are answered with 429 (418) before the address is banned (longer). */
  patience: number;
}

/** The state of one minute after one request; refused when there is no weight left. */
export interface Spent {
  /** Weight used in this minute, this request included. */
  used: number;
  refusal?: { status: 429 | 418; code: number; msg: string; retryAfter: number };
}

interface Entry {
  minute: number;
  used: number;
  /** Requests that went on although they were refused. */
  ignored: number;
  bans: number;
  bannedUntil: number;
}

const minuteMs = 60_000;
const shortestBan = 2 * minuteMs;
const longestBan = 3 * 24 * 60 * minuteMs;

/**
 * Weight per server and client address. Limits, 429, 418 and the span of a ban are documented; that minutes are aligned to
 * the clock, that refused requests count, and how many are let pass before a ban, is assumed.
 */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Forgets all use and all bans. */
  clear(): void {
    this.#entries.clear();
  }

  spend(server: string, address: string, weight: number, now: number): Spent {
    const entry = this.#entryOf(`${server} ${address}`, Math.floor(now / minuteMs));
    entry.used += weight;
    const { used } = entry;
    if (now < entry.bannedUntil) {
      entry.ignored += 1;
      if (entry.ignored > this.limits.patience) ban(entry, now);
      return { used, refusal: banned(entry.bannedUntil, now) };
    }
    const limit = this.limits.weights[server] ?? Infinity;
    if (used <= limit) return { used };
    entry.ignored += 1;
    if (entry.ignored > this.limits.patience) {
      ban(entry, now);
      return { used, refusal: banned(entry.bannedUntil, now) };
    }
    const msg = `Too many requests; current limit is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`;
    return {
      used,
      refusal: { status: 429, code: -1003, msg, retryAfter: seconds((entry.minute + 1) * minuteMs - now) },
    };
  }

  #entryOf(name: string, minute: number): Entry {
    const entry = this.#entries.get(name) ?? { minute, used: 0, ignored: 0, bans: 0, bannedUntil: 0 };
    this.#entries.set(name, entry);
    if (entry.minute !== minute) {
      entry.minute = minute;
      entry.used = 0;
      if (entry.bannedUntil <= minute * minuteMs) entry.ignored = 0;
    }
    return entry;
  }
}

/** Each ban lasts twice as long as the one before. */
function ban(entry: Entry, now: number): void {
  entry.bannedUntil = now + Math.min(longestBan, shortestBan * 2 ** entry.bans);
  entry.bans += 1;
  entry.ignored = 0;
}

function banned(until: number, now: number): NonNullable<Spent["refusal"]> {
  const msg = `Way too many requests; IP banned until ${Math.round(until)}. Please use the websocket for live updates to avoid bans.`;
  return { status: 418, code: -1003, msg, retryAfter: seconds(until - now) };
}

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
