import { once } from "node:events";
import { parseArgs } from "node:util";
import { startMock } from "../mock/index.js";
import { scenarios } from "../mock/prism.js";
import { mockHelp } from "./help.js";
import { type Io, UsageError } from "./io.js";

/** Runs the mock until it is told to stop. */
export async function mock(args: string[], io: Io): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { port: { type: "string" }, scenario: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    io.stdout.write(mockHelp(scenarios));
    return 0;
  }
  const { port = "0", scenario } = values;
  if (!/^\d+$/.test(port)) throw new UsageError(`--port is a number, not "${port}".`);
  const stop = stopSignal();
  await using exchange = await startMock({ port: Number(port), scenario });
  io.stderr.write("A mock exchange is ready, with a key made for this run. It is not Binance. Ctrl-C ends it.\n");
  io.stdout.write(`export BINANCE_BASE_URL=${exchange.url}
export BINANCE_API_KEY=${exchange.apiKey}
export BINANCE_API_SECRET=${exchange.secret}
`);
  await stop;
  return 0;
}

const stopSignal = (): Promise<unknown> => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
