/** Limits of one client address. */
export interface WeightLimits {
  /** Weight per clock-aligned minute, by server. */
  weights: Readonly<Record<string, number>>;
  /** Refused requests after which the address is banned, or banned for longer. */
  patience: number;
}

/** Result of counting one request. */
export interface Spent {
  /** Weight used in this minute, including this request. */
  used: number;
  /** Weight of the seconds around the minute's edge, if it is nearly the limit of two minutes. */
  burst?: number;
  refusal?: { status: 429 | 418; code: number; msg: string; retryAfter: number };
}

interface Tally {
  weight: number;
  requests: number;
}

interface Usage {
  minute: number;
  used: number;
  /** Requests that were sent after a refusal. */
  ignored: number;
  bans: number;
  bannedUntil: number;
  /** Requests of the seconds around the start of this minute, and whether their burst was reported. */
  edge: Tally & { told: boolean };
  /** Requests of the last seconds of this minute. */
  late: Tally;
}

const minuteMs = 60_000;
/** Ms before and after a minute's edge that count as one burst. */
const edgeMs = 5000;
/** Fewest requests of a burst, however small the limit. */
const burstRequests = 20;
const shortestBan = 2 * minuteMs;
const longestBan = 3 * 24 * 60 * minuteMs;

/**
 * Counts weight per server and client address. Limits, 429, 418 and the length of bans are documented. Assumed is that minutes
 * are aligned to the clock, that refused requests count, and how many of them lead to a ban.
 */
export class Ledger {
  readonly #usages = new Map<string, Usage>();
  limits: WeightLimits;

  constructor(limits: WeightLimits) {
    this.limits = limits;
  }

  /** Forgets used weight and bans. */
  clear(): void {
    this.#usages.clear();
  }

  spend(server: string, address: string, weight: number, now: number): Spent {
    const usage = this.#usageOf(`${server} ${address}`, Math.floor(now / minuteMs));
    usage.used += weight;
    const { used, edge } = usage;
    const intoMinute = now % minuteMs;
    if (intoMinute < edgeMs) count(edge, weight);
    if (intoMinute >= minuteMs - edgeMs) count(usage.late, weight);
    if (now < usage.bannedUntil) {
      usage.ignored += 1;
      if (usage.ignored > this.limits.patience) ban(usage, now);
      return { used, refusal: banned(address, usage.bannedUntil, now) };
    }
    const limit = this.limits.weights[server] ?? Infinity;
    if (used <= limit) {
      const isBurst = intoMinute < edgeMs && edge.requests >= burstRequests && edge.weight > limit * 1.8;
      if (!isBurst || edge.told) return { used };
      edge.told = true;
      return { used, burst: edge.weight };
    }
    usage.ignored += 1;
    if (usage.ignored > this.limits.patience) {
      ban(usage, now);
      return { used, refusal: banned(address, usage.bannedUntil, now) };
    }
    const msg = `Too many requests; current limit of IP(${address}) is ${limit} requests per minute. Please use the websocket for live updates to avoid polling the API.`;
    return {
      used,
      refusal: { status: 429, code: -1003, msg, retryAfter: seconds((usage.minute + 1) * minuteMs - now) },
    };
  }

  #usageOf(name: string, minute: number): Usage {
    const usage = this.#usages.get(name) ?? {
      ...{ minute, used: 0, ignored: 0, bans: 0, bannedUntil: 0 },
      ...{ edge: { weight: 0, requests: 0, told: false }, late: { weight: 0, requests: 0 } },
    };
    this.#usages.set(name, usage);
    if (usage.minute !== minute) {
      const late = usage.minute === minute - 1 ? usage.late : { weight: 0, requests: 0 };
      usage.edge = { ...late, told: false };
      usage.late = { weight: 0, requests: 0 };
      usage.minute = minute;
      usage.used = 0;
      if (usage.bannedUntil <= minute * minuteMs) usage.ignored = 0;
    }
    return usage;
  }
}

function count(tally: Tally, weight: number): void {
  tally.weight += weight;
  tally.requests += 1;
}

/** Bans the address, for twice as long as the last time. */
function ban(usage: Usage, now: number): void {
  usage.bannedUntil = now + Math.min(longestBan, shortestBan * 2 ** usage.bans);
  usage.bans += 1;
  usage.ignored = 0;
}

function banned(address: string, until: number, now: number): NonNullable<Spent["refusal"]> {
  const msg = `Way too many requests; IP(${address}) banned until ${Math.round(until)}. Please use the websocket for live updates to avoid bans.`;
  return { status: 418, code: -1003, msg, retryAfter: seconds(until - now) };
}

const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
