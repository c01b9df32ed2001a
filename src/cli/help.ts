import { operations } from "../../generated/operations.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { operationOf, parametersOf, resolve } from "./document.js";
import { layoutLines } from "./table.js";

export const generalHelp =
  () => `Balances, margin and positions of a Binance account. Reads only; places no orders.

Usage
  binance-accounts overview [--or-mock] [--all] [--json]
  binance-accounts call <operationId> [--<parameter> <value> ...]
                        [--or-mock] [--all] [--json]
  binance-accounts mock [--port <number>] [--scenario <name>] [...]
  binance-accounts record [--out <file>]
  binance-accounts <command> --help
  binance-accounts --version

Operations
${operationLines((id) => [id, operationOf(id).summary, `weight ${operations[id].weight}`])}
Environment
  BINANCE_API_KEY                  the API key
  BINANCE_API_SECRET               its secret, for an HMAC key
  BINANCE_PRIVATE_KEY_FILE         path of its private key, for an RSA or Ed25519 key
  BINANCE_PRIVATE_KEY_PASSPHRASE   opens that file when it is encrypted
  BINANCE_BASE_URL                 another address, such as that of a mock
  NO_COLOR                         no colour, also on a terminal

Exit codes
  0  done        1  a call failed        2  called wrongly, or no usable key
`;

export const overviewHelp = `Shows health, assets and positions of every account, as tables.

Usage
  binance-accounts overview [--or-mock] [--all] [--json]

Options
  --or-mock   without a key in the environment, show the examples of a mock instead of failing
  --all       also show fields and rows that are left out as uninteresting
  --json      print the answers as JSON, by operationId
`;

export const mockHelp = (
  scenarios: readonly string[],
) => `Starts an exchange on this machine that refuses what Binance refuses and breaks the way Binance breaks.

Usage
  binance-accounts mock [options]

Options
  --port <number>         port to listen on; 0, the default, takes a free one
  --scenario <name>       account to begin with:
                          ${wrap(scenarios, 26)}
  --state <file>          JSON: changes to that account, or what \`record\` wrote
  --faults <file>         JSON: a list of faults, such as
                          [{ "fault": "delay", "ms": 500, "probability": 0.1 }]
  --seed <number>         decides what probability leaves open
  --limits <list>         weight per minute, such as papi=100,dapi=50
  --patience <number>     refused requests before a ban, default 10
  --share-limits          count weight per address for all keys together, as Binance does
  --api-key <text>        accept this API key instead of a throw-away one,
                          with its secret in BINANCE_MOCK_API_SECRET
  --public-key <file>     or with the public half of its RSA or Ed25519 key, as PEM
  --host <address>        address to listen on, default 127.0.0.1
  --allow-remote          allow a host that other machines can reach: they can control the mock
  --allow-origin <list>   web origins whose pages may call it; those of this machine always may
  --quiet                 do not list requests

Each option can also be set in the environment: BINANCE_MOCK_PORT, BINANCE_MOCK_ALLOW_REMOTE=1, and so on.
While it runs, GET /__mock lists what you can ask of it: state, faults, journal, clock, limits, rules.
GET /__mock/openapi.json describes that as OpenAPI.
`;

export const recordHelp = `Calls every operation with your key and writes the answers to a file that the mock serves.

Amounts are multiplied by one random number, so that the file does not tell how much you hold; prices, leverages
and ratios stay. Your key, signatures and headers are not written. Each answer is checked against the document.

Usage
  binance-accounts record [--out <file>] [--overwrite] [--keep-amounts]

Options
  --out <file>     default recorded.json
  --overwrite      replace the file if it is there
  --keep-amounts   write the real amounts
`;

export function callHelp(id?: OperationId): string {
  const usage = `Usage
  binance-accounts call ${id ?? "<operationId>"}${id ? ` ${flags(id)}` : " [--<parameter> <value> ...]"} [--or-mock] [--all] [--json]
`;
  if (!id)
    return `Calls one operation.\n\n${usage}\nOperations\n${operationLines((id) => [id, operationOf(id).summary])}`;
  const { summary, description } = operationOf(id);
  const parameters = parametersOf(id).map(
    (parameter) => `  ${flag(parameter)}\n${parameter.description.trim().replace(/^/gm, "      ")}`,
  );
  return `${summary}\n\n${description.trim()}\n\n${usage}\nParameters\n${parameters.join("\n")}\n`;
}

const operationLines = (cells: (id: OperationId) => string[]) => layoutLines(operationIds.map(cells), "  ");
const flags = (id: OperationId) =>
  parametersOf(id)
    .map((parameter) => (parameter.required ? flag(parameter) : `[${flag(parameter)}]`))
    .join(" ");

function flag({ name, schema }: ReturnType<typeof parametersOf>[number]): string {
  const { type, enum: values } = resolve(schema);
  return `--${name} ${values ? values.join("|") : type === "integer" ? "<number>" : "<text>"}`;
}

/** Names in lines of a terminal's width, indented below the first. */
function wrap(names: readonly string[], indent: number): string {
  const lines = [""];
  for (const name of names) {
    const line = lines.at(-1) ?? "";
    if (line.length + name.length > 80 - indent) lines.push(name);
    else lines[lines.length - 1] = line ? `${line}, ${name}` : name;
  }
  return lines.join(`,\n${" ".repeat(indent)}`);
}
