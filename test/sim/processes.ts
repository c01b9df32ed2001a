/**
 * Processes, a Redis and a server, all real and in real time: `npm run sim:processes -- --processes 32 --minutes 10`. With
 * `--mishap stopped`, `paused`, `flushed`, `killed` or `banned` that goes on for two minutes, from the first.
 */
import { parseArgs } from "node:util";
import { startRedis } from "../support/redis.js";
import { createFleet } from "./fleet.js";
import { mishaps } from "./mishaps.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "32" },
    minutes: { type: "string", default: "10" },
    mishap: { type: "string" },
  },
});
const [processes, minutes] = [Number(values.processes), Number(values.minutes)];
const { mishap } = values;
if (mishap !== undefined && !(mishap in mishaps))
  throw new Error(`\`--mishap\` must be one of ${Object.keys(mishaps).join(", ")}; received ${mishap}.`);
const happen = mishap === undefined ? undefined : mishaps[mishap as keyof typeof mishaps];
const limit = 6000;

await using redis = await startRedis();
// Twice what is granted, in calls of weight 5.
const callsPerMinute = (2 * limit) / 5 / processes;
await using fleet = await createFleet({ redis: redis.path, limit, callsPerMinute, strangers: 0.3 * limit });
for (let i = 0; i < processes; i++) fleet.start();
const until = async (time: number) => {
  // A timer may end a little before its time.
  while (Date.now() < time) await new Promise((resolve) => setTimeout(resolve, time - Date.now()));
};
// Whole minutes only: the server's are aligned to the clock.
const begin = Math.ceil(Date.now() / 60_000) * 60_000;
await until(begin);
const [before, first] = [fleet.good(), fleet.requests.length];
// Not at the beginning of a minute, where nothing is spent.
const over = until(begin + 20_000).then(() => happen?.(redis, fleet));
await until(begin + minutes * 60_000);
const share = (fleet.good() - before) / (limit * minutes);
const refused = fleet.requests.filter(({ status }) => status !== 200).length;
console.log(
  `${processes} processes, ${minutes} minutes${mishap ? `, ${mishap}` : ""}: ${fleet.requests.length - first} requests, ${refused} answers 429 or 418 since the start, ${fleet.outcomes.hung ?? 0} hung, ${(share * 100).toFixed(1)} % of the limit used (strangers' 30 % included).`,
);
console.log(fleet.outcomes);
await over;
