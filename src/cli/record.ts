import { access, constants, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { needsParameters } from "../document.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { anonymise } from "./anonymise.js";
import { connect } from "./connect.js";
import { recordHelp } from "./help.js";
import { type Io, UsageError } from "./io.js";

/** Calls every operation that needs no parameter and writes the answers as a state that the mock serves. */
export async function record(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      out: { type: "string" },
      overwrite: { type: "boolean" },
      "keep-amounts": { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    io.stdout.write(recordHelp);
    return 0;
  }
  const { out = "recorded.json", overwrite = false } = values;
  const refuse = ({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(`${out} cannot be written (${code}); name another file with --out.`);
  };
  await access(dirname(out), constants.W_OK).catch(refuse);
  if (!overwrite && (await exists(out)))
    throw new UsageError(`${out} is there already; name another file with --out, or --overwrite it.`);
  await using connected = await connect(io, { orMock: false });
  for (const id of operationIds.filter(needsParameters))
    io.stderr.write(`${id} needs parameters and is left out.\n`);
  const ids = operationIds.filter((id) => !needsParameters(id));
  const answers: { [Id in OperationId]?: unknown } = {};
  for (const id of ids) {
    io.stderr.write(`${id} …`);
    answers[id] = await (connected.client[id] as () => Promise<unknown>)();
    io.stderr.write(" matches the document\n");
  }
  const state = { answers: values["keep-amounts"] ? answers : anonymise(answers) };
  await writeFile(out, `${JSON.stringify(state, null, 2)}\n`, {
    flag: overwrite ? "w" : "wx",
    mode: 0o600,
  }).catch(refuse);
  const amounts = values["keep-amounts"]
    ? "with the real amounts"
    : "all amounts multiplied by one number that is not kept";
  io.stderr.write(
    `${connected.source}\nWritten to ${out}, ${amounts}. binance-accounts mock --state ${out} answers with it.\n`,
  );
  return 0;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
