import type { Slice } from "./client.js";
import { clients, reference } from "./clients.js";
import { ours, type Server, startClient } from "./processes.js";

export type Scheme = "http" | "https";
/** What one client did in one round. */
export interface Measured {
  p50: number;
  rate: number;
  cpu: number;
  /** Median latency with 500 positions. */
  many?: number;
  /** Connections that it opened for 32 calls at a time. */
  connections: number;
}
export type Round = Record<string, Measured>;

export interface Plan {
  names: string[];
  rounds: number;
  ms: number;
  many: boolean;
}

/**
 * One round: every client in a process of its own, warmed up with its signatures verified; then each is measured in short
 * slices, one client at a time, in an order that is drawn anew.
 */
export async function measureRound(
  scheme: Scheme,
  keys: { apiKey: string; secret: string },
  server: Server,
  plan: Plan,
): Promise<Round> {
  const { names, ms } = plan;
  const where = { url: server.urls[scheme], ...keys, ours };
  const processes = new Map(
    await Promise.all(
      names.map(async (name) => [name, await startClient(name, where, server.certificate)] as const),
    ),
  );
  const connections: Record<string, number> = {};
  const slices: Record<string, { latency: Slice[]; throughput: Slice[]; many: Slice[] }> = {};
  try {
    for (const name of shuffled(names)) {
      const child = processes.get(name);
      if (!child) continue;
      await server.order({ verify: true, body: "one" });
      await child.perform({ kind: "latency", ms });
      await child.perform({ kind: "throughput", ms: 2 * ms });
      const count = check(name, await server.order({ verify: true, body: "many" }));
      connections[name] = count.connections;
      if (plan.many) {
        await child.perform({ kind: "latency", ms });
        check(name, await server.order({ verify: false, body: "one" }));
      }
      slices[name] = { latency: [], throughput: [], many: [] };
    }
    // Many short slices, because a moment in which the machine does something else must not decide.
    for (let part = 0; part < 8; part++) {
      for (const name of shuffled(names)) {
        const child = processes.get(name);
        const own = slices[name];
        if (!child || !own) continue;
        await server.order({ verify: false, body: "one" });
        await child.perform({ kind: "latency", ms: 20 });
        own.latency.push(await child.perform({ kind: "latency", ms: ms / 6 }));
        own.throughput.push(await child.perform({ kind: "throughput", ms: ms / 6 }));
        if (!plan.many) continue;
        await server.order({ verify: false, body: "many" });
        own.many.push(await child.perform({ kind: "latency", ms: ms / 6 }));
      }
    }
  } finally {
    for (const child of processes.values()) child[Symbol.dispose]();
  }
  return Object.fromEntries(
    Object.entries(slices).map(([name, { latency, throughput, many }]) => {
      const measured: Measured = {
        p50: median(latency.map(({ p50 }) => p50)),
        rate: median(throughput.map(({ rate }) => rate)),
        cpu: median(throughput.map(({ cpu }) => cpu)),
        connections: connections[name] ?? 0,
        ...(plan.many && { many: median(many.map(({ p50 }) => p50)) }),
      };
      return [name, measured];
    }),
  );
}

/** Warming up is worth nothing if what was sent was refused. */
function check(name: string, count: { requests: number; refused: number; connections: number }) {
  if (count.requests === 0 || count.refused > 0) {
    throw new Error(
      `${name} sent ${count.requests} requests, of which ${count.refused} had a wrong signature.`,
    );
  }
  return count;
}

export interface Spread {
  q1: number;
  median: number;
  q3: number;
}

export type Column = "p50" | "rate" | "cpu" | "many";

/** Each client's share of the reference, round by round, so that what slows the whole machine down slows both. */
export function ratios(rounds: Round[], name: string, column: Column): Spread {
  const shares = rounds.flatMap((round) => {
    const [own, base] = [round[name]?.[column], round[reference]?.[column]];
    return own === undefined || base === undefined ? [] : [own / base];
  });
  return { q1: quantile(shares, 0.25), median: quantile(shares, 0.5), q3: quantile(shares, 0.75) };
}

export const median = (values: number[]) => quantile(values, 0.5);

export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item) => ({ item, key: Math.random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

/** The reference and the clients whose names hold this word; undefined when there are none. */
export function namesLike(word: string | undefined): string[] | undefined {
  const names = Object.keys(clients).filter(
    (name) => name === reference || word === undefined || name.includes(word),
  );
  return names.length > 1 ? names : undefined;
}
