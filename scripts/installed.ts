import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The folder of a package that is installed on demand, in a folder of scripts/ with a lockfile of its own. */
export async function installed(folder: string, name: string): Promise<string> {
  const path = here(`${folder}/node_modules/${name}`);
  if (!existsSync(path)) {
    console.log(`Installing ${name}, once`);
    await run("npm", ["ci", "--ignore-scripts", "--prefix", here(folder)]);
  }
  return path;
}
