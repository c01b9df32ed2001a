import { cp } from "node:fs/promises";
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
  await cp(here("browser/frame.css"), join(folder, "frame.css"));
  // Scalar is installed on demand in a folder of its own: it brings 270 packages, of which one file and its parts are used.
  const scalar = join(await installed("docs/try-it", "@scalar/api-reference"), "dist/browser");
  const isWanted = (path: string) => !/standalone\.js$|\.map$/.test(path);
  await cp(scalar, join(folder, "scalar"), { recursive: true, filter: isWanted });
}
