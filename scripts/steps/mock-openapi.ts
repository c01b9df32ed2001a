import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { inTemporaryFolder, redoclyCli } from "./bundle.js";
import type { OpenApiDocument } from "./document.js";
import { openapiJson } from "./openapi-json.js";
import { chineseJson } from "./translate.js";

const source = fileURLToPath(new URL("../../openapi/mock.yaml", import.meta.url));

// Its rules are not those of Binance's API: it has no weights, and methods beside GET.
const rules = `extends: [recommended-strict]
telemetry: off
rules:
  no-server-example.com: off
  operation-4xx-response: off
  security-defined: error
  no-unused-components: error
  no-invalid-media-type-examples: error
  operation-description: off
`;

/** The control interface of the mock as JSON. Throws with the linter's report when it is not clean. */
export const mockOpenapiJson = (): Promise<string> =>
  inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "redocly.yaml"), rules);
    const text = openapiJson(await read());
    await writeFile(join(folder, "mock.json"), text);
    await redoclyCli(folder, "lint", "mock.json", "--format=stylish");
    return text;
  });

/** The same with its texts in Chinese. */
export const mockOpenapiChineseJson = async (): Promise<string> =>
  chineseJson(await read(), "mock.zh-CN.yaml");

/** The hand-written file, with the version of the package. */
async function read(): Promise<OpenApiDocument> {
  const document = parse(await readFile(source, "utf8")) as OpenApiDocument;
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  return { ...document, info: { ...(document.info as object), version } };
}
