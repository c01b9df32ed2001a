import { parseArgs } from "node:util";
import { operations } from "../../generated/operations.js";
import { parametersOf } from "../document.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { connect } from "./connect.js";
import { callHelp } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { createRenderer } from "./render.js";

/** One operation, its parameters as flags of the same name. */
export async function call([first, ...rest]: string[], io: Io): Promise<number> {
  if (first === "--help" || first === "-h") {
    io.stdout.write(callHelp());
    return 0;
  }
  const id = first as OperationId;
  if (first === undefined || !Object.hasOwn(operations, first)) {
    throw new UsageError(
      `${first === undefined ? "call needs an operationId" : `There is no operation "${first}"`}; there are ${operationIds.join(", ")}.`,
    );
  }
  const flags = Object.fromEntries(parametersOf(id).map(({ name }) => [name, { type: "string" as const }]));
  const { values } = parseArgs({
    args: rest,
    options: {
      ...flags,
      "or-mock": { type: "boolean" },
      all: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  const {
    all,
    json,
    help,
    "or-mock": orMock,
    ...parameters
  } = values as Record<"all" | "json" | "help" | "or-mock", boolean | undefined> & Record<string, string>;
  if (help) {
    io.stdout.write(callHelp(id));
    return 0;
  }
  await using connected = await connect(io, { orMock: orMock ?? false });
  const answer = await (connected.client[id] as (parameters: object) => Promise<unknown>)(
    readParameters(id, parameters),
  );
  if (json) io.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  else
    io.stdout.write(`${connected.source}\n\n${createRenderer(io.stdout, all ?? false).answer(id, answer)}`);
  return 0;
}

/** Text of the command line as the types of the parameters. */
function readParameters(id: OperationId, texts: Record<string, string>): Record<string, unknown> {
  const known: Record<string, { type: string }> = operations[id].parameters;
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => {
      if (known[name]?.type !== "integer") return [name, text];
      if (!/^-?\d+$/.test(text)) throw new UsageError(`--${name} is a whole number, not "${text}".`);
      return [name, Number(text)];
    }),
  );
}
