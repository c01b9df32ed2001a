import type { BudgetStore } from "./budget/budget.js";
import {
  ceilingMs,
  type Lease,
  type Ledger,
  lowestCeiling,
  MemoryLedger,
  type Moment,
  minuteMs,
  type Refusal,
  type Rules,
  readUsed,
  shortestSightMs,
  type WeightState,
} from "./budget/ledger.js";
import { teller } from "./events.js";
import { mustBe, readFunction, readNames } from "./input.js";

export type { BudgetStore } from "./budget/budget.js";

export interface RedisStoreOptions {
  /**
   * Sends one command and resolves with its reply:
   * ioredis and iovalkey `(...args) => redis.call(...args)`, node-redis `(...args) => redis.sendCommand(args)`, valkey-glide
   * `(...args) => client.customCommand(args)`. One that waits while it is not connected is left behind after `timeout`.
   */
  send: (...args: string[]) => Promise<unknown>;
  /** What the keys begin with: one for each address that requests leave from. @default "binance-accounts" */
  name?: string | undefined;
  /** How long Redis may take to reply, in ms, before it counts as failed. @default 50 */
  timeout?: number | undefined;
  /** Told when Redis cannot be asked, and each process keeps to its own share; and when it can be again. */
  onDegraded?: ((event: DegradedEvent) => void) | undefined;
}

/** Redis cannot be asked, or can be again. */
export interface DegradedEvent {
  type: "degraded";
  isDegraded: boolean;
  /** Why, where it cannot. */
  cause?: unknown;
}

/** It is left alone for so long after it has failed, in ms; then one request asks it again. */
const breakMs = 30_000;

/** One late reply may be a hiccup, and its call keeps to the process's share; so many in a row mean that Redis is slow. */
const lateInARow = 3;

/** Room that is left alone in addition while each process keeps its own account. */
const blindMargin = 0.07;

/** A process that has not asked for so long is not counted any more, in ms. */
const leaseMs = 5000;

/**
 * One call for everything, so that it is atomic and one round trip. KEYS: the minute (a hash), leases and processes (sorted sets),
 * all of one slot. Hash: m minute, u highest header, x weight without one, w own, f what others had spent at the first header and g when
 * that was, n when the last header came, s what others spent per 1000 s in the minute before (-1 unknown), o server time less Redis time,
 * b and r end and reason of a pause, c and e a limit that was found to be lower, and until when.
 * ARGV: what to do, then what it needs. Times are in ms. `Date` has whole seconds and comes late, so it says what the server's
 * time is at least: the highest such bound is believed, until one is so much lower that a clock must have been set.
 */
const script = `
local K, L, P = KEYS[1], KEYS[2], KEYS[3]
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local all = redis.call('HGETALL', K)
local h = {}
for i = 1, #all, 2 do h[all[i]] = tonumber(all[i + 1]) or all[i + 1] end
local function set(f, v) h[f] = v; redis.call('HSET', K, f, string.format('%.0f', v)) end
local op, id, weight, limit, margin = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local date, used = tonumber(ARGV[7]), tonumber(ARGV[8])
if date and op == 'settle' and (not h.o or date - now > h.o or date - now < h.o - 5000) then set('o', date - now) end
local server = now + (h.o or 0)
redis.call('ZREMRANGEBYSCORE', L, '-inf', now)
local flight = 0
for _, lease in ipairs(redis.call('ZRANGE', L, 0, -1)) do flight = flight + tonumber(string.match(lease, ':(%d+)$')) end
local function others() return math.max(0, h.u - h.w - flight) end
local function pace()
  if h.g > 0 and h.n - h.g > ${shortestSightMs} then return math.floor(math.max(0, others() - h.f) / (h.n - h.g) * 1000000) end
end
local minute = math.floor(server / 60000)
if minute ~= h.m and minute ~= (h.m or 0) - 1 then
  set('s', h.m == minute - 1 and (pace() or (h.s * 60000 > limit * 500000 and math.floor(h.s / 2) or h.s)) or -1)
  set('m', minute) set('u', 0) set('x', 0) set('w', 0) set('g', 0) set('n', 0)
end
minute = h.m
local left = (minute + 1) * 60000 - server
local cap = limit
if (h.e or 0) > now then cap = math.min(limit, h.c) end
local member = id .. ':' .. (weight or 0)
local reply = {0, 0, 0}
if op == 'reserve' then
  -- after a loss of data
  if date == minute and used > h.u + h.x then set('u', used - h.x) end
  if date and date >= minute - 1 and h.s < 0 and tonumber(ARGV[9]) >= 0 and not pace() then set('s', tonumber(ARGV[9])) end
  redis.call('ZADD', P, now + 60000, ARGV[6])
  redis.call('ZREMRANGEBYSCORE', P, '-inf', now)
  local allowed, spent = cap * (1 - margin), h.u + h.x + flight
  local rate = (h.s < 0 and (pace() or 0) or h.s) / 1000000
  local expected = math.min(cap * (1 - margin) / 2, rate * (60000 - math.max(0, h.n - minute * 60000)))
  if (h.b or 0) > now then reply = {2, h.b - now, h.r}
  elseif spent > 0 and spent + weight + expected > allowed then reply = {1, left, 0}
  else
    redis.call('ZADD', L, now + ${leaseMs}, member)
    flight = flight + weight
  end
elseif op == 'settle' then
  if redis.call('ZREM', L, member) == 1 then flight = flight - weight end
  if ARGV[9] == '1' and not (date and date < minute * 60000 and date > server - 120000) then
    set('w', h.w + weight)
    if used and tonumber(ARGV[6]) == minute then
      set('u', math.max(h.u, used))
      set('n', server)
      if h.g == 0 then set('f', others()) set('g', server) end
    else set('x', h.x + weight) end
  end
elseif op == 'overspent' then
  local seen = used - weight
  if tonumber(ARGV[6]) == minute and seen < cap and seen >= limit * ${lowestCeiling} then set('c', seen) set('e', now + ${ceilingMs}) end
elseif op == 'block' then
  if now + weight > (h.b or 0) then set('b', now + weight) set('r', tonumber(ARGV[6])) end
end
for _, k in ipairs({K, L, P}) do redis.call('PEXPIRE', k, math.max(180000, (h.b or 0) - now, (h.e or 0) - now)) end
reply[4], reply[5], reply[6], reply[7], reply[8] = minute, h.u + h.x, flight, redis.call('ZCARD', P), math.ceil(left)
reply[9] = h.s < 0 and (pace() or -1) or h.s
return reply
`;

const reasons = ["RATE_LIMITED", "BANNED", "UNAVAILABLE"] as const;

/**
 * Shares a budget with all processes and machines that use the same Redis or Valkey: `createBudget({ store: redisStore({ send }) })`.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for an option that is misspelt or out of range.
 */
export function redisStore(options: RedisStoreOptions): BudgetStore {
  const {
    send,
    name: prefix = "binance-accounts",
    timeout = 50,
    onDegraded,
  } = readNames("redisStore", options, ["send", "name", "timeout", "onDegraded"]);
  if (typeof send !== "function") throw mustBe("`send`", "a function", send);
  if (typeof prefix !== "string" || /[{}]/.test(prefix))
    throw mustBe("`name`", "text without braces", prefix);
  if (!(timeout > 0)) throw mustBe("`timeout`", "a number of ms above 0", timeout);
  const connection = new Connection(send, timeout, readFunction("onDegraded", onDegraded));
  return {
    ledger: (name, rules) => {
      const tag = `${prefix}:{${name}}`;
      return new RedisLedger(connection, [tag, `${tag}:leases`, `${tag}:processes`], rules);
    },
  };
}

/** Asks Redis while it answers, and leaves it alone for a while when it does not. */
class Connection {
  readonly #send: RedisStoreOptions["send"];
  readonly #timeout: number;
  readonly #tell: (event: DegradedEvent) => void;
  #sha: string | undefined;
  /** Until when Redis is left alone, by the monotonic clock; undefined while it answers. */
  #openUntil: number | undefined;
  #isProbing = false;
  #late = 0;

  constructor(send: RedisStoreOptions["send"], timeout: number, tell: RedisStoreOptions["onDegraded"]) {
    this.#send = send;
    this.#timeout = timeout;
    this.#tell = teller(tell);
  }

  get isDegraded(): boolean {
    return this.#openUntil !== undefined;
  }

  /** Runs the script; undefined when Redis is not to be asked, or fails. */
  async run(keys: string[], args: (string | number)[]): Promise<number[] | undefined> {
    const isProbe = this.#openUntil !== undefined;
    if (isProbe && (this.#isProbing || performance.now() < (this.#openUntil ?? 0))) return undefined;
    this.#isProbing = isProbe;
    try {
      const reply = await inTime(this.#eval(keys, args.map(String)), this.#timeout);
      const numbers = Array.isArray(reply) ? reply.map(Number) : [];
      if (numbers.length !== 9 || numbers.some(Number.isNaN))
        throw new Error("Redis replied something else.");
      this.#late = 0;
      if (isProbe) {
        this.#openUntil = undefined;
        this.#tell({ type: "degraded", isDegraded: false });
      }
      return numbers;
    } catch (cause) {
      if (cause instanceof Late && !isProbe && ++this.#late < lateInARow) return undefined;
      // What was asked before the first failure fails with it: told once.
      const isNew = this.#openUntil === undefined;
      if (isNew || isProbe) this.#openUntil = performance.now() + breakMs;
      if (isNew) this.#tell({ type: "degraded", isDegraded: true, cause });
      return undefined;
    } finally {
      if (isProbe) this.#isProbing = false;
    }
  }

  async #eval(keys: string[], args: string[]): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    if (this.#sha !== undefined) {
      try {
        return await this.#send("EVALSHA", this.#sha, ...rest);
      } catch (error) {
        if (!/NOSCRIPT/.test(String((error as Error)?.message))) throw error;
      }
    }
    const reply = await this.#send("EVAL", script, ...rest);
    this.#sha ??= await sha1(script);
    return reply;
  }
}

/** How Redis names a script. */
async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

class Late extends Error {}

/** The time is counted in so many parts: what the program slept through, or was too busy to hear, counts as one of them. */
const parts = 5;

/** The reply, unless it takes too long. */
function inTime<T>(reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    let left = parts;
    let timer: ReturnType<typeof setTimeout>;
    const wait = () => {
      if (left-- > 0) timer = setTimeout(wait, ms / parts);
      else reject(new Late(`Redis did not answer within ${ms} ms.`));
    };
    wait();
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** One server's minutes as all who share a Redis see them; as this process does, with a share of its own, while Redis is away. */
class RedisLedger implements Ledger {
  readonly #connection: Connection;
  readonly #keys: string[];
  readonly #rules: Rules;
  readonly #own: MemoryLedger;
  readonly #process = randomId();
  #count = 0;
  #processes = 1;
  #seen: { used: number; reserved: number; minute: number; pace: number } | undefined;

  constructor(connection: Connection, keys: string[], rules: Rules) {
    this.#connection = connection;
    this.#keys = keys;
    this.#rules = rules;
    this.#own = new MemoryLedger({ ...rules, margin: rules.margin + blindMargin });
  }

  get isDegraded(): boolean {
    return this.#connection.isDegraded;
  }

  async reserve(weight: number, moment: Moment): Promise<Lease | Refusal> {
    const { limit, margin } = this.#rules;
    const id = `${this.#process}-${++this.#count}`;
    const [m, used] = this.#known(moment);
    const reply = await this.#run(
      "reserve",
      id,
      weight,
      limit,
      margin,
      this.#process,
      m,
      used,
      this.#seen?.pace ?? -1,
    );
    if (!reply) {
      const refusal = this.#own.refusal(weight, moment, 1 / this.#processes);
      if (refusal) return refusal;
      const lease = this.#own.take(weight);
      // Redis may be back when it is settled, and has to know then whose weight it was.
      return { ...lease, id, shared: lease.minute };
    }
    const [kind = 0, waitMs = 0, detail = 0, minute = 0] = reply;
    if (kind === 0) {
      this.#own.state(moment); // begins its minute
      return { ...this.#own.take(weight), id, shared: minute };
    }
    const blocked = kind === 2 ? reasons[detail] : undefined;
    return { waitMs, ...(blocked && { blocked }) };
  }

  settle(lease: Lease, moment: Moment): void {
    this.#own.settle(lease, moment);
    if (lease.id === undefined) return;
    const date = Date.parse(lease.date ?? "");
    const { id, weight, shared = 0, sent } = lease;
    void this.#run(
      "settle",
      id,
      weight,
      this.#rules.limit,
      0,
      shared,
      Number.isNaN(date) ? "" : date,
      readUsed(lease) ?? "",
      sent ? 1 : 0,
    );
  }

  overspent(lease: Lease, moment: Moment): void {
    this.#own.overspent(lease, moment);
    const used = readUsed(lease);
    if (used === undefined) return;
    const { limit } = this.#rules;
    void this.#run("overspent", "-", lease.weight, limit, 0, lease.shared ?? 0, "", used);
  }

  block(ms: number, reason: NonNullable<Refusal["blocked"]>): void {
    if (ms > 0) void this.#run("block", "-", Math.ceil(ms), this.#rules.limit, 0, reasons.indexOf(reason));
  }

  state(moment: Moment): WeightState {
    const own = this.#own.state(moment);
    const seen = this.#seen?.minute === Math.floor(moment.server / minuteMs) ? this.#seen : undefined;
    const used = Math.max(own.used, seen?.used ?? 0);
    const reserved = Math.max(own.reserved, seen?.reserved ?? 0);
    const room = Math.max(0, own.room - (used - own.used) - (reserved - own.reserved));
    return { ...own, used, reserved, room };
  }

  /** The newest minute of which something is known, and its used weight: a Redis that has lost its data learns it from that. */
  #known(moment: Moment): [minute: number, used: number] {
    const own = this.#own.state(moment);
    const minute = own.until / minuteMs - 1;
    const seen = this.#seen ?? { minute: -1, used: 0 };
    if (seen.minute !== minute) return seen.minute > minute ? [seen.minute, seen.used] : [minute, own.used];
    return [minute, Math.max(seen.used, own.used)];
  }

  async #run(...args: (string | number)[]): Promise<number[] | undefined> {
    const reply = await this.#connection.run(this.#keys, args);
    if (!reply) return undefined;
    const [, , , minute = 0, used = 0, reserved = 0, processes = 1, , pace = -1] = reply;
    // A Redis that has just lost its data knows no pace; that of the minute before is still good.
    const before = this.#seen && minute - this.#seen.minute <= 1 ? this.#seen.pace : -1;
    this.#seen = { used, reserved, minute, pace: pace < 0 ? before : pace };
    this.#processes = Math.max(1, processes);
    return reply;
  }
}

/** No two processes have the same. */
const randomId = () => crypto.randomUUID().slice(0, 13);
