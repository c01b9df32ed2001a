/**
 * Planted client bugs against our mock and against bare Prism:
 *
 *   npm run mock:catches            prints a table as Markdown
 *
 * Exits with 1 when our mock lets one pass.
 */
import { table } from "../../scripts/docs/markup.js";
import { bugs } from "./bugs/index.js";
import { type Catch, tryBug } from "./try.js";

const all = Object.entries(bugs).flatMap(([area, list]) => list.map((bug) => ({ area, bug })));
const results: { ours: Catch; prism: Catch }[] = [];
let done = 0;

/** Several at a time: some tests do nothing but wait for a timeout. */
const waiting = [...all.entries()];
async function work(): Promise<void> {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [index, { bug }] = next;
    results[index] = { ours: await tryBug(bug, "ours"), prism: await tryBug(bug, "prism") };
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${++done} of ${all.length}: ${bug.name}`);
  }
}
await Promise.all(Array.from({ length: 4 }, work));
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

const rows = all.flatMap(({ area, bug }, index) => {
  const { ours, prism } = results[index] as (typeof results)[number];
  const row = [bug.name, ours.caught ? "✓" : "✗", prism.caught ? "✓" : "✗", ours.because];
  return all[index - 1]?.area === area ? [row] : [[`**${area}**`, "", "", ""], row];
});
const caught = (server: "ours" | "prism") => results.filter((result) => result[server].caught).length;
const sum = [`**caught of ${all.length}**`, `**${caught("ours")}**`, `**${caught("prism")}**`, ""];
console.log(table(["client bug", "our mock", "bare Prism", "how our mock gives it away"], [...rows, sum]));
process.exitCode = caught("ours") === all.length ? 0 : 1;
