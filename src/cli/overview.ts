import { parseArgs } from "node:util";
import { needsParameters, operationOf } from "../document.js";
import { BinanceError } from "../errors.js";
import { operationIds } from "../operations.js";
import { connect } from "./connect.js";
import { overviewHelp } from "./help.js";
import type { Io } from "./io.js";
import { createRenderer } from "./render.js";
import { printable } from "./table.js";

/** Every operation that needs no parameter, at once. One that fails does not hide the others. */
export async function overview(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      "or-mock": { type: "boolean" },
      all: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    io.stdout.write(overviewHelp);
    return 0;
  }
  await using connected = await connect(io, { orMock: values["or-mock"] ?? false });
  (values.json ? io.stderr : io.stdout).write(`${connected.source}\n`);

  const ids = operationIds.filter((id) => !needsParameters(id));
  const outcomes = await Promise.allSettled(
    ids.map((id) => (connected.client[id] as () => Promise<unknown>)()),
  );
  const failed = outcomes.filter((outcome) => outcome.status === "rejected");
  const bug = failed.find(({ reason }) => !(reason instanceof BinanceError));
  if (bug) throw bug.reason;

  if (values.json) {
    const answers = outcomes.flatMap((outcome, i) =>
      outcome.status === "fulfilled" ? [[ids[i], outcome.value]] : [],
    );
    io.stdout.write(`${JSON.stringify(Object.fromEntries(answers), null, 2)}\n`);
    for (const { reason } of failed)
      io.stderr.write(`error: ${reason.operationId}: ${printable(reason.message)}\n`);
  } else {
    const renderer = createRenderer(io.stdout, values.all ?? false);
    for (const [i, id] of ids.entries()) {
      const outcome = outcomes[i];
      io.stdout.write(`\n${renderer.heading(operationOf(id).summary, id)}\n`);
      io.stdout.write(
        outcome?.status === "fulfilled"
          ? renderer.answer(id, outcome.value)
          : renderer.failure(outcome?.reason.message),
      );
    }
  }
  for (const help of new Set(failed.map(({ reason }) => reason.help))) io.stderr.write(`See ${help}\n`);
  for (const id of operationIds.filter(needsParameters))
    io.stderr.write(`${id} needs parameters: see binance-accounts call ${id} --help.\n`);
  return failed.length > 0 ? 1 : 0;
}
