import { AddressLimit } from "../support/address-limit.js";
import type { Situation, Strategy } from "./strategies.js";

export interface Demand extends Situation {
  minutes: number;
  /** Weight that the processes want, as a multiple of the limit. */
  demand: number;
  /** Share of the limit that others behind the address spend, evenly. */
  strangers: number;
  weight: number;
  seed: number;
}

export interface Result {
  name: string;
  sent: number;
  ok: number;
  refused: number;
  bans: number;
  duringBan: number;
  /** Weight that was answered, strangers' included, as a share of what the server grants. */
  share: number;
}

/** What is simulated unless it is said otherwise. */
export const usual: Demand = {
  ...{ processes: 32, limit: 6000, weight: 5 },
  ...{ minutes: 10, demand: 2, strangers: 0.3, seed: 1 },
};

/** Lets processes meet a server in virtual time: requests are decided, arrive and are answered each at its own moment. */
export function simulate(strategy: Strategy, given: Demand): Result {
  const { processes, limit, minutes, demand, strangers, weight, seed } = given;
  const random = generator(seed);
  const server = new AddressLimit(limit);
  const begin = 1_700_000_040_000;
  const end = begin + minutes * 60_000;
  const events = new Map<number, (() => void)[]>();
  const at = (time: number, deed: () => void) => {
    const ms = Math.round(time);
    const deeds = events.get(ms);
    if (deeds) deeds.push(deed);
    else events.set(ms, [deed]);
  };
  const result: Result = { name: strategy.name, sent: 0, ok: 0, refused: 0, bans: 0, duringBan: 0, share: 0 };
  const callEvery = (60_000 * processes * weight) / (limit * demand);
  let good = 0;
  let lastBan = 0;
  const spend = (weight: number, now: number) => {
    const answer = server.spend(weight, now);
    if (answer.status === 200) good += weight;
    if (server.bannedUntil > lastBan) [result.bans, lastBan] = [result.bans + 1, server.bannedUntil];
    return answer;
  };
  const attempt = (process: number, deadline: number, now: number): void => {
    const ticket = strategy.ask(process, weight, now);
    if (!ticket) {
      const again = now + 200 + random() * 300;
      if (again < deadline) at(again, () => attempt(process, deadline, Math.round(again)));
      return;
    }
    const arrival = Math.round(now + 10 + random() * 50);
    at(arrival, () => {
      const { status, used, retryAfter } = spend(weight, arrival);
      result.sent += 1;
      result[status === 200 ? "ok" : "refused"] += 1;
      const back = Math.round(arrival + 10 + random() * 50);
      at(back, () => strategy.done(ticket, status, used, retryAfter, back));
    });
  };
  for (let process = 0; process < processes; process++)
    for (let time = begin + random() * callEvery; time < end; time += callEvery)
      at(time, () => attempt(process, time + 10_000, Math.round(time)));
  for (let time = begin + 1; strangers > 0 && time < end; time += 60_000 / (limit * strangers))
    at(time, () => spend(1, time));
  for (let now = begin; now < end; now++) {
    for (const deed of events.get(now) ?? []) deed();
    events.delete(now);
  }
  result.duringBan = server.duringBan;
  result.share = good / (limit * minutes);
  return result;
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
