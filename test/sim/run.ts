/**
 * What limiters do when many processes behind one address want more than it is granted: `npm run sim`. In virtual time;
 * `npm run sim -- --plot` also draws it and puts it into the guides.
 */
import { parseArgs } from "node:util";
import { writeLimiters } from "./page.js";
import { type Demand, simulate } from "./simulate.js";
import { strategies } from "./strategies.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "32" },
    minutes: { type: "string", default: "10" },
    demand: { type: "string", default: "2" },
    strangers: { type: "string", default: "0.3" },
    seed: { type: "string", default: "1" },
    plot: { type: "boolean" },
  },
});
const [processes, minutes, demand, strangers, seed] = [
  ...[values.processes, values.minutes, values.demand, values.strangers, values.seed],
].map(Number) as [number, number, number, number, number];
const given: Demand = { processes, limit: 6000, minutes, demand, strangers, weight: 5, seed };

const results = strategies(given).map((strategy) => simulate(strategy, given));
console.log(
  `${processes} processes behind one address for ${minutes} minutes, wanting ${demand} times the limit of ${given.limit}; strangers spend ${strangers * 100} %.\n`,
);
const cells = (name: string, ...rest: (string | number)[]) =>
  console.log(name.padEnd(26) + rest.map((cell) => String(cell).padStart(12)).join(""));
cells("limiter", "sent", "429 or 418", "bans", "during bans", "limit used");
for (const { name, sent, refused, bans, duringBan, share } of results)
  cells(name, sent, refused, bans, duringBan, `${(share * 100).toFixed(1)} %`);
if (values.plot) await writeLimiters(results);
