/**
 * Writes the public types down, one report for each way into the package, so that a change of them is seen in review:
 * `npm run api`. With `--check` nothing is written, and a difference fails.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { declarationFiles, declarations, reportOf } from "./api/report.js";
import { inTemporaryFolder } from "./steps/bundle.js";

const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const committed = fileURLToPath(new URL("../generated/api/", import.meta.url));

const differing = await inTemporaryFolder(async (folder) => {
  await declarations(folder);
  await mkdir(committed, { recursive: true });
  const found: string[] = [];
  for (const [name, file] of await declarationFiles()) {
    const path = `${committed}${name}.api.md`;
    const report = await reportOf(name, folder, file);
    const same = report === (await readFile(path, "utf8").catch(() => undefined));
    if (!same) found.push(name);
    if (!same && !values.check) await writeFile(path, report);
    console.log(`${same ? "unchanged" : values.check ? "differs" : "written"}  generated/api/${name}.api.md`);
  }
  return found;
});
if (values.check && differing.length > 0) {
  console.error(
    "The public types are not those of generated/api/. Run `npm run api`, and look at what changed.",
  );
  process.exit(1);
}
