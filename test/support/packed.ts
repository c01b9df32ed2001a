import { copyFile, mkdir, readdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root, runProgram, scratchRepository } from "./process.js";

/**
 * Packs this package and what it depends on, and installs all of it into an empty project, without a network. Where `PACKED` names a
 * tarball, as in `.ci/run`, that one is taken; otherwise a copy is built, since `dist` may be half written by somebody else.
 */
export async function installPacked(folder: string): Promise<void> {
  const packed = join(folder, "packed");
  await mkdir(packed);
  const { PACKED } = process.env;
  if (PACKED) await copyFile(PACKED, join(packed, basename(PACKED)));
  else {
    await using copy = await scratchRepository();
    await pack(copy.path, packed);
  }
  for (const name of ["openapi-fetch", "openapi-typescript-helpers"])
    await pack(join(root, "node_modules", name), packed, "--ignore-scripts");
  await writeFile(join(folder, "package.json"), '{ "name": "empty", "type": "module", "private": true }');
  const tarballs = (await readdir(packed)).map((name) => `./packed/${name}`);
  const { code, stderr } = await runProgram(
    "npm",
    ["install", "--offline", "--no-audit", "--no-fund", ...tarballs],
    { cwd: folder },
  );
  if (code !== 0) throw new Error(stderr);
}

async function pack(source: string, target: string, ...flags: string[]): Promise<void> {
  const args = ["pack", source, "--pack-destination", target, "--silent", ...flags];
  const { code, stdout, stderr } = await runProgram("npm", args);
  if (code !== 0) throw new Error(stdout + stderr);
}
