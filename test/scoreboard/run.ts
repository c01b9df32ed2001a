/**
 * The same hazards against this client and its peers, each in a process of its own:
 *
 *   npm run scoreboard              installs the pinned peers, then prints the table as Markdown
 *
 * Exits with 1 when our own row is not clean.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { table } from "../../scripts/docs/markup.js";
import { clients } from "./clients.js";
import { Bench, hazards, type Verdict } from "./hazards.js";

const [client, hazard] = process.argv.slice(2);
if (client === undefined) await compare();
else await meet(client, Number(hazard));

/** One client, one hazard; prints the verdict as JSON. */
async function meet(name: string, index: number): Promise<void> {
  const create = clients[name];
  const hazard = hazards[index];
  if (!create || !hazard) throw new Error(`There is no client "${name}" or no hazard ${index}.`);
  const bench = new Bench(create);
  const verdict = await hazard.meet(bench);
  bench.close();
  process.stdout.write(`\n${JSON.stringify(verdict)}\n`, () => process.exit());
}

async function compare(): Promise<void> {
  const names = Object.keys(clients);
  const jobs = hazards.flatMap((_, index) => names.map((name) => ({ name, index })));
  const verdicts = new Map<string, Verdict>();
  const total = jobs.length;
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      verdicts.set(`${job.name} ${job.index}`, await inProcess(job.name, job.index));
      if (process.stderr.isTTY) process.stderr.write(`\r${verdicts.size} of ${total}`);
    }
  };
  await Promise.all([work(), work()]);
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

  const cell = (name: string, index: number) => {
    const { good, word } = verdicts.get(`${name} ${index}`) as Verdict;
    return `${good ? "✓" : "✗"} ${word}`;
  };
  const clean = (name: string) => hazards.filter((_, index) => verdicts.get(`${name} ${index}`)?.good).length;
  const rows = hazards.map(({ name }, index) => [name, ...names.map((client) => cell(client, index))]);
  const passed = [`**passed of ${hazards.length}**`, ...names.map((name) => `**${clean(name)}**`)];
  console.log(table(["hazard", ...names], [...rows, passed]));
  process.exitCode = clean("binance-accounts") === hazards.length ? 0 : 1;
}

/** A crash of the process is a verdict, too. */
async function inProcess(name: string, index: number): Promise<Verdict> {
  const args = ["--import", "tsx", process.argv[1] ?? "", name, String(index)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  } catch (error) {
    const { killed } = error as { killed?: boolean };
    return { good: false, word: killed ? "never ends" : "crashes the process" };
  }
}
