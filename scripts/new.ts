/**
 * Begins a new operation: writes its path file, an example and its Chinese block, with all that has to be filled in left empty.
 * `npm run lint:api` then says what is missing, and `npm run generate` which text lacks Chinese.
 *
 *   npm run new                                    asks for path, name and weight
 *   npm run new -- --path /papi/v1/balance --name getPortfolioBalance --weight 20
 *   npm run new -- --page saved.md                 takes them, parameters and fields from a page of Binance's documentation
 */
import { existsSync } from "node:fs";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { filesOf, nameFor, type Outline } from "./new/files.js";
import { readPage } from "./new/page.js";

const help = `Begins a new operation: writes its path file, an example and its Chinese block.

Usage
  npm run new -- [--page <file>] [--path <path>] [--name <operationId>] [--weight <number>] [--tag <tag>]

Options
  --page <file>     a page of Binance's documentation, saved as Markdown
  --path <path>     such as /papi/v1/balance
  --name <name>     the method's name, such as getPortfolioBalance
  --weight <number> what one request costs
  --tag <tag>       group in the docs, default portfolioMargin
`;

const root = fileURLToPath(new URL("../", import.meta.url));
try {
  await main();
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      page: { type: "string" },
      path: { type: "string" },
      name: { type: "string" },
      weight: { type: "string" },
      tag: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return void process.stdout.write(help);
  const page = values.page === undefined ? {} : readPage(await readFile(values.page, "utf8"));
  const ask = asker();
  const path = values.path ?? page.path ?? (await ask("Path, such as /papi/v1/balance: ", "--path"));
  if (!/^\/[\w/]+$/.test(path))
    throw new Error(`The path must look like /papi/v1/balance; received "${path}".`);
  const suggested = nameFor(path);
  const name =
    values.name ?? (page.path ? suggested : await ask(`Name (${suggested}): `, "--name", suggested));
  if (!/^[a-z][A-Za-z0-9]*$/.test(name))
    throw new Error(`The name must be in camel case, such as getPortfolioBalance; received "${name}".`);
  const weight = Number(values.weight ?? page.weight ?? (await ask("Weight of one request: ", "--weight")));
  if (!Number.isInteger(weight) || weight < 1)
    throw new Error(`The weight must be an integer above 0; received "${values.weight ?? weight}".`);
  const outline: Outline = {
    ...{ path, name, weight, tag: values.tag ?? "portfolioMargin" },
    parameters: page.parameters ?? [],
    example: page.example,
    url: page.url,
  };
  ask.close();

  const { created, appended } = filesOf(outline);
  const taken = Object.keys(created).find((file) => existsSync(`${root}${file}`));
  if (taken) throw new Error(`${taken} is there already; nothing was written.`);
  for (const [file, text] of Object.entries(created)) {
    await writeFile(`${root}${file}`, text);
    console.log(`created   ${file}`);
  }
  for (const [file, text] of Object.entries(appended)) {
    await appendFile(`${root}${file}`, text);
    console.log(`appended  ${file}`);
  }
  console.log(
    "\nNow fill in what is empty: `npm run lint:api` says what is missing, then `npm run generate`.",
  );
}

/** Asks on a terminal; elsewhere says which flag is missing. */
function asker() {
  const lines = process.stdin.isTTY
    ? createInterface({ input: process.stdin, output: process.stderr })
    : undefined;
  const ask = async (question: string, flag: string, otherwise?: string): Promise<string> => {
    if (!lines) {
      if (otherwise !== undefined) return otherwise;
      throw new Error(`${flag} is missing. \`npm run new -- --help\` explains the flags.`);
    }
    return (await lines.question(question)).trim() || (otherwise ?? "");
  };
  return Object.assign(ask, { close: () => lines?.close() });
}
