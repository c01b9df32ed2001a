import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

/** What an editor shows over each name that stands alone on a line of this program, and the documentation beside it. */
function hover(program: string): string[] {
  const file = fileURLToPath(new URL("./hover-program.ts", import.meta.url));
  const config = ts.readConfigFile(
    fileURLToPath(new URL("../tsconfig.json", import.meta.url)),
    ts.sys.readFile,
  );
  const { options } = ts.parseJsonConfigFileContent(
    config.config,
    ts.sys,
    fileURLToPath(new URL("..", import.meta.url)),
  );
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = name === file ? program : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => fileURLToPath(new URL("..", import.meta.url)),
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: ts.sys.readFile,
    directoryExists: ts.sys.directoryExists,
  };
  const service = ts.createLanguageService(host);
  return [...program.matchAll(/(\w+)(?=(\(\))?; \/\/ \?)/g)].map(({ index }) => {
    const { displayParts, documentation, tags } = service.getQuickInfoAtPosition(file, index) ?? {};
    const tagTexts = (tags ?? []).map(({ name, text }) => `@${name} ${ts.displayPartsToString(text)}`);
    return [ts.displayPartsToString(displayParts), ts.displayPartsToString(documentation), ...tagTexts].join(
      "\n",
    );
  });
}

test("an editor shows names, units and examples", () => {
  const [method, risk, account, field] = hover(`import { createClient } from "../src/index.js";
const binance = createClient({ apiKey: "", secret: "" });
binance.getUmAccount(); // ?
binance.getCmPositionRisk(); // ?
const account = await binance.getPortfolioAccount();
account; // ?
account.accountEquity; // ?
`);
  expect(method).toContain(
    "(parameters?: GetUmAccountParameters | undefined, options?: CallOptions | undefined) => CallPromise<UmAccount>",
  );
  expect(method).toMatch(/UM account: `GET \/papi\/v1\/um\/account`, weight 5\./);
  expect(risk).toMatch(/=> CallPromise<CmPositionRisk\[\]>/);
  expect(account).toMatch(/^const account: PortfolioAccount\n/);
  expect(field).toMatch(
    /^\(property\) PortfolioAccount\.accountEquity: `\$\{number\}`\nEquity in USD, .*\n@example "122607\.35137903"$/,
  );
});
