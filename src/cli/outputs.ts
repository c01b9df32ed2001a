import type { RuleEvent } from "./alerts.js";
import { createDashboard, type Frame, ratedOf } from "./dashboard.js";
import { jsonLine } from "./failure.js";
import type { Io } from "./io.js";
import { heldRows } from "./render.js";
import { openScreen } from "./screen.js";
import { isAbsent, partsOf, type Seen } from "./seen.js";
import { printable } from "./table.js";

/** Where a watch shows what it sees. */
export interface Output extends Disposable {
  /** `changed` is what the look says; an error is shown as often as it comes. */
  onLook(seen: Seen, changed: boolean): void;
  onRule(event: RuleEvent): void;
  /** Something went wrong beside the account. */
  onFailure(text: string): void;
  /** Called once a second. */
  onTick(): void;
}

/** A line of JSON for each change, error and alert. */
export function jsonOutput({ stdout, stderr }: Io): Output {
  const line = (value: object) => stdout.write(jsonLine({ at: Date.now(), ...value }));
  return {
    onLook({ id: operation, look, error }, changed) {
      if (error) line({ operation, error: error.toJSON() });
      else if (changed) line({ operation, data: look?.data });
    },
    onRule: (event) => line({ alert: event }),
    onFailure: (text) => stderr.write(`${printable(text)}\n`),
    onTick() {},
    [Symbol.dispose]() {},
  };
}

/** A line for each account and position that has changed, as in a log. */
export function lineOutput({ stdout, stderr }: Io, all: readonly Seen[]): Output {
  const line = (text: string) =>
    stdout.write(`${new Date().toISOString().replace(/\.\d+/, "")} ${printable(text)}\n`);
  return {
    onLook(seen, changed) {
      if (seen.error) line(`${seen.id} ${isAbsent(seen, all) ? "absent" : seen.error.message}`);
      else if (changed) for (const text of linesOf(seen)) line(text);
    },
    onRule: ({ rule, state, value }) => line(`ALERT ${state} ${rule} (${value})`),
    onFailure: (text) => stderr.write(`${printable(text)}\n`),
    onTick() {},
    [Symbol.dispose]() {},
  };
}

function linesOf(seen: Seen): string[] {
  const { fields, schema, lists } = partsOf(seen);
  const pairs = (row: Record<string, unknown>, names = Object.keys(row)) =>
    names.filter((name) => row[name] !== undefined && row[name] !== "").map((name) => `${name}=${row[name]}`);
  const own = pairs(fields, schema["x-overview"]?.fields);
  const rated = ratedOf(seen);
  const held = lists
    .filter(({ schema }) => schema["x-overview"]?.hideWhenZero)
    .flatMap(({ rows, schema }) =>
      heldRows(rows, schema).map((row) => pairs(row, schema["x-overview"]?.fields).join(" ")),
    );
  const level = rated ? [`level=${rated.level}`] : [];
  const first = [...level, ...own].join(" ");
  return [...(first ? [first] : []), ...held].map((text) => `${seen.id} ${text}`);
}

/** A screen that is drawn anew. */
export function screenOutput({ stdout }: Io, frame: () => Omit<Frame, "notes">): Output {
  const dashboard = createDashboard(stdout);
  const screen = openScreen(stdout);
  let failure: string | undefined;
  const draw = () => screen.draw(dashboard.draw({ ...frame(), notes: failure ? [failure] : [] }));
  stdout.on("resize", draw);
  return {
    onLook(seen) {
      if (!seen.error) dashboard.remember(seen);
      draw();
    },
    onRule: draw,
    onFailure(text) {
      failure = text;
      draw();
    },
    onTick: draw,
    [Symbol.dispose]() {
      stdout.off("resize", draw);
      screen[Symbol.dispose]();
    },
  };
}
