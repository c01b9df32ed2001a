/** Fuzzes one target on a thread of its own, so that `run.ts` can end it when an input hangs it. */
import { parentPort, workerData } from "node:worker_threads";
import fc from "fast-check";
import { shown, watchPrototypes } from "./promises.js";
import { type Target, targets } from "./targets.js";

const { name, ms, seed, current } = workerData as Task;
const target = await (targets[name] as () => Target | Promise<Target>)();
const unchanged = watchPrototypes();
const bytes = new Uint8Array(current);
let inputs = 0;
parentPort?.postMessage({ inputs });

const report = await fc.check(
  fc.asyncProperty(target.inputs, async (input) => {
    new TextEncoder().encodeInto(`${shown(input)}\0`, bytes);
    await target.read(input as never);
    unchanged();
    inputs += 1;
    if (inputs % 50 === 0) parentPort?.postMessage({ inputs });
  }),
  { numRuns: 2 ** 31 - 1, seed, interruptAfterTimeLimit: ms, markInterruptAsFailure: false },
);
await target.close?.();
const [input] = report.counterexample ?? [];
const failure = report.failed
  ? { input: shown(input), error: String((report.errorInstance as Error)?.stack ?? report.errorInstance) }
  : undefined;
parentPort?.postMessage({ inputs, ...(failure && { failure }), done: true });

export interface Task {
  name: string;
  ms: number;
  seed: number;
  /** The input that is being read, as text that ends with a zero byte. */
  current: SharedArrayBuffer;
}
