/**
 * What the gate costs a call that finds room, in ns of CPU beside a call that has none: `npm run sim:cost`. Rounds with and without
 * it take turns, so that what else the machine does meets both.
 */
import { Gate, type GateTime } from "../../src/budget/gate.js";
import { MemoryLedger } from "../../src/budget/ledger.js";
import { createClock, steadyTime } from "../../src/clock.js";
import { sleep } from "../../src/transport/sleep.js";

const rounds = 101;
const calls = 20_000;

const clock = createClock("learn", steadyTime());
const time: GateTime = {
  ...{ clock, sleep, random: Math.random },
  ...{ monotonic: () => performance.now(), wall: () => Date.now() },
};
// One second of the machine's fastest must find room.
const gate = new Gate(new MemoryLedger({ limit: 1e12, margin: 0.05 }));
const headers = { used: "5", date: new Date().toUTCString() };
const ask = {
  ...{ weight: 5, priority: "normal" as const, time, signal: undefined },
  ...{ remaining: () => 10_000, details: () => ({ attempts: 0 }), onWait: () => {} },
};

let turns = 0;
function pass(): void {
  const lease = gate.enter(ask);
  if ("then" in lease) turns += 1;
  else gate.leave(Object.assign(lease, headers, { sent: true }), time);
}

/** Ns of one call of it. */
function measure(call: () => void): number {
  const startedAt = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) call();
  return Number(process.hrtime.bigint() - startedAt) / calls;
}

const costs = Array.from({ length: rounds }, () => measure(pass) - measure(() => {})).sort((a, b) => a - b);
const [quarter, median, threeQuarters] = [0.25, 0.5, 0.75].map((part) =>
  Math.round(costs[Math.floor(rounds * part)] ?? Number.NaN),
);
console.log(
  `To enter the gate, settle and leave it: ${median} ns a call (middle half of ${rounds} rounds: ${quarter} to ${threeQuarters}).`,
);
console.log(`Calls that had to wait for a turn of the loop: ${turns} of ${rounds * calls}.`);
