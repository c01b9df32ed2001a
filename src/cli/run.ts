import { createRequire } from "node:module";
import { operations } from "../../generated/operations.js";
import { BinanceError } from "../errors.js";
import { oneOf } from "../input.js";
import { call } from "./call.js";
import { check } from "./check.js";
import { explain } from "./explain.js";
import { exitCodeOf, failureJson, jsonText, reportFailure } from "./failure.js";
import { generalHelp, widthOf } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { mock } from "./mock.js";
import { overview } from "./overview.js";
import { record } from "./record.js";
import { didYouMean } from "./suggest.js";
import { watch } from "./watch.js";

const { version } = createRequire(import.meta.url)("binance-accounts/package.json") as { version: string };

const commands: Record<string, (args: string[], io: Io) => Promise<number>> = {
  overview,
  call,
  watch,
  check,
  record,
  mock,
  explain,
};

/** Runs one command and returns its exit code: 0 done, 1 a call failed, 2 called wrongly, 3 an alert holds. */
export async function run(args: string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr.write(generalHelp(widthOf(io.stderr)));
    return 2;
  }
  if (name === "help" && rest.length > 0) return run([...rest, "--help"], io);
  if (name === "--help" || name === "-h" || name === "help") {
    io.stdout.write(generalHelp(widthOf(io.stdout)));
    return 0;
  }
  if (name === "--version" || name === "-v") {
    io.stdout.write(`${version}\n`);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  try {
    if (!command) throw new UsageError(unknown(name));
    return await command(rest, io);
  } catch (thrown) {
    const error = asFailure(thrown);
    if (!error) throw thrown;
    const usage = `binance-accounts ${[...asked(args), "--help"].join(" ")}`;
    if (rest.includes("--json")) io.stdout.write(jsonText({ error: failureJson(error, usage) }));
    reportFailure(error, io, usage);
    return exitCodeOf(error);
  }
}

/** The command, and the operation of a call, as far as there are such. */
const asked = ([name = "", operation = ""]: string[]) => [
  ...(Object.hasOwn(commands, name) ? [name] : []),
  ...(name === "call" && Object.hasOwn(operations, operation) ? [operation] : []),
];

function unknown(name: string): string {
  const names = Object.keys(commands);
  return `There is no command "${name}".${didYouMean(name, names)} ${oneOf(names)}`;
}

/** An error that is to be told, and no bug. Node's words about arguments have several lines, of which the first says it. */
function asFailure(error: unknown): BinanceError | UsageError | undefined {
  if (error instanceof BinanceError || error instanceof UsageError) return error;
  const isArgument =
    error instanceof TypeError && String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS");
  return isArgument ? new UsageError((error as Error).message.split("\n", 1)[0]) : undefined;
}
