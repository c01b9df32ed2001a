import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import { stubs } from "./stubs.js";

const require = createRequire(import.meta.url);

/** One file of Prism and all that it needs to answer from examples; everything else of it throws by name when it is called. */
export async function bundlePrism(outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ["src/mock/prism-engine.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    minify: true,
    metafile: true,
    tsconfigRaw: {},
    logLevel: "warning",
    banner: {
      js: "/*! Prism and its dependencies, changed: parts that the mock never calls are left out. Licences: THIRD-PARTY-LICENSES.txt */",
    },
    plugins: [withoutUnused],
  });
  return metafile;
}

/** Puts a stub where a module that is never called would bring thousands of lines with it. */
const withoutUnused: Plugin = {
  name: "without-unused",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ path, importer, resolveDir }) => {
      if (!importer.includes("node_modules")) return undefined;
      const name = path.startsWith(".") ? nameOf(join(resolveDir, path)) : path;
      return name in stubs ? { path: name, namespace: "stub" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "stub" }, ({ path }) => ({
      contents: stubs[path] as string,
      loader: "js",
      resolveDir: dirname(require.resolve("@stoplight/prism-http/package.json")),
    }));
  },
};

/** `prism-http/dist/client` of a file's path. */
const nameOf = (path: string) => path.replaceAll("\\", "/").replace(/^.*node_modules\/(?:@stoplight\/)?/, "");
