import { ratings } from "../../generated/risk.js";
import type { Client } from "../client.js";
import { operationOf } from "../document.js";
import { type RatedAccount, type Risk, risk } from "../risk.js";
import { type Paint, painter } from "./colour.js";
import { unavailable } from "./failure.js";
import type { Io } from "./io.js";
import { createRenderer, heldRows } from "./render.js";
import { oldest } from "./rules.js";
import { isAbsent, partsOf, type Seen } from "./seen.js";
import { printable, wrapText } from "./table.js";

/** How many looks a sparkline shows at most. */
const memory = 120;
const blocks = [..."▁▂▃▄▅▆▇█"];

export interface Frame {
  seen: readonly Seen[];
  source: string;
  weight: Client["weight"];
  /** Rules that hold. */
  firing: readonly string[];
  /** What else went wrong. */
  notes: readonly string[];
  now: number;
  /** How long the watch has lasted, in ms. */
  sinceStart: number;
}

/** Draws frames for a terminal: health, margin ratio, positions, weight. Remembers ratios for the sparkline. */
export function createDashboard(stdout: Io["stdout"]) {
  const paint = painter(stdout);
  const ratios = new Map<string, number[]>();

  /** Keeps the ratio of a look. */
  function remember(seen: Seen): void {
    const rated = ratedOf(seen);
    if (!rated) return;
    const all = ratios.get(seen.id) ?? [];
    all.push(Number(rated.ratio));
    ratios.set(seen.id, all.slice(-memory));
  }

  function draw(frame: Frame): string {
    const width = Math.max(40, stdout.columns ?? 80);
    const { source, firing, notes } = frame;
    const alerts = firing.map((rule) => `${paint(["red", "bold"], "ALERT")} ${printable(rule)}\n`).join("");
    const failures = notes.map((text) => `${paint("red", printable(text))}\n`).join("");
    const parts = frame.seen.map((seen) => section(seen, frame, width)).filter((text) => text !== "");
    return [`${paint("dim", source.slice(0, width))}\n${alerts}${failures}`, ...parts, footer(frame)].join(
      "\n",
    );
  }

  function section(seen: Seen, { seen: all }: Frame, width: number): string {
    const renderer = createRenderer(stdout, false, true);
    const title = `${renderer.heading(operationOf(seen.id).summary, seen.id)}\n`;
    if (isAbsent(seen, all)) return title + renderer.note(unavailable(seen.error as never));
    const failed = seen.error ? renderer.failure(seen.error.message) : "";
    if (!seen.look) return title + (failed || renderer.note("waiting for the first response"));
    const { fields, schema, lists } = partsOf(seen);
    const rated = ratedOf(seen);
    const gauge = rated ? gaugeOf(rated, ratios.get(seen.id) ?? [], width, paint) : "";
    const own = Object.keys(fields).length > 0 ? renderer.object(fields, schema) : "";
    const tables = lists
      .filter((list) => list.schema["x-overview"]?.hideWhenZero && !isShownBy(all, seen, list.name))
      .map(({ rows, schema }) => {
        const held = heldRows(rows, schema);
        return held.length > 0 ? renderer.rows(held, schema, "  ") : renderer.note("no open positions");
      });
    const body = failed + gauge + own + tables.join("");
    return body === "" ? "" : title + body;
  }

  function footer({ seen, weight, sinceStart, now }: Frame): string {
    const spent = Object.entries(weight).map(([name, { used, limit }]) => {
      const text = `${name} ${used}/${limit}`;
      return used > limit * 0.8 ? paint("bold", text) : text;
    });
    const age = oldest(seen, sinceStart) / 1000;
    const time = new Date(now).toISOString().slice(11, 19);
    const old = `${age.toFixed(1)} s old`;
    const text = `${paint("dim", "weight this minute")}  ${spent.join("  ")}   ${paint("dim", "data")} ${age > 30 ? paint("red", old) : old}   ${time}Z`;
    return wrapText(text, stdout.columns ?? 80);
  }

  return { remember, draw };
}

/** Whether another operation shows the same rows with more about them: the mock's account says which parts are the same. */
function isShownBy(all: readonly Seen[], { id }: Seen, list: string | undefined): boolean {
  const path = `${operationOf(id)["x-state"]}.${list}`;
  return list !== undefined && all.some((other) => other.look && operationOf(other.id)["x-state"] === path);
}

/** What `risk()` says, where an account has levels. */
export function ratedOf(seen: Seen): Risk | undefined {
  const { fields, schema } = partsOf(seen);
  return seen.look && schema["x-levels"] ? risk(fields as never as RatedAccount) : undefined;
}

/** Level, how far liquidation is as a bar that fills towards it, and how the ratio went. */
function gaugeOf(
  { level, isAlarm, ratio, next, status }: Risk,
  past: number[],
  width: number,
  paint: Paint,
): string {
  const levels: readonly { name: string; above?: string }[] = ratings[0].levels;
  const colour = isAlarm ? "red" : "green";
  const room = Math.max(10, Math.min(50, width - 36));
  const lowest = Number(levels.at(-2)?.above ?? 1);
  const nearness = Math.min(1, Math.max(0, lowest / Math.max(Number(ratio), Number.MIN_VALUE)));
  const filled = Math.round(nearness * room);
  const bar = paint(colour, "█".repeat(filled)) + paint("dim", "░".repeat(room - filled));
  const lines = [
    `${paint([colour, "bold"], level)}${status === level ? "" : ` (status ${printable(status)})`}${next ? paint("dim", `, ${next.level} at ${next.at}`) : ""}`,
    `${bar} ${(nearness * 100).toFixed(1)} % ${paint("dim", "of the way to liquidation")}`,
    ...(past.length > 1 ? [`${sparkline(past.slice(-room))} ${paint("dim", "ratio")}`] : []),
  ];
  return lines.map((line) => `  ${line}\n`).join("");
}

export function sparkline(values: number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = (high - low) / (blocks.length - 1);
  return values.map((value) => blocks[step > 0 ? Math.round((value - low) / step) : 3]).join("");
}
