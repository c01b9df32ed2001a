import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { installed } from "../installed.js";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Scripts and styles of the site, and Scalar's own, of the pages that the framework does not make. */
export async function assets(folder: string): Promise<void> {
  await build({
    entryPoints: ["theme.ts", "errors.ts", "try-it.ts"].map((name) => here(`browser/${name}`)),
    outdir: folder,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    alias: { "#platform": here("../../src/platform/web.ts") },
    external: ["./scalar/*"],
    logLevel: "warning",
  });
  await copyFile(here("browser/frame.css"), join(folder, "frame.css"));
  await scalar(join(folder, "scalar"));
}

/** Scalar is installed on demand in a folder of its own: it brings 270 packages, of which one file and its parts are used. */
async function scalar(folder: string): Promise<void> {
  const source = join(await installed("docs/try-it", "@scalar/api-reference"), "dist/browser");
  for (const part of [".", "chunks"]) {
    await mkdir(join(folder, part), { recursive: true });
    const names = (await readdir(join(source, part))).filter(
      (name) => name.endsWith(".js") && name !== "standalone.js",
    );
    for (const name of names) await copyFile(join(source, part, name), join(folder, part, name));
  }
}
