import { writeFile } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { build, type Plugin } from "esbuild";
import ts from "typescript";

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

/** Writes the types of each CommonJS file: those of the ES module, so that both have the same. tsc has to have run. */
export async function typesOfCommonJs(files: readonly string[]): Promise<void> {
  const modules = files.map((file) => file.replace(/\.cjs$/, ".d.ts"));
  const program = ts.createProgram(modules, { module: ts.ModuleKind.NodeNext, types: ["node"] });
  const checker = program.getTypeChecker();
  const originOf = (named: ts.Symbol) =>
    named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named;
  for (const file of modules) {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    if (!symbol) throw new Error(`${file} must be a module.`);
    const names = checker.getExportsOfModule(symbol).map((named) => ({
      name: named.name,
      isValue: !isTypeOnly(named) && (originOf(named).flags & ts.SymbolFlags.Value) !== 0,
      isType: (originOf(named).flags & ts.SymbolFlags.Type) !== 0,
    }));
    await writeFile(
      file.replace(/\.d\.ts$/, ".d.cts"),
      declarations(names, `./${basename(file, ".d.ts")}.js`),
    );
  }
}

interface Named {
  name: string;
  isValue: boolean;
  isType: boolean;
}

const isTypeOnly = ({ declarations = [] }: ts.Symbol) => declarations.some(ts.isTypeOnlyExportDeclaration);

function declarations(names: readonly Named[], from: string): string {
  const source = `"${from}" with { "resolution-mode": "import" }`;
  const values = names.filter(({ isValue }) => isValue);
  const onlyTypes = names.filter(({ isValue }) => !isValue).map(({ name }) => name);
  return [
    `import type * as module from ${source};`,
    `export type { ${onlyTypes.join(", ")} } from ${source};`,
    ...values.flatMap(({ name, isType }) => [
      `export declare const ${name}: typeof module.${name};`,
      ...(isType ? [`export type ${name} = module.${name};`] : []),
    ]),
    "",
  ].join("\n");
}
