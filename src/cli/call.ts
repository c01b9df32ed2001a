import { operations } from "../../generated/operations.js";
import { parametersOf } from "../document.js";
import { oneOf } from "../input.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { connect } from "./connect.js";
import { jsonText } from "./failure.js";
import { readFlags, readTimeout, showFlags } from "./flags.js";
import { callHelp, widthOf } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { readParameters } from "./parameters.js";
import { withProgress } from "./progress.js";
import { createRenderer } from "./render.js";
import { didYouMean } from "./suggest.js";

/** Calls one operation; its parameters are flags of the same name. */
export async function call([first, ...rest]: string[], io: Io): Promise<number> {
  if (first === "--help" || first === "-h") {
    io.stdout.write(callHelp(widthOf(io.stdout)));
    return 0;
  }
  const id = readOperation(first);
  const parameters = parametersOf(id);
  const flags = readFlags(rest, {
    ...Object.fromEntries(parameters.map(({ name }) => [name, { type: "string" as const }])),
    ...showFlags,
  });
  if (flags.has("help")) {
    io.stdout.write(callHelp(widthOf(io.stdout), id));
    return 0;
  }
  const query = readParameters(parameters, flags.values);
  const timeout = readTimeout(flags.value("timeout"));
  await using connected = await connect(io, { orMock: flags.has("or-mock"), timeout });
  const method = connected.client[id] as (query: object) => Promise<unknown>;
  const data = await withProgress(io.stderr, () => `Waiting for ${id}`, method(query));
  if (flags.has("json")) io.stdout.write(jsonText(data));
  else
    io.stdout.write(`${connected.source}\n\n${createRenderer(io.stdout, flags.has("all")).answer(id, data)}`);
  return 0;
}

function readOperation(word: string | undefined): OperationId {
  if (word !== undefined && Object.hasOwn(operations, word)) return word as OperationId;
  const expected = oneOf(operationIds);
  if (word === undefined || word.startsWith("-"))
    throw new UsageError(`call must be followed by an operation; received ${word ?? "none"}. ${expected}`);
  throw new UsageError(`There is no operation "${word}".${didYouMean(word, operationIds)} ${expected}`);
}
