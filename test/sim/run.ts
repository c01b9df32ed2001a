/**
 * What limiters do when many processes behind one address want more than it is granted: `npm run sim`. In virtual time;
 * `npm run sim -- --plot` also draws it and puts it into the guides.
 */
import { parseArgs } from "node:util";
import { writeLimiters } from "./page.js";
import { type Demand, simulate, usual } from "./simulate.js";
import { strategies } from "./strategies.js";

const names = ["processes", "minutes", "demand", "strangers", "seed"] as const;
const { values } = parseArgs({
  options: {
    ...(Object.fromEntries(names.map((name) => [name, { type: "string" }])) as Record<
      (typeof names)[number],
      { type: "string" }
    >),
    plot: { type: "boolean" },
  },
});
const given: Demand = { ...usual };
for (const name of names) given[name] = Number(values[name] ?? usual[name]);

const results = strategies(given).map((strategy) => simulate(strategy, given));
console.log(
  `${given.processes} processes behind one address for ${given.minutes} minutes, wanting ${given.demand} times the limit of ${given.limit}; strangers spend ${given.strangers * 100} %.\n`,
);
const cells = (name: string, ...rest: (string | number)[]) =>
  console.log(name.padEnd(26) + rest.map((cell) => String(cell).padStart(12)).join(""));
cells("limiter", "sent", "429 or 418", "bans", "during bans", "limit used");
for (const { name, sent, refused, bans, duringBan, share } of results)
  cells(name, sent, refused, bans, duringBan, `${(share * 100).toFixed(1)} %`);
if (values.plot) await writeLimiters(results);
