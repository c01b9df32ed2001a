/**
 * The package, built, packed and installed, on other runtimes than Node and as applications for browsers are bundled:
 *
 *   npm run test:runtimes              installs the pinned runtimes, then prints what each does with the same scenario
 *   npm run test:runtimes -- Deno      only those whose names hold this word
 *
 * ≈ is another outcome than the matrix of faults says, where the runtime's fetch decides and every promise is kept all the same.
 * Exits with 1 when there is a ✗.
 */
import "../support/loopback-only.js";
import { painter } from "../../src/cli/colour.js";
import { layoutTable } from "../../src/cli/table.js";
import { installPacked } from "../support/packed.js";
import { temporaryFolder } from "../support/process.js";
import { type Met, Missing, type Report, type Runtime, runtimes } from "./runtimes.js";
import { startServers } from "./servers.js";

const wanted = process.argv.slice(2);
const chosen = runtimes.filter(({ name }) => wanted.every((word) => name.includes(word)));
if (chosen.length === 0) throw new Error(`No runtime is called "${wanted.join(" ")}".`);

const paint = painter(process.stdout);
const notes: string[] = [];
let failed = false;

/** A mark, and where the note stands that explains it. */
function mark(sign: "✗" | "≈", what: string): string {
  if (!notes.includes(what)) notes.push(what);
  if (sign === "✗") failed = true;
  return paint(sign === "✗" ? "red" : "yellow", `${sign} [${notes.indexOf(what) + 1}]`);
}
const good = (remark = "") => (remark === "–" ? remark : paint("green", `✓ ${remark}`.trim()));

function cellsOf({ carries }: Runtime, { results, met }: Report): Map<string, string> {
  const cells = new Map<string, string>();
  for (const { name, error, remark } of results) {
    const asExpected = name !== "requests are carried by" || remark === carries;
    cells.set(
      name,
      error !== undefined
        ? mark("✗", error)
        : asExpected
          ? good(remark)
          : mark("✗", `${remark}, not ${carries}`),
    );
  }
  for (const family of new Set(met.map(({ family }) => family))) {
    const rows = met.filter((row) => row.family === family);
    const bad = rows.filter(({ broken, differs }) => broken !== undefined || differs !== undefined);
    const serious = bad.filter(({ broken }) => broken !== undefined || carries === "own");
    const tell = ({ name, broken, differs }: Met) => `${name}: ${broken ?? differs}`;
    const found = () =>
      serious.length > 0 ? mark("✗", serious.map(tell).join("; ")) : mark("≈", bad.map(tell).join("; "));
    const cell =
      bad.length === 0
        ? good(String(rows.length))
        : `${found()} ${rows.length - bad.length} of ${rows.length}`;
    cells.set(`faults: ${family}`, cell);
  }
  return cells;
}

/** What is said of a runtime that could be started but not asked. */
const broken = (error: Error): Report => ({
  results: [{ name: "requests are carried by", error: String(error) }],
  met: [],
});

await using project = await temporaryFolder();
await using servers = await startServers();
await installPacked(project.path);
const missing: string[] = [];

for (const bundled of [false, true]) {
  const columns: { heading: string; cells: Map<string, string> }[] = [];
  for (const runtime of chosen.filter(({ name }) => name.endsWith("bundled for browsers") === bundled)) {
    try {
      const heading = `${runtime.name.replace(/,.*/, "")} ${await runtime.version()}`;
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${heading}`);
      const report = await runtime
        .run({ folder: project.path, servers })
        .catch((error: Error) => broken(error));
      columns.push({ heading, cells: cellsOf(runtime, report) });
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      missing.push(`${runtime.name} cannot be run here: ${error.message}.`);
    }
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  if (columns.length === 0) continue;
  const rows = [...new Set(columns.flatMap(({ cells }) => [...cells.keys()]))];
  const table = {
    headings: [bundled ? "bundled for browsers" : "installed", ...columns.map(({ heading }) => heading)],
    rows: rows.map((row) => [row, ...columns.map(({ cells }) => cells.get(row) ?? "–")]),
    numeric: [],
  };
  console.log(layoutTable(table, "", Infinity));
}
for (const [index, note] of notes.entries()) console.log(`[${index + 1}] ${note}`);
for (const line of missing) console.log(line);
process.exitCode = failed ? 1 : 0;
