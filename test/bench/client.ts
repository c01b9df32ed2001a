/** One client in a process of its own, which does what it is told: `node client.js '{"name": …, "where": …}'`. */
import { type Call, clients, type Where } from "./clients.js";

export type Task = { kind: "latency" | "throughput"; ms: number } | { kind: "memory"; calls: number };
/** Median latency in µs, calls per second, and CPU (user and system) per call in µs. */
export interface Slice {
  p50: number;
  rate: number;
  cpu: number;
  heap: number[];
}

const concurrency = 32;
const { name, where } = JSON.parse(process.argv[2] ?? "{}") as { name: string; where: Where };
const call = await clients[name]?.(where);
if (!call) throw new Error(`There is no client "${name}".`);

process.on("message", async (task: Task) => process.send?.(await perform(call, task)));
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function perform(call: Call, task: Task): Promise<Slice> {
  const latencies: number[] = [];
  const heap: number[] = [];
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  let calls = 0;
  const until = (over: () => boolean) => async () => {
    for (; !over(); calls++) await call();
  };
  if (task.kind === "memory") {
    for (let part = 1; part <= 20; part++) {
      const end = (task.calls * part) / 20;
      const work = until(() => calls >= end);
      await Promise.all(Array.from({ length: concurrency }, work));
      globalThis.gc?.();
      heap.push(process.memoryUsage().heapUsed);
    }
  } else if (task.kind === "latency") {
    for (let now = startedAt; now < startedAt + task.ms; ) {
      await call();
      const then = now;
      now = performance.now();
      latencies.push(now - then);
      calls += 1;
    }
  } else {
    const work = until(() => performance.now() > startedAt + task.ms);
    await Promise.all(Array.from({ length: concurrency }, work));
  }
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  latencies.sort((a, b) => a - b);
  return {
    p50: (latencies[latencies.length >> 1] ?? 0) * 1000,
    rate: (calls / ms) * 1000,
    cpu: (user + system) / calls,
    heap,
  };
}
