import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { waysIn } from "../ways-in.js";

interface Manifest {
  version: string;
  license: string;
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

/**
 * Writes what JSR gets: the ES modules of dist/ with their types, so that both registries have the same code. JSR knows no conditions,
 * so each way in is the file that Node has, which Deno and Bun run as well. The mock and the command stay on npm: they read files of
 * their package.
 */
export async function writeJsr(root: string, folder: string, name: string): Promise<number> {
  const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const ways = waysIn(manifest).flatMap(({ way, module }) =>
    module === undefined || way === "./mock" ? [] : [[way, module] as const],
  );
  await mkdir(folder, { recursive: true });
  const kept = (path: string) => !/\.(cjs|d\.cts|map|txt)$|\.web\.js$|\/src\/(mock|cli)(\/|$)/.test(path);
  await cp(join(root, "dist"), join(folder, "dist"), { recursive: true, filter: kept });
  for (const file of ["README.md", "LICENSE"]) await cp(join(root, file), join(folder, file));
  for (const [, file] of ways) {
    const path = join(folder, file);
    const types = `./${file.split("/").at(-1)?.replace(/\.js$/, ".d.ts")}`;
    await writeFile(path, `/* @ts-self-types="${types}" */\n${await readFile(path, "utf8")}`);
  }
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((file) => file.endsWith(".d.ts"))) {
    const path = join(folder, file);
    // Most types have no module of the same name beside them: their code is in a chunk.
    const text = (await readFile(path, "utf8")).replace(/((?:from |import\()"\.[^"]+)\.js"/g, '$1.d.ts"');
    await writeFile(path, text);
  }
  const { version, license, dependencies, peerDependencies } = manifest;
  const imports = Object.fromEntries(
    Object.entries({ ...dependencies, ...peerDependencies }).map(([dependency, range]) => [
      dependency,
      `npm:${dependency}@${range}`,
    ]),
  );
  const jsr = { name, version, license, exports: Object.fromEntries(ways), imports };
  await writeFile(join(folder, "jsr.json"), `${JSON.stringify(jsr, null, 2)}\n`);
  return files.length;
}
