/**
 * This client beside its peers and a bare agent, on this machine:
 *
 *   npm run bench                       all of it, in less than ten minutes; writes result.json and the page in openapi/guides
 *   npm run bench -- --quick            fewer and shorter rounds, nothing is written
 *   npm run bench -- --only GET         the reference and the clients whose names hold this word; nothing is written
 *   npm run bench -- --rounds 9         more rounds
 *   npm run bench -- --quick --extras   import, bundle and memory as well
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { bodies } from "./bodies.js";
import { clients } from "./clients.js";
import { measureExtras } from "./extras.js";
import { machine, versions } from "./machine.js";
import { compile, startServer, throwAwayKeys } from "./processes.js";
import { figures, type Result, writePages } from "./report.js";
import { measureRound, namesLike, type Round, type Scheme } from "./rounds.js";

const { values } = readArguments();
const partial = values.quick === true || values.only !== undefined;
const plan = {
  names:
    namesLike(values.only) ??
    fail(`No client is called "${values.only}"; there are ${Object.keys(clients).join("; ")}.`),
  rounds: Number(values.rounds ?? (values.quick ? 3 : 5)),
  ms: values.quick ? 400 : 600,
  many: true,
};
if (!(Number.isInteger(plan.rounds) && plan.rounds > 0))
  fail(`--rounds is a whole number from 1, not ${values.rounds}.`);

await compile();
const keys = throwAwayKeys();
using server = await startServer(keys, bodies());
const rounds: Record<Scheme, Round[]> = { http: [], https: [] };
for (let round = 0; round < plan.rounds; round++) {
  for (const scheme of ["http", "https"] as const) {
    rounds[scheme].push(await measureRound(scheme, keys, server, { ...plan, many: scheme === "http" }));
    process.stderr.write(`round ${round + 1} of ${plan.rounds}, ${scheme}\n`);
  }
}
const extras =
  partial && !values.extras
    ? undefined
    : await measureExtras(keys, server, values.quick ? 50_000 : 1_000_000);
const measured: Result = { machine: machine(), versions: await versions(), rounds, extras };
// Rounded before anything is made of it, so that the pages say what the file holds.
const result: Result = JSON.parse(JSON.stringify(measured, (_, value) => rounded(value)));
console.log(figures(result, "en"));
if (!partial) {
  await writeFile(new URL("result.json", import.meta.url), `${JSON.stringify(result, null, 1)}\n`);
  await writePages(result);
}

function rounded(value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        quick: { type: "boolean" },
        only: { type: "string" },
        rounds: { type: "string" },
        extras: { type: "boolean" },
      },
    });
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(2);
}
