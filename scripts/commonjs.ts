import { writeFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { build, type Plugin } from "esbuild";

/** The one file behind all ways in: `BinanceError` and the budgets of a process must exist once. */
const whole = "dist/src/commonjs.cjs";

/** Writes each way in as CommonJS, for tools such as Jest that cannot read ES modules. Node itself takes the ES modules. */
export async function buildCommonJs(files: readonly string[]): Promise<void> {
  const parts = files.map((file) => `get "${nameOf(file)}"() { return require("./${nameOf(file)}.ts"); }`);
  await build({
    stdin: { contents: `module.exports = { ${parts.join(", ")} };`, resolveDir: "src" },
    outfile: whole,
    bundle: true,
    packages: "external",
    format: "cjs",
    platform: "node",
    target: "node20.19",
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    tsconfigRaw: {},
    logLevel: "warning",
    alias: { "#platform": "./src/platform/node.ts" },
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [inCommonJs],
  });
  for (const file of files) {
    const path = relative(dirname(file), whole);
    await writeFile(
      file,
      `module.exports = require("${path.startsWith(".") ? path : `./${path}`}")["${nameOf(file)}"];\n`,
    );
  }
}

const nameOf = (file: string) => file.replace(/^dist\/src\//, "").replace(/\.cjs$/, "");

/** What such tools find at run time: Prism as a file of its own, since they cannot `import()`, and openapi-fetch's own CommonJS. */
const required: Record<string, string> = {
  "../mock/prism-engine.js": 'require("./mock/prism-engine.cjs")',
  "openapi-fetch": 'require("openapi-fetch").default',
};

const inCommonJs: Plugin = {
  name: "in-commonjs",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /./ }, ({ path, namespace }) => {
      if (namespace === "required") return { path, external: true };
      return Object.hasOwn(required, path) ? { path, namespace: "required" } : undefined;
    });
    onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = ${required[path]};`,
    }));
  },
};

/** Writes the types of each CommonJS file: those of the ES module, so that both have the same. */
export async function typesOfCommonJs(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const module = file.replace(/\.cjs$/, ".js");
    const values: Record<string, unknown> = await import(resolve(module));
    const source = `"./${basename(module)}" with { "resolution-mode": "import" }`;
    const lines = Object.entries(values).flatMap(([name, value]) => [
      `export declare const ${name}: typeof module.${name};`,
      ...(isClass(value) ? [`export type ${name} = module.${name};`] : []),
    ]);
    await writeFile(
      file.replace(/\.cjs$/, ".d.cts"),
      [`import type * as module from ${source};`, `export type * from ${source};`, ...lines, ""].join("\n"),
    );
  }
}

/** Whether this is a type as well as a value. */
const isClass = (value: unknown) => typeof value === "function" && /^class\b/.test(String(value));
