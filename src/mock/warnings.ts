import { type Attempt, isSurelyNext, nth } from "./attempt.js";
import type { Finding } from "./redaction.js";
import type { OutgoingResponse } from "./send.js";

/** Default target of redirects; the journal notes who follows. */
export const elsewhere = "/__mock/elsewhere";

/** Times until which each address was told to send nothing, by server. Accounts share them if they share limits. */
export class QuietTimes {
  readonly #times = new Map<string, { until: number; since: number }>();

  of(server: string | undefined, address: string): { until: number; since: number } | undefined {
    return this.#times.get(`${server} ${address}`);
  }

  ask(server: string, address: string, until: number): void {
    this.#times.set(`${server} ${address}`, { until, since: performance.now() });
  }

  clear(): void {
    this.#times.clear();
  }
}

/** Facts about a request that its entry does not hold. */
export interface Circumstances {
  /** The signed target, or its hash. */
  signed: string | undefined;
  body: string;
  /** Secrets that were found in the request, and where. */
  found: ReadonlyMap<Finding, string>;
}

/** Attempts in a row count as sent without a pause if their pauses together are shorter than this, in ms. */
const hasty = { attempts: 4, ms: 60 };
/** Requests in a row that make a habit. */
const habit = { window: 3, recvWindow: 10, connections: 20 };
/** Idle connections live a little longer than this, in ms; a later request needs a new one anyway. */
const idleMs = 4000;

/** Writes warnings into the journal about what Binance tolerates at first and punishes later. */
export class Warnings {
  readonly #now: () => number;
  readonly #quiet: QuietTimes;
  readonly #signed = new Map<string, Attempt["entry"]>();
  readonly #timestamps = new Map<string, Attempt["entry"]>();
  #atEdge = 0;
  #atWidest = 0;
  #fresh = { connection: 0, count: 0, arrivedAt: -Infinity };

  constructor(now: () => number, quiet: QuietTimes) {
    this.#now = now;
    this.#quiet = quiet;
  }

  /** Checks a request on arrival. */
  arrived(attempt: Attempt, circumstances: Circumstances): void {
    const { entry } = attempt;
    const found = [
      this.#early(attempt),
      sameTimestamp(attempt),
      hurried(attempt),
      ...this.#usedAgain(attempt, circumstances.signed),
      ...this.#window(entry),
      this.#connection(attempt),
      ...bodyOf(circumstances.body),
      ...[...circumstances.found].map(([finding, where]) => leaked(finding, where)),
      followed(entry),
    ];
    for (const warning of found) if (warning) entry.warnings.push(warning);
  }

  /** Checks how a request ended. */
  ended(attempt: Attempt): void {
    const { entry, before } = attempt;
    if (!before || !isSurelyNext(attempt)) return;
    const reason = hopeless(entry);
    if (reason !== undefined && reason === hopeless(before.entry))
      entry.warnings.push(`sent again after ${reason}: it is refused each time until the cause is mended`);
  }

  /** Remembers that a response told the client to wait. */
  asked({ headers }: OutgoingResponse, { server, address }: { server: string; address: string }): void {
    const seconds = Number(headers["retry-after"]);
    if (seconds > 0) this.#quiet.ask(server, address, this.#now() + seconds * 1000);
  }

  /** Forgets all earlier requests. */
  clear(): void {
    this.#quiet.clear();
    this.#signed.clear();
    this.#timestamps.clear();
    this.#atEdge = 0;
    this.#atWidest = 0;
    this.#fresh = { connection: 0, count: 0, arrivedAt: -Infinity };
  }

  #early({ entry, before }: Attempt): string | undefined {
    const quiet = this.#quiet.of(entry.server, entry.address);
    const left = quiet ? quiet.until - this.#now() : 0;
    // A request that was already on its way could not know of the limit; a retry could.
    const onItsWay = quiet && !before && performance.now() - quiet.since < 100;
    return left > 0 && !onItsWay
      ? `sent ${Math.ceil(left)} ms before Retry-After had passed, which leads to a ban, or to a longer one`
      : undefined;
  }

  /**
   * Finds signed requests and timestamps that are used again a second later. Requests that were signed together may arrive that
   * late if many are under way, so those are passed over.
   */
  #usedAgain({ entry, quiet }: Attempt, signed: string | undefined): (string | undefined)[] {
    const { timestamp } = entry.parameters;
    const since = (seen: Map<string, Attempt["entry"]>, key: string) => {
      const first = seen.get(key);
      if (!first) seen.set(key, entry);
      if (seen.size > 1000) seen.delete(seen.keys().next().value as string);
      const isLater = first && entry.receivedAt - first.receivedAt >= 1000;
      return isLater && (quiet || first.connection === entry.connection) ? first : undefined;
    };
    const same = signed === undefined ? undefined : since(this.#signed, signed);
    const old = timestamp === undefined ? undefined : since(this.#timestamps, timestamp);
    if (same) return [`the signed request ${same.number} was sent again: sign each request anew`];
    return old
      ? [`the timestamp of request ${old.number} was used again: take the time for each request anew`]
      : [];
  }

  #window({ parameters: { recvWindow, timestamp }, receivedAt }: Attempt["entry"]): (string | undefined)[] {
    const width = Number(recvWindow ?? 5000);
    const age = receivedAt - Number(timestamp);
    const isEdge = timestamp !== undefined && (age < -500 || (width >= 1000 && age > width * 0.8));
    this.#atEdge = isEdge ? this.#atEdge + 1 : 0;
    this.#atWidest = width >= 60_000 ? this.#atWidest + 1 : 0;
    const off = `${Math.round(Math.abs(age))} ms ${age < 0 ? "ahead of" : "behind"} the server`;
    return [
      recvWindow !== undefined && width < 100
        ? `recvWindow is in milliseconds, and ${recvWindow} ms is less than a slow network takes: are seconds meant?`
        : recvWindow !== undefined && width < 1000
          ? `a recvWindow of ${recvWindow} ms leaves little room for a slow network and a clock that is off`
          : undefined,
      timestamp !== undefined && /^\d{10}$/.test(timestamp)
        ? "the timestamp is in seconds; it must be in milliseconds"
        : undefined,
      this.#atEdge >= habit.window && !/^\d{10}$/.test(timestamp ?? "")
        ? `${this.#atEdge} timestamps in a row at the edge of the window, this one ${off}: correct the clock`
        : undefined,
      this.#atWidest === habit.recvWindow
        ? `recvWindow was ${width} ms in ${habit.recvWindow} requests in a row: a request that was captured stays valid as long`
        : undefined,
    ];
  }

  #connection({ entry: { connection }, arrivedAt, idle, quiet }: Attempt): string | undefined {
    const { connection: last, count, arrivedAt: before } = this.#fresh;
    const isFresh = idle && quiet && connection > last && arrivedAt - before < idleMs;
    this.#fresh = { connection: Math.max(last, connection), count: isFresh ? count + 1 : 0, arrivedAt };
    return isFresh && count + 1 === habit.connections
      ? `${habit.connections} requests in a row, each on a new connection: keep connections open`
      : undefined;
  }
}

function sameTimestamp(attempt: Attempt): string | undefined {
  const { timestamp } = attempt.entry.parameters;
  const isSame = attempt.before?.entry.parameters.timestamp === timestamp;
  return timestamp !== undefined && isSame && isSurelyNext(attempt)
    ? "the same timestamp as in the attempt before: sign each attempt anew"
    : undefined;
}

/** Finds attempts of one call without a pause between them, by any clock. */
function hurried(attempt: Attempt): string | undefined {
  const first = nth(attempt, hasty.attempts - 1);
  if (!first) return undefined;
  let paused = 0;
  for (let at: Attempt = attempt; at !== first && at.before; at = at.before) {
    if (!isSurelyNext(at)) return undefined;
    paused += at.arrivedAt - (at.before.arrivedAt + at.before.entry.tookMs);
  }
  const passed = attempt.entry.receivedAt - first.entry.receivedAt;
  const took = attempt.arrivedAt - first.arrivedAt;
  // If the mock's clock moved further than real time, a client in virtual time slept the difference.
  return Math.max(paused, passed - took) < hasty.ms
    ? `${hasty.attempts} attempts with ${Math.max(0, Math.ceil(paused))} ms of pauses between them: pause after a failure, longer each time`
    : undefined;
}

/** Names a refusal that a retry cannot change. */
function hopeless({ status, code }: Attempt["entry"]): string | undefined {
  if (code === -1022) return "-1022 (the signature)";
  return status === 401 || status === 403 ? `${status}` : undefined;
}

function bodyOf(body: string): string[] {
  if (body === "") return [];
  return [
    /(^|[&"{])(timestamp|signature)/.test(body)
      ? "the parameters are in the body, which a GET does not read"
      : "a GET with a body, which firewalls in front of Binance refuse with 403",
  ];
}

function leaked(finding: Finding, where: string): string {
  const what = { apiKey: "the API key", secret: "the secret", privateKey: "a private key" }[finding];
  return finding === "apiKey"
    ? `${what} was sent in ${where}: it belongs into the header X-MBX-APIKEY only`
    : `${what} was sent in ${where}: it must never leave the client, so replace it by a new one`;
}

function followed({ path, headers }: Attempt["entry"]): string | undefined {
  if (path !== elsewhere) return undefined;
  const key = "x-mbx-apikey" in headers ? ", with its API key" : "";
  return `a redirect was followed${key}: the signed request went to whom the redirect names`;
}
