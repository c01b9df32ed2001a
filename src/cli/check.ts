import { connect } from "./connect.js";
import { ratedOf } from "./dashboard.js";
import { jsonLine } from "./failure.js";
import { readFlags, readTimeout } from "./flags.js";
import { checkHelp, widthOf } from "./help.js";
import type { Io } from "./io.js";
import { withProgress } from "./progress.js";
import { judge, oldest, readRule } from "./rules.js";
import { isAbsent, note, nothingSeen } from "./seen.js";
import { printable } from "./table.js";
import { alarmCode } from "./watch.js";

/** Looks once and says by its exit code whether somebody has to look closer. */
export async function check(args: string[], io: Io): Promise<number> {
  const flags = readFlags(args, {
    alert: { type: "string" },
    json: { type: "boolean" },
    "or-mock": { type: "boolean" },
    timeout: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (flags.has("help")) {
    io.stdout.write(checkHelp(widthOf(io.stdout)));
    return 0;
  }
  const rules = flags.values("alert").map(readRule);
  const timeout = readTimeout(flags.value("timeout"));
  await using connected = await connect(io, { orMock: flags.has("or-mock"), timeout });
  const { client } = connected;
  const snapshot = await withProgress(io.stderr, () => "Waiting for the account", client.snapshot());
  const all = nothingSeen();
  const at = snapshot.at.received;
  for (const seen of all) {
    const data = snapshot.data[seen.id];
    const error = snapshot.errors[seen.id] ?? snapshot.absent[seen.id];
    note(seen, error ? { error } : { data, at, changed: true, age: Date.now() - snapshot.at.sent });
  }

  const failed = all.filter((seen) => seen.error && !isAbsent(seen, all));
  const alarms = rules.length > 0 ? ruleAlarms() : levelAlarms();
  const state = alarms.length > 0 ? "alarm" : failed.length > 0 ? "failed" : "ok";
  const levels = all.flatMap((seen) => ratedOf(seen) ?? []);
  if (flags.has("json")) {
    const errors = failed.map(({ id, error }) => [id, error?.toJSON()]);
    io.stdout.write(
      jsonLine({
        at,
        state,
        alarms,
        levels,
        ...(errors.length > 0 && { errors: Object.fromEntries(errors) }),
      }),
    );
  } else {
    const health = levels.map(({ level, ratio }) => `${level} ${ratio}`);
    io.stdout.write(`${[state, ...(alarms.length > 0 ? alarms : health)].map(printable).join(" ")}\n`);
  }
  for (const { id, error } of failed) io.stderr.write(`error: ${id}: ${printable(error?.message ?? "")}\n`);
  return state === "ok" ? 0 : state === "alarm" ? alarmCode : 1;

  function ruleAlarms(): string[] {
    return rules.flatMap((rule) => {
      const changed = judge(rule, all, oldest(all, 0));
      return changed ? [`${rule.text} (${changed.value})`] : [];
    });
  }

  function levelAlarms(): string[] {
    return all.flatMap((seen) => {
      const rated = ratedOf(seen);
      return rated?.isAlarm ? [`${rated.level} ${rated.ratio} (status ${rated.status})`] : [];
    });
  }
}
