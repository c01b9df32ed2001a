import { needsParameters, operationOf } from "../document.js";
import { BinanceError } from "../errors.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { connect } from "./connect.js";
import { isUnavailable, jsonText, unavailable } from "./failure.js";
import { readFlags, readTimeout, showFlags } from "./flags.js";
import { overviewHelp, widthOf } from "./help.js";
import type { Io } from "./io.js";
import { withProgress } from "./progress.js";
import { createRenderer } from "./render.js";
import { paragraph, printable } from "./table.js";

type Outcome = { id: OperationId } & ({ data: unknown } | { error: BinanceError });

/** Calls every operation that needs no parameter, at once. One that fails does not hide the others. */
export async function overview(args: string[], io: Io): Promise<number> {
  const flags = readFlags(args, showFlags);
  if (flags.has("help")) {
    io.stdout.write(overviewHelp(widthOf(io.stdout)));
    return 0;
  }
  const timeout = readTimeout(flags.value("timeout"));
  const json = flags.has("json");
  await using connected = await connect(io, { orMock: flags.has("or-mock"), timeout });
  (json ? io.stderr : io.stdout).write(`${connected.source}\n`);

  const ids = operationIds.filter((id) => !needsParameters(id));
  let open = ids.length;
  const calls = ids.map(async (id): Promise<Outcome> => {
    try {
      return { id, data: await (connected.client[id] as () => Promise<unknown>)() };
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      return { id, error };
    } finally {
      open -= 1;
    }
  });
  const waiting = () => `Waiting for ${open} of ${ids.length} calls`;
  const outcomes = await withProgress(io.stderr, waiting, Promise.all(calls));

  const answered = outcomes.some((outcome) => "data" in outcome);
  // The key is good where another call has passed: this account has no such part.
  const isMissing = (error: BinanceError) => answered && isUnavailable(error);
  const failed = outcomes.flatMap((outcome) =>
    "error" in outcome && !isMissing(outcome.error) ? [outcome] : [],
  );
  if (json) io.stdout.write(jsonText(toJson(outcomes)));
  else {
    const renderer = createRenderer(io.stdout, flags.has("all"));
    for (const outcome of outcomes) {
      io.stdout.write(`\n${renderer.heading(operationOf(outcome.id).summary, outcome.id)}\n`);
      io.stdout.write(
        "data" in outcome
          ? renderer.answer(outcome.id, outcome.data)
          : isMissing(outcome.error)
            ? renderer.note(unavailable(outcome.error))
            : renderer.failure(outcome.error.message),
      );
    }
  }
  if (json)
    for (const { id, error } of failed) io.stderr.write(`error: ${id}: ${printable(error.message)}\n`);
  for (const help of new Set(failed.map(({ error }) => error.help)))
    io.stderr.write(paragraph(io.stderr, help));
  for (const id of operationIds.filter(needsParameters))
    io.stderr.write(paragraph(io.stderr, `${id} needs parameters: see binance-accounts call ${id} --help.`));
  return failed.length > 0 ? 1 : 0;
}

/** Data by operation; what failed stands under `errors`, by operation, too. */
function toJson(outcomes: readonly Outcome[]): object {
  const data = outcomes.flatMap((one) => ("data" in one ? [[one.id, one.data] as const] : []));
  const errors = outcomes.flatMap((one) => ("error" in one ? [[one.id, one.error.toJSON()] as const] : []));
  return {
    ...Object.fromEntries(data),
    ...(errors.length > 0 && { errors: Object.fromEntries(errors) }),
  };
}
