/**
 * How fast the mock is beside bare Prism, and what it survives:
 *
 *   npm run mock:bench              prints two tables as Markdown
 *
 * Both servers run in processes of their own and are asked in turn, so that what else the machine does meets both: ratios
 * hold on a busy machine, figures on a quiet one only. Exits with 1 when the mock does not survive something, serves less than
 * 0.85 of the requests of Prism, or on a quiet machine takes more than 300 ms from `npx` to the ready line beyond `npx` itself.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { cpus, loadavg } from "node:os";
import { checks } from "./checks.js";
import { load, type Target } from "./load.js";
import { startsByNpx } from "./npx.js";

type Kind = "mock" | "prism";

async function start(kind: Kind) {
  const child = fork(new URL("server.ts", import.meta.url), [kind], { execArgv: ["--import", "tsx"] });
  const [ready] = (await once(child, "message")) as [Target & { startMs: number }];
  const cpu = async () => {
    child.send("cpu");
    const [used] = (await once(child, "message")) as [number];
    return used;
  };
  const stop = async () => {
    child.kill();
    await once(child, "exit");
  };
  return { ...ready, cpu, stop };
}

const say = (text: string) => process.stderr.isTTY && process.stderr.write(`\r\u001b[K${text}`);
const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const median = (values: readonly number[]) => sorted(values)[values.length >> 1] ?? Number.NaN;
/** Median, lowest and highest. */
const spread = (values: readonly number[], write: (value: number) => string) =>
  `${write(median(values))} (${write(Math.min(...values))}–${write(Math.max(...values))})`;
/** Median, and the middle half. */
const middle = (values: readonly number[], write: (value: number) => string) => {
  const quarter = (nth: number) => write(sorted(values)[(values.length * nth) >> 2] ?? Number.NaN);
  return `${write(median(values))} (${quarter(1)}–${quarter(3)})`;
};
const whole = (value: number) => Math.round(value).toLocaleString("en");

const starts = 9;
const connections = 32;
// Many and short: on a busy machine some of them meet a quiet moment.
const rounds = 45;
const roundMs = 300;

const startTimes: Record<Kind, number[]> = { mock: [], prism: [] };
for (let round = 1; round <= starts; round++) {
  for (const kind of ["mock", "prism"] as const) {
    say(`start ${round} of ${starts}: ${kind}`);
    const { startMs, stop } = await start(kind);
    startTimes[kind].push(startMs);
    await stop();
  }
}

const servers = { mock: await start("mock"), prism: await start("prism") };
const rates: Record<Kind, number[]> = { mock: [], prism: [] };
const costs: Record<Kind, number[]> = { mock: [], prism: [] };
for (const kind of ["mock", "prism"] as const) await load(servers[kind], connections, 3000);
for (let round = 1; round <= rounds; round++) {
  // Whoever goes first changes, so that a machine that slows down favours nobody.
  for (const kind of round % 2 ? (["mock", "prism"] as const) : (["prism", "mock"] as const)) {
    say(`requests, round ${round} of ${rounds}: ${kind}`);
    const before = await servers[kind].cpu();
    const rate = await load(servers[kind], connections, roundMs);
    rates[kind].push(rate);
    costs[kind].push(((await servers[kind].cpu()) - before) / ((rate * roundMs) / 1000));
  }
}
for (const { stop } of Object.values(servers)) await stop();

const ratios = (values: Record<Kind, number[]>) =>
  values.mock.map((value, index) => value / (values.prism[index] ?? Number.NaN));
const row = (what: string, values: Record<Kind, number[]>) =>
  `| ${what} | ${spread(values.mock, whole)} | ${spread(values.prism, whole)} | ${middle(ratios(values), (ratio) => ratio.toFixed(2))} |`;
say("");
const busy = loadavg()[0] ?? 0;
console.log(`Median (lowest–highest), of ratios (the middle half), on ${cpus().length} cores.`);
if (busy > cpus().length)
  console.log(
    `The machine is busy (load ${busy.toFixed(1)}): take the ratios and the processor time, not the figures.`,
  );
console.log("");
console.log("| | our mock | bare Prism | ratio |\n|---|---|---|---|");
console.log(row(`start after import, ms, of ${starts} processes`, startTimes));
console.log(row(`requests per second, ${connections} connections, of ${rounds} rounds`, rates));
console.log(row("processor time per request, µs", costs));

say("npx");
const npx = await startsByNpx(starts);
const beyond = npx.mock.map((ms, index) => ms - (npx.itself[index] ?? Number.NaN));
say("");
console.log("\n| by npx, from the packed package | ms |\n|---|---|");
console.log(`| \`npx binance-accounts mock\` to the ready line | ${spread(npx.mock, whole)} |`);
console.log(`| \`npx\` of a program that does nothing | ${spread(npx.itself, whole)} |`);
console.log(`| beyond npx itself | ${middle(beyond, whole)} |`);
// A busy machine makes everything late, but both servers alike.
if ((median(beyond) > 300 && busy <= cpus().length) || median(ratios(rates)) < 0.85) process.exitCode = 1;

// Another mock, whose minute has room: the load has used up what a client may send.
const survivor = await start("mock");
console.log("\n| our mock survives | |\n|---|---|");
for (const [name, check] of Object.entries(checks)) {
  say(name);
  const word = await check(survivor).then(
    (what) => `✓ ${what}`,
    (error: Error) => `✗ ${error.message.replaceAll(/\s+/g, " ")}`,
  );
  say("");
  console.log(`| ${name} | ${word} |`);
  if (word.startsWith("✗")) process.exitCode = 1;
}
await survivor.stop();
