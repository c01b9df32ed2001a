import { createRequire } from "node:module";
import { BinanceError } from "../errors.js";
import { call } from "./call.js";
import { generalHelp } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { mock } from "./mock.js";
import { overview } from "./overview.js";
import { record } from "./record.js";
import { printable } from "./table.js";

const { version } = createRequire(import.meta.url)("binance-accounts/package.json") as { version: string };

const commands: Record<string, (args: string[], io: Io) => Promise<number>> = {
  overview,
  call,
  mock,
  record,
};

/** Runs one command and returns its exit code: 0 done, 1 a call failed, 2 called wrongly. */
export async function run(args: string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === "--help" || name === "-h" || name === "help") {
      io.stdout.write(generalHelp());
      return 0;
    }
    if (name === "--version" || name === "-v") {
      io.stdout.write(`${version}\n`);
      return 0;
    }
    const command = name === undefined ? undefined : Object.hasOwn(commands, name) && commands[name];
    if (!command)
      throw new UsageError(name === undefined ? "Say what to do." : `There is no command "${name}".`);
    return await command(rest, io);
  } catch (error) {
    if (isUsage(error)) {
      io.stderr.write(`error: ${printable(error.message)}\nSee binance-accounts --help.\n`);
      return 2;
    }
    if (!(error instanceof BinanceError)) throw error;
    io.stderr.write(`error: ${printable(error.message)} [${error.code}]\nSee ${error.help}\n`);
    return error.code === "INVALID_ARGUMENT" || error.code === "INVALID_KEY" ? 2 : 1;
  }
}

const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof TypeError && String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS"));
