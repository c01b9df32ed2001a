/**
 * Processes, a Redis and a server, all real and in real time: `npm run sim:processes -- --processes 32 --minutes 10`. With
 * `--mishap stopped`, `paused`, `flushed`, `killed` or `banned` that goes on for two minutes, from the first. `--margin` is the share of the limit that is left alone. `--write` puts the figures into the guides.
 */
import { parseArgs } from "node:util";
import { startRedis } from "../support/redis.js";
import { createFleet } from "./fleet.js";
import { mishaps } from "./mishaps.js";
import { writeRun } from "./page.js";

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "32" },
    minutes: { type: "string", default: "10" },
    mishap: { type: "string" },
    margin: { type: "string", default: "0.05" },
    write: { type: "boolean" },
  },
});
const [processes, minutes] = [Number(values.processes), Number(values.minutes)];
const what = values.mishap ?? "nothing";
if (!(what in mishaps))
  throw new Error(`\`--mishap\` must be one of ${Object.keys(mishaps).join(", ")}; received ${what}.`);
const mishap = what as keyof typeof mishaps;
const limit = 6000;
const margin = Number(values.margin);
if (!(margin >= 0 && margin < 1))
  throw new Error(`\`--margin\` must be a number from 0 to below 1; received ${values.margin}.`);

await using redis = await startRedis();
// Twice what is granted, in calls of weight 5.
const callsPerMinute = (2 * limit) / 5 / processes;
await using fleet = await createFleet({
  redis: redis.path,
  limit,
  callsPerMinute,
  strangers: 0.3 * limit,
  margin,
});
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
const over = until(begin + 20_000).then(() => mishaps[mishap](redis, fleet));
await until(begin + minutes * 60_000);
const answers = (status: number) => fleet.requests.filter((request) => request.status === status).length;
const run = {
  ...{ processes, minutes, requests: fleet.requests.length - first },
  ...{ refused: answers(429), banned: answers(418), hung: fleet.outcomes.hung ?? 0 },
  share: (fleet.good() - before) / (limit * minutes),
};
console.log(
  `${processes} processes, ${minutes} minutes, ${mishap}: ${run.requests} requests; since the start ${run.refused} answers 429, ${run.banned} answers 418, ${run.hung} hung; ${(run.share * 100).toFixed(1)} % of the limit used (strangers' 30 % included).`,
);
console.log(fleet.outcomes);
await over;
if (values.write) await writeRun(mishap, run);
