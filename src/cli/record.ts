import { access, constants, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { needsParameters } from "../document.js";
import { BinanceError } from "../errors.js";
import { operationIds } from "../operations.js";
import type { OperationId } from "../types.js";
import { anonymise } from "./anonymise.js";
import { connect } from "./connect.js";
import { isUnavailable, unavailable } from "./failure.js";
import { readFlags, readTimeout } from "./flags.js";
import { recordHelp, widthOf } from "./help.js";
import { type Io, UsageError } from "./io.js";
import { withProgress } from "./progress.js";
import { paragraph, printable } from "./table.js";

/** Calls every operation that needs no parameter and writes the responses as a state that the mock serves. */
export async function record(args: string[], io: Io): Promise<number> {
  const flags = readFlags(args, {
    out: { type: "string" },
    overwrite: { type: "boolean" },
    "keep-amounts": { type: "boolean" },
    timeout: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (flags.has("help")) {
    io.stdout.write(recordHelp(widthOf(io.stdout)));
    return 0;
  }
  const out = flags.value("out") ?? "recorded.json";
  const timeout = readTimeout(flags.value("timeout"));
  const refuse = ({ code }: NodeJS.ErrnoException) => {
    throw new UsageError(`${out} cannot be written (${code}); name another file with --out.`);
  };
  await access(dirname(out), constants.W_OK).catch(refuse);
  if (!flags.has("overwrite") && (await exists(out)))
    throw new UsageError(`${out} exists; name another file with --out, or --overwrite it.`);
  await using connected = await connect(io, { orMock: false, timeout });
  const say = (text: string) => io.stderr.write(paragraph(io.stderr, printable(text)));

  for (const id of operationIds.filter(needsParameters)) say(`${id} needs parameters and is left out.`);
  const answers: { [Id in OperationId]?: unknown } = {};
  const errors: { id: OperationId; error: BinanceError }[] = [];
  for (const id of operationIds.filter((id) => !needsParameters(id))) {
    try {
      const data = (connected.client[id] as () => Promise<unknown>)();
      answers[id] = await withProgress(io.stderr, () => `Waiting for ${id}`, data);
      say(`${id}: matches the document`);
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      errors.push({ id, error });
    }
  }
  // The key is good where another call has passed: this account has no such part.
  const isMissing = (error: BinanceError) => Object.keys(answers).length > 0 && isUnavailable(error);
  for (const { id, error } of errors) say(`${id}: ${isMissing(error) ? unavailable(error) : error.message}`);
  const [first] = errors;
  if (first && Object.keys(answers).length === 0) throw first.error;

  const keep = flags.has("keep-amounts");
  const { answers: written, leftOut } = keep ? { answers, leftOut: [] } : anonymise(answers);
  await writeFile(out, `${JSON.stringify({ answers: written }, null, 2)}\n`, {
    flag: flags.has("overwrite") ? "w" : "wx",
    mode: 0o600,
  }).catch(refuse);
  if (leftOut.length > 0)
    say(`Left out, because the document does not say what they reveal: ${leftOut.join(", ")}.`);
  const amounts = keep ? "with the real amounts" : "all amounts multiplied by one number that is not kept";
  say(connected.source);
  say(`Written to ${out}, ${amounts}. binance-accounts mock --state ${out} answers with it.`);
  return errors.every(({ error }) => isMissing(error)) ? 0 : 1;
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
