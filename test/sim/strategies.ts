import { isLease, type Lease, MemoryLedger } from "../../src/budget/ledger.js";

/** How a number of processes behind one address decide what to send. Times are in ms. */
export interface Strategy {
  /** What it is called in the table. */
  name: string;
  /** Whether a process may send now; what it returns is handed to `done`. */
  ask(process: number, weight: number, now: number): object | undefined;
  done(ticket: object, status: number, used: number, retryAfter: number, now: number): void;
}

export interface Situation {
  processes: number;
  limit: number;
}

const minuteOf = (now: number) => Math.floor(now / 60_000);

/** Counts weight by minute. */
class Counter {
  #minute = -1;
  #count = 0;

  at(now: number): number {
    if (minuteOf(now) !== this.#minute) [this.#minute, this.#count] = [minuteOf(now), 0];
    return this.#count;
  }

  add(weight: number, now: number): void {
    this.#count = this.at(now) + weight;
  }

  raise(to: number, now: number): void {
    this.#count = Math.max(this.at(now), to);
  }
}

/** Obeys `Retry-After`, each process for itself. */
const pauses = ({ processes }: Situation) => {
  const until = Array.from({ length: processes }, () => 0);
  return {
    isPaused: (process: number, now: number) => now < (until[process] ?? 0),
    note: (process: number, status: number, retryAfter: number, now: number) => {
      if (status !== 200) until[process] = Math.max(until[process] ?? 0, now + retryAfter * 1000);
    },
  };
};

interface Ticket {
  process: number;
  weight: number;
}

/** A strategy in which each process has an account of its own, and obeys what it is told. */
function each(name: string, situation: Situation, mayUse: number, counts: "own" | "header"): Strategy {
  const { isPaused, note } = pauses(situation);
  const counters = Array.from({ length: situation.processes }, () => new Counter());
  return {
    name,
    ask: (process, weight, now) => {
      const counter = counters[process] as Counter;
      if (isPaused(process, now) || counter.at(now) + weight > mayUse) return undefined;
      if (counts === "own") counter.add(weight, now);
      return { process, weight };
    },
    done: (ticket, status, used, retryAfter, now) => {
      const { process } = ticket as Ticket;
      note(process, status, retryAfter, now);
      if (counts === "header") counters[process]?.raise(used, now);
    },
  };
}

/** All of them; the last is what this package does. */
export const strategies = (situation: Situation): Strategy[] => {
  const { limit, processes } = situation;
  const safe = limit * 0.95;
  const shared = new Counter();
  const told = pauses({ ...situation, processes: 1 });
  const ledger = new MemoryLedger({ limit, margin: 0.05 });
  const all = pauses({ ...situation, processes: 1 });
  const moment = (now: number) => ({ monotonic: now, server: now });
  return [
    { name: "no limiter", ask: () => ({}), done: () => {} },
    each("Retry-After only", situation, Infinity, "own"),
    each("static split", situation, safe / processes, "own"),
    each("header only", situation, safe, "header"),
    {
      name: "shared counter only",
      ask: (_process, weight, now) => {
        if (told.isPaused(0, now) || shared.at(now) + weight > safe) return undefined;
        shared.add(weight, now);
        return {};
      },
      done: (_ticket, status, _used, retryAfter, now) => told.note(0, status, retryAfter, now),
    },
    {
      name: "reserve, settle, header",
      ask: (_process, weight, now) => {
        if (all.isPaused(0, now)) return undefined;
        const answer = ledger.reserve(weight, moment(now));
        return isLease(answer) ? answer : undefined;
      },
      done: (ticket, status, used, retryAfter, now) => {
        const lease = Object.assign(ticket as Lease, { sent: true, used: String(used) });
        if (status === 429) ledger.overspent(lease, moment(now));
        ledger.settle(lease, moment(now));
        all.note(0, status, retryAfter, now);
      },
    },
  ];
};
