/**
 * Makes dist/ of what package.json offers: one file for each way in and a few for what they share, because Node takes longer to
 * find thirty small files than to run them. `*.web.js` is the same without Node's modules, `*.cjs` the same for tools that cannot
 * read ES modules. Types are written by tsc.
 */
import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { type BuildOptions, build, type Plugin } from "esbuild";
import { nameChunks } from "./chunks.js";
import { buildCommonJs, typesOfCommonJs } from "./commonjs.js";
import { bundlePrism } from "./prism/bundle.js";
import { licencesOf } from "./prism/licences.js";
import { tsc } from "./tsc.js";
import { filesOf } from "./ways-in.js";

const { exports, bin } = JSON.parse(await readFile("package.json", "utf8"));
const built = [...new Set(filesOf({ exports, bin }))].map((file) => file.replace(/^\.\//, ""));
const files = built.filter((file) => /^dist\/.*\.js$/.test(file));
const forCommonJs = built.filter((file) => file.endsWith(".cjs"));
const entries = (wanted: string[]) =>
  wanted.map((file) => ({
    in: file.replace(/^dist\//, "").replace(/(\.web)?\.js$/, ".ts"),
    out: file.replace(/^dist\//, "").replace(/\.js$/, ""),
  }));

const shared: BuildOptions = {
  outdir: "dist",
  bundle: true,
  packages: "external",
  format: "esm",
  tsconfigRaw: {},
  logLevel: "warning",
  // They lead to src/, which is in the package.
  sourcemap: true,
  sourcesContent: false,
};
/** Prism is a file of its own beside the mock's, which only a mock that starts loads; `import()` of CommonJS would read it twice. */
const prismApart: Plugin = {
  name: "prism-apart",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/prism-engine\.js$/ }, ({ path }) => ({ path, namespace: "engine" }));
    onLoad({ filter: /.*/, namespace: "engine" }, () => ({
      contents: `import { createRequire } from "node:module";
export const { createInstance, operations } = createRequire(import.meta.url)("../mock/prism-engine.cjs");`,
    }));
  },
};
const forWeb = files.filter((file) => file.endsWith(".web.js"));
const forNode = files.filter((file) => !forWeb.includes(file));

await rm("dist", { recursive: true, force: true });
const node = await build({
  ...shared,
  metafile: true,
  entryPoints: entries(forNode),
  alias: { "#platform": "./src/platform/node.ts" },
  platform: "node",
  target: "node20.19",
  splitting: true,
  chunkNames: "src/shared/[hash]",
  plugins: [prismApart],
});
await nameChunks(node.metafile, "dist/src/shared");
const prism = await bundlePrism("dist/src/mock/prism-engine.cjs");
await buildCommonJs(forCommonJs);
await writeFile("dist/THIRD-PARTY-LICENSES.txt", licencesOf(prism));
const web = await build({
  ...shared,
  metafile: true,
  entryPoints: entries(forWeb),
  alias: { "#platform": "./src/platform/web.ts" },
  platform: "neutral",
  target: "es2022",
  // What several entries share is one module for all of them: one BinanceError, above all.
  splitting: true,
  chunkNames: "src/shared/[hash].web",
});
await nameChunks(web.metafile, "dist/src/shared");
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { stdio: "inherit" });
// Its types name packages that nobody has installed.
await rm("dist/src/mock/prism-engine.d.ts");
await typesOfCommonJs(forCommonJs);
