/** This moment by two clocks, in ms. */
export interface Moment {
  /** Only moves forward. */
  monotonic: number;
  /** The server's time since 1970: what it is at least. */
  server: number;
}

/** What one request may cost, from before it is sent until its answer is settled. */
export interface Lease {
  weight: number;
  /** The server's minute in which it was granted. */
  minute: number;
  /** Names it in a store that is shared. */
  id?: string;
  /** The minute of that store in which it was granted. */
  shared?: number;
  /** Whether the request has left. */
  sent?: boolean;
  /** `X-MBX-USED-WEIGHT-1M` and `Date` of the answer, as they came. */
  used?: string | null;
  date?: string | null;
}

/** Why a request may not be sent yet. */
export interface Refusal {
  /** How long until it is worth asking again, in ms. */
  waitMs: number;
  /** Somebody who shares the store was told to stop. */
  blocked?: "RATE_LIMITED" | "BANNED" | "UNAVAILABLE";
}

/** What a server grants per minute, and the share of it that is left alone. */
export interface Rules {
  limit: number;
  margin: number;
}

/** What is known of a minute. */
export interface WeightState {
  /** Weight spent in this minute by everybody behind this address, as far as responses have told. */
  used: number;
  /** Weight that the server grants in a minute. */
  limit: number;
  /** Weight of the requests that have no response yet. */
  reserved: number;
  /** Weight that calls may still spend before they wait: without the margin, and what others are expected to spend. */
  room: number;
  /** When the minute ends, in ms since 1970 by this machine's clock. */
  until: number;
}

/** Keeps the account of one server's minutes. */
export interface Ledger {
  /** Whether those who share it cannot be asked, so that this process keeps to its own share. */
  readonly isDegraded: boolean;
  /** Grants room for a request, or says when to ask again. */
  reserve(weight: number, moment: Moment): Lease | Refusal | Promise<Lease | Refusal>;
  /** The request has its answer, has failed, or was never sent. */
  settle(lease: Lease, moment: Moment): void;
  /** The server refused this request for its weight: it grants less than is known. */
  overspent(lease: Lease, moment: Moment): void;
  /** Tells those who share the store that nothing may be sent for so long. */
  block(ms: number, reason: NonNullable<Refusal["blocked"]>): void;
  /** `until` is by the server's clock. */
  state(moment: Moment): WeightState;
}

export const minuteMs = 60_000;

/** A limit that turned out to be lower than documented is believed for so long, in ms: whatever refused may have passed. */
export const ceilingMs = 2 * minuteMs;

/** One lower than this share of what is documented is none: something else has refused. */
export const lowestCeiling = 1 / 50;

/** What others spend is judged from no less than this, in ms. */
export const shortestSightMs = 10_000;

export const isLease = (answer: Lease | Refusal): answer is Lease => !("waitMs" in answer);

/** The used weight that a response states, if it states one. */
export const readUsed = ({ used }: Lease): number | undefined =>
  used && /^\d{1,9}$/.test(used) ? Number(used) : undefined;

/**
 * One server's minutes as one process sees them: what the highest header says, and what no header told of. A header may or may not
 * count what came without one, so that is added, and used and in flight together are never less than what the server has counted
 * of this process.
 */
export class MemoryLedger implements Ledger {
  readonly isDegraded = false;
  readonly #rules: Rules;
  #minute = -1;
  /** The highest header of the minute. */
  #heard = 0;
  /** What this process has spent of it without hearing what was used then. */
  #unheard = 0;
  /** What this process has spent of it. */
  #own = 0;
  #inFlight = 0;
  /** What others had spent when this minute's first header came, and when that was; and when its last came. */
  #first: { others: number; at: number } | undefined;
  #last = 0;
  /** What others spent per ms in the minute before, as far as it was seen. */
  #strangers: number | undefined;
  #ceiling = { limit: Infinity, until: 0 };

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  reserve(weight: number, moment: Moment): Lease | Refusal {
    const refusal = this.refusal(weight, moment);
    return refusal ?? this.take(weight);
  }

  /** Grants without asking. */
  take(weight: number): Lease {
    this.#inFlight += weight;
    return { weight, minute: this.#minute };
  }

  /** Why there is no room now; undefined when there is. */
  refusal(weight: number, moment: Moment, share = 1): Refusal | undefined {
    this.#roll(moment.server);
    const spent = this.#used() + this.#inFlight;
    // A request that is heavier than the limit is sent alone, in a minute of its own.
    if (spent === 0) return undefined;
    const allowed = this.#limitAt(moment) * (1 - this.#rules.margin);
    const isShareSpent = share < 1 && this.#own + this.#inFlight + weight > allowed * share;
    return spent + weight + this.#expected(allowed) > allowed || isShareSpent
      ? { waitMs: (this.#minute + 1) * minuteMs - moment.server }
      : undefined;
  }

  settle(lease: Lease, { server }: Moment): void {
    this.#roll(server);
    this.#inFlight -= lease.weight;
    if (!lease.sent) return;
    const date = Date.parse(lease.date ?? "");
    // Answered before this minute began: not of this minute.
    if (date < this.#minute * minuteMs && date > server - 2 * minuteMs) return;
    this.#own += lease.weight;
    const used = lease.minute === this.#minute ? readUsed(lease) : undefined;
    if (used === undefined) {
      this.#unheard += lease.weight;
      return;
    }
    this.#heard = Math.max(this.#heard, used);
    this.#last = server;
    this.#first ??= { others: this.#others(), at: server };
  }

  overspent(lease: Lease, { monotonic }: Moment): void {
    const used = readUsed(lease);
    if (used === undefined || lease.minute !== this.#minute) return;
    const known = monotonic < this.#ceiling.until ? this.#ceiling.limit : Infinity;
    const limit = Math.min(known, used - lease.weight);
    const { limit: documented } = this.#rules;
    if (limit < documented && limit >= documented * lowestCeiling)
      this.#ceiling = { limit, until: monotonic + ceilingMs };
  }

  block(): void {}

  state(moment: Moment): WeightState {
    this.#roll(moment.server);
    const limit = this.#limitAt(moment);
    const allowed = limit * (1 - this.#rules.margin);
    const used = this.#used();
    const room = Math.max(0, Math.floor(allowed - used - this.#inFlight - this.#expected(allowed)));
    const until = (this.#minute + 1) * minuteMs;
    return { used, limit, reserved: this.#inFlight, room, until };
  }

  #used(): number {
    return this.#heard + this.#unheard;
  }

  #limitAt({ monotonic }: Moment): number {
    return monotonic < this.#ceiling.until
      ? Math.min(this.#ceiling.limit, this.#rules.limit)
      : this.#rules.limit;
  }

  /** What others will have spent between the last header and the end of the minute, at the pace that was seen. */
  #expected(allowed: number): number {
    const left = minuteMs - Math.max(0, this.#last - this.#minute * minuteMs);
    // No more than half is kept for them: who sends nothing learns nothing more.
    return Math.min(allowed / 2, (this.#strangers ?? this.#pace() ?? 0) * left);
  }

  /** What others spend per ms, between the first and the last header of the minute: what came before may have been ours. */
  #pace(): number | undefined {
    const seen = this.#first && this.#last - this.#first.at;
    return this.#first && seen && seen > shortestSightMs
      ? Math.max(0, this.#others() - this.#first.others) / seen
      : undefined;
  }

  /** More than half of a minute that was not seen again counts for less and less. */
  #faded(): number | undefined {
    const pace = this.#strangers;
    return pace && (pace * minuteMs > this.#rules.limit / 2 ? pace / 2 : pace);
  }

  #others(): number {
    return Math.max(0, this.#heard - this.#own - this.#inFlight);
  }

  /** Begins the server's next minute. A time that goes back by less than a minute is only known less exactly. */
  #roll(server: number): void {
    const minute = Math.floor(server / minuteMs);
    if (minute === this.#minute || minute === this.#minute - 1) return;
    this.#strangers = minute === this.#minute + 1 ? (this.#pace() ?? this.#faded()) : undefined;
    this.#last = 0;
    this.#first = undefined;
    this.#minute = minute;
    this.#heard = 0;
    this.#unheard = 0;
    this.#own = 0;
  }
}
