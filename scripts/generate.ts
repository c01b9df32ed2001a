/**
 * The one door from openapi/ to generated/, to the table of methods in README.md, and to llms.txt.
 *
 *   npm run generate                 write every file that changed
 *   npm run generate -- schema.ts    write only the files named
 *   npm run generate:check           write nothing, exit 1 if anything differs
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { answersTs } from "./steps/answers.js";
import { bundle } from "./steps/bundle.js";
import type { OpenApiDocument } from "./steps/document.js";
import { explanationsTs } from "./steps/explanations.js";
import { llmsTxt } from "./steps/llms.js";
import { mockTs } from "./steps/mock.js";
import { mockOpenapiChineseJson, mockOpenapiJson } from "./steps/mock-openapi.js";
import { openapiJson } from "./steps/openapi-json.js";
import { operationsTs } from "./steps/operations.js";
import { packageTs } from "./steps/package.js";
import { prismJson } from "./steps/prism.js";
import { readmeMd } from "./steps/readme.js";
import { riskTs } from "./steps/risk.js";
import { withSamples } from "./steps/samples.js";
import { schemaTs } from "./steps/schema.js";
import { chineseJson } from "./steps/translate.js";

const folder = new URL("../generated/", import.meta.url);
const steps = {
  "openapi.json": openapiJson,
  "openapi.zh-CN.json": (document: OpenApiDocument) => chineseJson(document),
  "schema.ts": schemaTs,
  "operations.ts": operationsTs,
  "answers.ts": answersTs,
  "risk.ts": riskTs,
  "mock.ts": mockTs,
  "prism.json": prismJson,
  "mock-openapi.json": mockOpenapiJson,
  "mock-openapi.zh-CN.json": mockOpenapiChineseJson,
  "explanations.ts": explanationsTs,
  "package.ts": packageTs,
  "README.md": readmeMd,
  "llms.txt": llmsTxt,
};

/** Where a file is, seen from the root: everything but what is read first is in generated/. */
const placeOf = (name: string) => (/^(README\.md|llms\.txt)$/.test(name) ? name : `generated/${name}`);

const { values, positionals } = parseArgs({
  options: { check: { type: "boolean" } },
  allowPositionals: true,
});
for (const name of positionals) {
  if (!(name in steps))
    fail(`There is no generated file ${name}; there are ${Object.keys(steps).join(", ")}.`);
}

const wanted = Object.entries(steps).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
const texts = await bundle()
  .then(withSamples)
  .then((document) => Promise.all(wanted.map(async ([name, step]) => [name, await step(document)] as const)))
  .catch((error: Error) => fail(error.message));

await mkdir(folder, { recursive: true });
const differing: string[] = [];
for (const [name, text] of texts) {
  const file = new URL(`../${placeOf(name)}`, import.meta.url);
  const same = text === (await readFile(file, "utf8").catch(() => undefined));
  if (!same) differing.push(name);
  if (!same && !values.check) await writeFile(file, text);
  console.log(`${same ? "unchanged" : values.check ? "differs" : "written"}  ${placeOf(name)}`);
}

const others = ["README.md", "api"]; // the reports of `npm run api`
const strays = (await readdir(folder)).filter((name) => !(name in steps) && !others.includes(name));
if (strays.length > 0) fail(`generated/ holds files that no step writes: ${strays.join(", ")}. Delete them.`);
if (values.check && differing.length > 0)
  fail(
    `${differing.map(placeOf).join(", ")}: not what openapi/ says. Run \`npm run generate\` and commit the result.`,
  );

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
