/**
 * Where the bytes of the bundle for browsers are: how large it would be without one thing or another (`npm run size:why`).
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import ts from "typescript";

const entry = new URL("../../dist/src/index.web.js", import.meta.url);
const source = ts.createSourceFile("index.js", await readFile(entry, "utf8"), ts.ScriptTarget.ES2022);

/** The package with its syntax tree changed, as a bundle for browsers, gzipped. */
async function size(
  change: (node: ts.Node) => ts.Node | undefined,
  options: BuildOptions = {},
): Promise<number> {
  const visit = (context: ts.TransformationContext) => (root: ts.SourceFile) => {
    const visitor = (node: ts.Node): ts.Node => change(node) ?? ts.visitEachChild(node, visitor, context);
    return ts.visitEachChild(root, visitor, context);
  };
  const [changed] = ts.transform(source, [visit]).transformed;
  const contents = changed ? ts.createPrinter().printFile(changed) : "";
  const stdin = { contents, resolveDir: fileURLToPath(new URL(".", entry)) };
  const { outputFiles } = await build({
    ...{
      stdin,
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      tsconfigRaw: "{}",
    },
    ...options,
  } as const);
  return gzipSync(outputFiles?.[0]?.contents ?? "", { level: 9 }).length;
}

const { factory } = ts;
const nothing = () => undefined;

/** A sentence is a text with a blank in it; what a template fills in stays. */
function withoutSentence(node: ts.Node): ts.Node | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node))
    return node.text.includes(" ") ? factory.createStringLiteral("") : undefined;
  if (ts.isTemplateHead(node)) return factory.createTemplateHead("");
  if (ts.isTemplateMiddle(node)) return factory.createTemplateMiddle("");
  if (ts.isTemplateTail(node)) return factory.createTemplateTail("");
  return undefined;
}

/** The answers' schemas, which the build keeps as constants that name a `type`. */
function withoutSchema(node: ts.Node): ts.Node | undefined {
  if (!ts.isVariableDeclaration(node) || !node.initializer || !ts.isObjectLiteralExpression(node.initializer))
    return undefined;
  const names = node.initializer.properties.map(({ name }) =>
    name && ts.isIdentifier(name) ? name.text : "",
  );
  const isSchema = names[0] === "type" || (ts.isIdentifier(node.name) && node.name.text === "answers");
  return isSchema
    ? factory.createVariableDeclaration(node.name, undefined, undefined, factory.createNumericLiteral(0))
    : undefined;
}

const external = ["openapi-fetch"];
const sizes: Record<string, number> = {
  "as it is": await size(nothing),
  "without the answers' schemas": await size(withoutSchema),
  "without sentences": await size(withoutSentence),
  "without openapi-fetch": await size(nothing, { external }),
  "without all three": await size((node) => withoutSchema(node) ?? withoutSentence(node), { external }),
};
for (const [name, bytes] of Object.entries(sizes)) print(name, bytes);

console.log("\nBefore compression, by part:");
for (const [part, bytes] of await parts()) print(part, bytes);

function print(name: string, bytes: number): void {
  console.log(`${name.padEnd(30)} ${(bytes / 1000).toFixed(1).padStart(4)} kB`);
}

/** Bytes of the minified bundle by folder, largest first. */
async function parts(): Promise<[part: string, bytes: number][]> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../../src/index.ts", import.meta.url))],
    alias: { "#platform": fileURLToPath(new URL("../../src/platform/web.ts", import.meta.url)) },
    ...{ bundle: true, minify: true, write: false, metafile: true, format: "esm", platform: "browser" },
  } as const);
  const found = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})) {
    const part =
      /node_modules\/([^/]+)|(generated)\/|src\/(\w+)\//.exec(path)?.slice(1).find(Boolean) ?? "src";
    found.set(part, (found.get(part) ?? 0) + bytesInOutput);
  }
  return [...found].sort(([, one], [, other]) => other - one);
}
