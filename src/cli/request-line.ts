import type { JournalEntry } from "../mock/index.js";
import { painter } from "./colour.js";
import type { Io } from "./io.js";
import { printable } from "./table.js";

/** Formats one request of the mock as a line, with notes below it, such as why a signature does not verify. */
export function requestLine(
  {
    receivedAt,
    operation,
    method,
    path,
    weight,
    status,
    code,
    rule,
    faults,
    mistake,
    warnings,
  }: JournalEntry,
  to: Io["stderr"],
): string {
  const paint = painter(to);
  const time = new Date(receivedAt).toISOString().slice(11, 23);
  const outcome = paint(
    status === 200 ? "green" : "red",
    [status || "no answer", code].filter(Boolean).join(" "),
  );
  const notes = [
    ...(faults.length > 0 ? [`fault: ${faults.join(", ")}`] : []),
    ...(rule ? [`broken: ${rule}`] : []),
    ...(mistake ? signatureLines(mistake) : []),
    ...warnings.map((warning) => paint("yellow", `warning: ${warning}`)),
  ];
  const name = operation ?? `${method} ${printable(path)}`;
  return [
    `${paint("dim", time)} ${name} ${outcome}${weight ? ` weight ${weight}` : ""}`,
    ...notes.map((note) => `  ${note}`),
    "",
  ].join("\n");
}

function signatureLines({ received, signed, because }: NonNullable<JournalEntry["mistake"]>): string[] {
  const lines = [`received  ${printable(received)}`];
  if (signed !== undefined && signed !== received) {
    const at = [...received].findIndex((char, index) => char !== signed[index]);
    lines.push(`signed    ${printable(signed)}`, `${" ".repeat(10 + (at < 0 ? received.length : at))}^`);
  }
  return [...lines, because];
}
