import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Metafile } from "esbuild";

/**
 * Names what several ways in share after the last of its sources: `shared/client.js`, not `shared/E6TSU6P5.js`. A stack
 * trace and a list of files then say something.
 */
export async function nameChunks({ outputs }: Metafile, folder: string): Promise<void> {
  const names = new Map<string, string>();
  for (const [path, { inputs }] of Object.entries(outputs)) {
    if (!path.startsWith(`${folder}/`) || !path.endsWith(".js")) continue;
    const last = Object.keys(inputs).at(-1) ?? ""; // each stands behind what it imports
    const stem = basename(last).replace(/\.\w+$|[^\w-]/g, "") || "runtime";
    const hash = basename(path, ".js");
    const kind = hash.endsWith(".web") ? ".web" : "";
    const taken = [...names.values()].filter((name) => name.replace(/-\d+/, "") === stem + kind).length;
    names.set(hash, `${stem}${taken === 0 ? "" : `-${taken + 1}`}${kind}`);
  }
  const written = Object.keys(outputs).filter((path) => /\.(js|map)$/.test(path));
  for (const path of written) {
    const text = await readFile(path, "utf8");
    const named = [...names].reduce(
      (text, [hash, name]) => text.replaceAll(`${hash}.js`, `${name}.js`),
      text,
    );
    if (named !== text) await writeFile(path, named);
  }
  for (const file of await readdir(folder))
    for (const [hash, name] of names)
      if (file.startsWith(`${hash}.`))
        await rename(join(folder, file), join(folder, file.replace(hash, name)));
}
