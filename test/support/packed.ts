import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { root, runProgram, scratchRepository } from "./process.js";

/** Builds and packs this package, packs what it depends on, and installs all of it into an empty project, without a network. */
export async function installPacked(folder: string): Promise<void> {
  const packed = join(folder, "packed");
  await mkdir(packed);
  // A copy is built, since tests that run at the same time would find `dist` half written.
  await using copy = await scratchRepository();
  for (const source of [
    copy.path,
    ...["openapi-fetch", "openapi-typescript-helpers"].map((name) => join(root, "node_modules", name)),
  ]) {
    const args = [
      "pack",
      source,
      "--pack-destination",
      packed,
      "--silent",
      ...(source === copy.path ? [] : ["--ignore-scripts"]),
    ];
    const { code, stdout, stderr } = await runProgram("npm", args);
    if (code !== 0) throw new Error(stdout + stderr);
  }
  await writeFile(join(folder, "package.json"), '{ "name": "empty", "type": "module", "private": true }');
  const tarballs = (await readdir(packed)).map((name) => `./packed/${name}`);
  const { code, stderr } = await runProgram(
    "npm",
    ["install", "--offline", "--no-audit", "--no-fund", ...tarballs],
    { cwd: folder },
  );
  if (code !== 0) throw new Error(stderr);
}
