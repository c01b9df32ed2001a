import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ratings } from "../../generated/risk.js";
import type { Client } from "../client.js";
import { resolveSchema, type Schema } from "../document.js";
import { isLoopback } from "../loopback.js";
import { isOwnName } from "../mock/hosts.js";
import { type RatedAccount, risk } from "../risk.js";
import { UsageError } from "./io.js";
import { heldRows, percentToLiquidation, type Row } from "./render.js";
import { isAbsent, partsOf, type Seen } from "./seen.js";

type Labels = Record<string, string>;

/** Metrics in the text format of Prometheus, by name. */
class Exposition {
  readonly #metrics = new Map<string, { head: string; lines: string[] }>();

  add(name: string, type: "gauge" | "counter", help: string, labels: Labels, value: unknown): void {
    const full = `binance_accounts_${snake(name)}`;
    const metric = this.#metrics.get(full) ?? {
      head: `# HELP ${full} ${escaped(help).replaceAll('\\"', '"')}\n# TYPE ${full} ${type}\n`,
      lines: [],
    };
    const pairs = Object.entries(labels).map(([label, text]) => `${snake(label)}="${escaped(text)}"`);
    metric.lines.push(`${full}{${pairs.join(",")}} ${value}\n`);
    this.#metrics.set(full, metric);
  }

  get text(): string {
    return [...this.#metrics.values()].map(({ head, lines }) => head + lines.join("")).join("");
  }
}

/** All that is known as metrics. Amounts and labels are those that `x-overview` calls worth a glance. */
export function metricsOf(all: readonly Seen[], weight: Client["weight"]): string {
  const out = new Exposition();
  for (const seen of all.filter((one) => !isAbsent(one, all))) {
    const operation = { operation: seen.id };
    const { fields, schema, lists } = partsOf(seen);
    addRow(out, fields, schema, operation);
    addRisk(out, fields, schema, operation);
    for (const { name, rows, schema } of lists)
      for (const row of heldRows(rows, schema))
        addRow(out, row, schema, { ...operation, ...(name && { list: name }) });
    if (seen.look) out.add("age_seconds", "gauge", "Age of the data.", operation, seen.look.age / 1000);
    out.add("up", "gauge", "Whether the last look had data.", operation, seen.look && !seen.error ? 1 : 0);
    out.add("looks_total", "counter", "Looks so far.", operation, seen.looks);
    for (const [code, count] of seen.errors)
      out.add("errors_total", "counter", "Looks that failed, by code.", { ...operation, code }, count);
  }
  for (const [server, { used, limit }] of Object.entries(weight)) {
    const help = "Weight of this minute, by everybody behind this address.";
    out.add("weight_used", "gauge", help, { server }, used);
    out.add("weight_limit", "gauge", "Weight that the server grants per minute.", { server }, limit);
  }
  return out.text;
}

function addRow(out: Exposition, row: Row, schema: Schema, given: Labels): void {
  const names = schema["x-overview"]?.fields ?? [];
  const fieldOf = (name: string) => resolveSchema(schema.properties?.[name]);
  const isText = (name: string) =>
    typeof row[name] === "string" && !/decimal/.test(fieldOf(name).format ?? "");
  // What names a row is a label; the status of an account changes, and is told as a level.
  const ids = schema["x-levels"] ? [] : names.filter(isText).map((name) => [name, String(row[name])]);
  const labels = { ...given, ...Object.fromEntries(ids) };
  for (const name of names.filter((name) => !isText(name) && !/time$/i.test(name))) {
    const value = row[name];
    if (value === undefined || value === "" || typeof value === "object") continue;
    const { description = "" } = schema.properties?.[name] ?? {};
    const help = description.split(/(?<=\.) /)[0] ?? "";
    out.add(name, "gauge", help, labels, typeof value === "boolean" ? Number(value) : value);
  }
  const percent = schema["x-liquidation"] && percentToLiquidation(row);
  if (percent)
    out.add(
      "to_liquidation_percent",
      "gauge",
      "How far the price is from that of liquidation.",
      labels,
      percent,
    );
}

function addRisk(out: Exposition, fields: Row, schema: Schema, labels: Labels): void {
  if (!schema["x-levels"] || Object.keys(fields).length === 0) return;
  const { level, isAlarm } = risk(fields as never as RatedAccount);
  const names: string[] = ratings.flatMap(({ levels }) => levels.map(({ name }) => name));
  out.add("alarm", "gauge", "Whether somebody has to look.", labels, Number(isAlarm));
  out.add(
    "risk_level",
    "gauge",
    `Level: ${names.map((name, i) => `${i} ${name}`).join(", ")}.`,
    labels,
    names.indexOf(level),
  );
}

const snake = (name: string) => name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
const escaped = (text: string) => text.replace(/[\\"\n]/g, (char) => (char === "\n" ? "\\n" : `\\${char}`));

/** Serves metrics to whoever names this machine by an address or as localhost, as no page in a browser can that was lured here. */
export async function serveMetrics(
  text: () => string,
  port: number,
  host: string,
): Promise<{ url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    const isOurs = !isLoopback(host) || isOwnName(request.headers.host, host);
    const status = !isOurs ? 403 : request.url === "/metrics" ? 200 : 404;
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4; charset=utf-8" });
    response.end(
      status === 200 ? text() : status === 404 ? "See /metrics.\n" : "Name this machine by an address.\n",
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      reject(new UsageError(`--metrics-port ${port} on ${host} cannot be listened on (${code}).`)),
    );
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}/metrics`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
