import { Writable } from "node:stream";
import type { Io } from "../../src/cli/io.js";
import { run } from "../../src/cli/run.js";

/** The variables that lead the command to a mock. */
export const environmentOf = ({
  url,
  apiKey,
  secret,
}: {
  url: string;
  apiKey: string;
  secret?: unknown;
}) => ({
  BINANCE_BASE_URL: url,
  BINANCE_API_KEY: apiKey,
  BINANCE_API_SECRET: String(secret),
});

/** Runs the command in this process and returns what a person would see. */
export async function runCommand(
  args: string[],
  env: Io["env"] = {},
  terminal: { columns?: number; onText?: (text: string, stream: "stdout" | "stderr") => void } = {},
) {
  const texts = { stdout: "", stderr: "" };
  const stream = (name: "stdout" | "stderr") =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          texts[name] += chunk;
          terminal.onText?.(texts[name], name);
          done();
        },
      }),
      terminal.columns ? { isTTY: true, columns: terminal.columns } : {},
    );
  const code = await run(args, { env, stdout: stream("stdout"), stderr: stream("stderr") });
  return { code, ...texts };
}
