import { operations } from "../../generated/operations.js";
import type { OperationId } from "../types.js";
import { operationOf, parametersOf, resolve } from "./document.js";

export const generalHelp = () => `Balances, margin and positions of a Binance account. Reads only; places no orders.

Usage
  binance-accounts overview [--or-mock] [--all] [--json]
  binance-accounts call <operationId> [--<parameter> <value> ...]
                        [--or-mock] [--all] [--json]
  binance-accounts mock [--port <number>] [--scenario <name>]
  binance-accounts <command> --help
  binance-accounts --version

Operations
${table(ids().map((id) => [id, operationOf(id).summary, `weight ${operations[id].weight}`]))}

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
  scenarios: string[],
) => `Runs an exchange on this machine that checks signatures and answers from the document's examples.

Usage
  binance-accounts mock [--port <number>] [--scenario <name>]

Options
  --port       0, the default, takes a free port
  --scenario   which example answers: ${scenarios.join(", ")}
`;

export function callHelp(id?: OperationId): string {
  const usage = `Usage
  binance-accounts call ${id ?? "<operationId>"}${id ? ` ${flags(id)}` : " [--<parameter> <value> ...]"} [--or-mock] [--all] [--json]
`;
  if (!id) return `Calls one operation.\n\n${usage}\nOperations\n${table(ids().map((id) => [id, operationOf(id).summary]))}\n`;
  const { summary, description } = operationOf(id);
  const parameters = parametersOf(id).map((parameter) => `  ${flag(parameter)}\n${parameter.description.trim().replace(/^/gm, "      ")}`);
  return `${summary}\n\n${description.trim()}\n\n${usage}\nParameters\n${parameters.join("\n")}\n`;
}

const ids = () => Object.keys(operations) as OperationId[];
const flags = (id: OperationId) =>
  parametersOf(id)
    .map((parameter) => (parameter.required ? flag(parameter) : `[${flag(parameter)}]`))
    .join(" ");

function flag({ name, schema }: ReturnType<typeof parametersOf>[number]): string {
  const { type, enum: values } = resolve(schema);
  return `--${name} ${values ? values.join("|") : type === "integer" ? "<number>" : "<text>"}`;
}

function table(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()).join("\n");
}
