/**
 * Gives everything that reads from outside as many broken inputs as fit into a time: `npm run fuzz -- 600` takes 600 s.
 * Fails on a crash, a hang of 20 s, a broken promise or a changed prototype, and prints the input. `--seed` repeats a run.
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { targets } from "./targets.js";
import type { Task } from "./worker.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: "string" }, only: { type: "string" } },
});
const seconds = Number(positionals[0] ?? 60);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error("usage: npm run fuzz -- [seconds] [--seed integer] [--only part-of-a-name]");
  process.exit(2);
}
const chosen = Object.keys(targets).filter((name) => name.includes(values.only ?? ""));
const hangsAfter = 20_000;

interface Result {
  name: string;
  inputs: number;
  found: "nothing" | "crash" | "hang";
  input?: string;
  error?: string;
}

/** A thread does not inherit tsx. */
const start = `import("tsx/esm/api").then(({ register }) => (register(), import(${JSON.stringify(new URL("./worker.ts", import.meta.url).href)})));`;

function fuzz(name: string, ms: number): Promise<Result> {
  const current = new SharedArrayBuffer(16_384);
  const workerData: Task = { name, ms, seed, current };
  const worker = new Worker(start, { eval: true, workerData });
  return new Promise((resolve) => {
    let inputs = 0;
    const end = (result: Omit<Result, "name" | "inputs">) => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ name, inputs, ...result });
    };
    // Loading is no hang, however busy the machine is.
    let last = { inputs: 0, at: Infinity };
    const watch = setInterval(() => {
      if (inputs !== last.inputs) last = { inputs, at: performance.now() };
      else if (performance.now() - last.at > hangsAfter) {
        const text = new TextDecoder().decode(new Uint8Array(current).slice());
        end({ found: "hang", input: text.slice(0, text.indexOf("\0")) });
      }
    }, 1000);
    worker.on("message", ({ inputs: read, failure, done }) => {
      inputs = read;
      if (last.at === Infinity) last = { inputs, at: performance.now() };
      if (done) end(failure ? { found: "crash", ...failure } : { found: "nothing" });
    });
    worker.on("error", (error) => end({ found: "crash", error: String(error.stack) }));
  });
}

console.log(`${seconds} s for ${chosen.length} readers, seed ${seed}\n`);
console.log(`${"reader".padEnd(28)}${"inputs".padStart(10)}  found`);
const results: Result[] = [];
for (const name of chosen) {
  const result = await fuzz(name, (seconds * 1000) / chosen.length);
  results.push(result);
  console.log(`${name.padEnd(28)}${String(result.inputs).padStart(10)}  ${result.found}`);
}
for (const { name, found, input, error } of results)
  if (found !== "nothing") console.log(`\n${name}: ${found}\ninput: ${input ?? "unknown"}\n${error ?? ""}`);
process.exitCode = results.some(({ found }) => found !== "nothing") ? 1 : 0;
