/**
 * Says what real responses have that the document does not, as a diff to the path files:
 *
 *   npm run drift -- recorded.json     what `binance-accounts record` has written, or one body beside its operation
 *   npm run drift -- traffic.har       a HAR: its bodies of our paths, each held against its operation
 *
 * Values are not printed: they are somebody's account. Exits with 1 when something differs.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { operations } from "../generated/operations.js";
import { operationIds } from "../src/operations.js";
import { violations } from "../src/response/schema.js";
import { schemaOf } from "../src/response/schemas.js";
import type { OperationId } from "../src/types.js";
import { bodiesIn } from "./drift/bodies.js";
import { missingFields } from "./drift/fields.js";

const { positionals, values } = parseArgs({
  options: { help: { type: "boolean", short: "h" } },
  allowPositionals: true,
});
if (values.help || positionals.length === 0) {
  console.log(
    'Usage\n  npm run drift -- <file> ...\n\nFiles\n  what `binance-accounts record` has written, a HAR, or { "<operationId>": <body> }',
  );
  process.exit(values.help ? 0 : 2);
}

let differs = false;
for (const file of positionals) {
  const bodies = bodiesIn(JSON.parse(await readFile(file, "utf8").catch(cannotRead(file))));
  if (bodies.length === 0) {
    console.error(`${file} must hold responses of ${operationIds.join(", ")}; it holds none.`);
    process.exit(2);
  }
  for (const [id, found] of grouped(bodies)) report(id, found);
}
process.exitCode = differs ? 1 : 0;

function report(id: OperationId, found: unknown[]): void {
  const schema = schemaOf(id);
  const wrong = new Set(
    found.flatMap((body) =>
      violations(schema, body).map(({ path, message }) => `${path || "the body"} ${message}`),
    ),
  );
  const added = missingFields(schema, found);
  const file = `openapi/paths/${operations[id].path.slice(1).replaceAll("/", "_")}.yaml`;
  if (wrong.size === 0 && added.length === 0) {
    console.log(`${id}: as documented (${found.length} responses)`);
    return;
  }
  differs = true;
  console.log(`--- ${file}\n+++ ${file}, as ${found.length} responses of ${id} have it`);
  for (const { path, yaml } of added) console.log(`@@ ${path || "the body"} @@\n${yaml.replace(/^/gm, "+")}`);
  for (const line of wrong) console.log(`! ${line}`);
}

function grouped(bodies: { id: OperationId; body: unknown }[]): Map<OperationId, unknown[]> {
  const groups = new Map<OperationId, unknown[]>();
  for (const { id, body } of bodies) groups.set(id, [...(groups.get(id) ?? []), body]);
  return groups;
}

function cannotRead(file: string) {
  return (error: NodeJS.ErrnoException): never => {
    console.error(`${file} cannot be read (${error.code}).`);
    process.exit(2);
  };
}
