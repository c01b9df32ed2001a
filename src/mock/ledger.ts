/** Weight that one server grants to one client address. */
export interface WeightLimits {
  /** Weight per clock-aligned minute, by server. */
  weights: Readonly<Record<string, number>>;
  /** Requests beyond the limit, or during a ban, that are answered with 429 (418) before the address is banned (longer). */
  patience: number;
}

/** The state of one minute after one request; refused when there is no weight left. */
export interface Spent {
  /** Weight used in this minute, this request included. */
  used: number;
  /** Weight of some seconds around the minute's edge, if that is nearly what two minutes may have. */
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
  /** Requests that went on although they were refused. */
  ignored: number;
  bans: number;
  bannedUntil: number;
  /** Requests of the seconds around this minute's beginning, and whether a burst there was told of. */
  edge: Tally & { told: boolean };
  /** Requests of the last seconds of this minute. */
  late: Tally;
}

const minuteMs = 60_000;
/** Ms before and after a minute's edge that are looked at together. */
const edgeMs = 5000;
/** Fewer requests than this are no burst, however small the limit. */
const burstRequests = 20;
const shortestBan = 2 * minuteMs;
const longestBan = 3 * 24 * 60 * minuteMs;

/**
 * Weight per server and client address. Limits, 429, 418 and the span of a ban are documented; that minutes are aligned to
 * the clock, that refused requests count, and how many are let pass before a ban, is assumed.
 */
export class Ledger {
  readonly #usages = new Map<string, Usage>();
  limits: WeightLimits;

  constructor(limits: WeightLimits) {
    this.limits = limits;
  }

  /** Forgets all use and all bans. */
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

/** Each ban lasts twice as long as the one before. */
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
