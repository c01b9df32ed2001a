import { BinanceError } from "../errors.js";
import type { FailedLook, Look } from "../index.js";
import { createAlerts } from "./alerts.js";
import { connect } from "./connect.js";
import { byCommand, byWebhook } from "./deliver.js";
import { readCount, readFlags, readTime, readTimeout } from "./flags.js";
import { watchHelp, widthOf } from "./help.js";
import { type Io, inWordsOf, UsageError } from "./io.js";
import { metricsOf, serveMetrics } from "./metrics.js";
import { jsonOutput, lineOutput, screenOutput } from "./outputs.js";
import { readRule } from "./rules.js";
import { isAbsent, note, nothingSeen, type Seen } from "./seen.js";
import { untilStopped } from "./stop.js";

/** The exit code that says that an alert holds. */
export const alarmCode = 3;

/** Looks at every operation again and again, until it is stopped. */
export async function watch(args: string[], io: Io): Promise<number> {
  const flags = readFlags(args, {
    every: { type: "string" },
    count: { type: "string" },
    json: { type: "boolean" },
    alert: { type: "string" },
    exec: { type: "string" },
    webhook: { type: "string" },
    "metrics-port": { type: "string" },
    "metrics-host": { type: "string" },
    "or-mock": { type: "boolean" },
    timeout: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (flags.has("help")) {
    io.stdout.write(watchHelp(widthOf(io.stdout)));
    return 0;
  }
  const every = readTime("--every", flags.value("every")) ?? 5000;
  const count = readCount("--count", flags.value("count"), 1) ?? Number.POSITIVE_INFINITY;
  const timeout = readTimeout(flags.value("timeout"));
  const port = readCount("--metrics-port", flags.value("metrics-port"));
  const rules = flags.values("alert").map(readRule);
  const isScreen = io.stdout.isTTY && !flags.has("json") && io.env.TERM !== "dumb";
  const ways = [
    ...flags.values("exec").map((command) => byCommand(command, io.env, isScreen ? undefined : io.stderr)),
    ...flags.values("webhook").map(byWebhook),
  ];
  if (ways.length > 0 && rules.length === 0)
    throw new UsageError("--exec and --webhook must come with an --alert.");

  await using connected = await connect(io, { orMock: flags.has("or-mock"), timeout });
  const { client, source } = connected;
  using stop = untilStopped();
  const all = nothingSeen();
  const options = { every, signal: stop.signal, yieldErrors: true } as const;
  const watches = await inWordsOf({ "`every`": "--every" }, () =>
    all.map(({ id }) => client.watch(id, options)),
  );
  const host = flags.value("metrics-host") ?? "127.0.0.1";
  await using server =
    port === undefined ? undefined : await serveMetrics(() => metricsOf(all, client.weight), port, host);
  const startedAt = performance.now();
  const sinceStart = () => performance.now() - startedAt;

  if (!isScreen) io.stderr.write(`${source}\n`);
  if (server) io.stderr.write(`Metrics are at ${server.url}.\n`);
  using output = flags.has("json")
    ? jsonOutput(io)
    : isScreen
      ? screenOutput(io, () => ({
          ...{ seen: all, source, weight: client.weight, now: Date.now() },
          ...{ firing: alerts.firing(), sinceStart: sinceStart() },
        }))
      : lineOutput(io, all);
  const alerts = createAlerts(rules, ways, output);
  const ticks = setInterval(() => {
    alerts.check(all, sinceStart());
    output.onTick();
  }, 1000);
  try {
    await Promise.all(all.map((seen, i) => follow(seen, watches[i] as AsyncIterable<Item>)));
    await alerts.settled();
  } finally {
    clearInterval(ticks);
  }
  return outcome(all, alerts.firing().length > 0);

  /** Takes looks as they come, and the error that ends them. */
  async function follow(seen: Seen, looks: AsyncIterable<Item>): Promise<void> {
    const show = (item: Item | { error: BinanceError }, changed: boolean) => {
      note(seen, item);
      output.onLook(seen, changed);
      alerts.check(all, sinceStart());
    };
    try {
      for await (const item of looks) {
        show(item, item.changed);
        if (seen.looks >= count) break;
      }
    } catch (error) {
      if (!(error instanceof BinanceError)) throw error;
      show({ error }, false);
    }
  }
}

type Item = Look<unknown> | FailedLook;

/** Throws where nothing could be seen. */
function outcome(all: readonly Seen[], isFiring: boolean): number {
  const failed = all.filter((seen) => seen.error && !isAbsent(seen, all));
  const [first] = failed;
  if (first?.error && !all.some(({ look }) => look)) throw first.error;
  return isFiring ? alarmCode : failed.length > 0 ? 1 : 0;
}
