import { stripVTControlCharacters } from "node:util";
import type { Io } from "./io.js";

export interface Table {
  headings: string[];
  rows: string[][];
  /** Columns that are set to the right. */
  numeric: boolean[];
}

const gap = "  ";

/** Columns as wide as their widest cell. Where that is wider than the terminal: a block per row, a line per column. */
export function layoutTable({ headings, rows, numeric }: Table, indent: string, width: number): string {
  if (widthOfTable({ headings, rows, numeric }, indent) > width)
    return rows.map((row) => layoutFields(headings, row, indent)).join("\n");
  return layoutLines([headings, ...rows], indent, numeric);
}

/** Columns of a terminal that a table takes. */
export const widthOfTable = ({ headings, rows }: Table, indent: string): number =>
  widthsOf([headings, ...rows]).reduce((sum, cell) => sum + gap.length + cell, indent.length - gap.length);

/** A line per field: its name, then its value. */
export const layoutFields = (names: string[], values: string[], indent: string) =>
  layoutLines(
    names.map((name, i) => [name, values[i] ?? ""]),
    indent,
  );

/** Lines of cells, in columns. */
export const layoutLines = (
  lines: string[][],
  indent: string,
  numeric: boolean[] = [],
  widths = widthsOf(lines),
) => lines.map((line) => layoutLine(line, widths, indent, numeric)).join("");

const widthsOf = (lines: string[][]) =>
  (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => columnsOf(line[column] ?? ""))));

function layoutLine(cells: string[], widths: number[], indent: string, numeric: boolean[]): string {
  const padded = cells.map((cell, column) => {
    const space = " ".repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(cell)));
    return numeric[column] ? space + cell : cell + space;
  });
  return `${(indent + padded.join(gap)).trimEnd()}\n`;
}

/** Text in lines of at most this width, each indented; a word that is longer has a line of its own. */
export function wrapText(text: string, width: number, indent = ""): string {
  return text
    .split("\n")
    .map((line) => wrapLine(line, width, indent))
    .join("");
}

/** Text as a line, or on a terminal as lines that are broken between words. */
export const paragraph = ({ isTTY, columns }: Io["stderr"], text: string, indent = ""): string =>
  isTTY ? wrapText(text, columns ?? 80, indent) : `${indent}${text}\n`;

/** Lines below the first are indented as the first is, and as far as its bullet. */
function wrapLine(line: string, width: number, indent: string): string {
  const [, own = "", bullet = ""] = /^( *)((?:[-*]|\d+\.) +)?/.exec(line) ?? [];
  let text = indent + own + bullet;
  const lines: string[] = [];
  for (const word of line.slice(own.length + bullet.length).match(words) ?? []) {
    if (columnsOf(text + word.trimEnd()) > width && text.trim() !== "") {
      lines.push(text);
      text = indent + own + " ".repeat(bullet.length);
    }
    text += word;
  }
  return [...lines, text].map((one) => `${one.trimEnd()}\n`).join("");
}

/** Names on the left, explanations on the right of them; below, where a name is long. */
export function layoutTerms(
  terms: readonly (readonly [name: string, text: string])[],
  width: number,
): string {
  const left = Math.min(30, Math.max(...terms.map(([name]) => columnsOf(name)))) + 4;
  return terms
    .map(([name, text]) => {
      const explained = wrapText(text, width, " ".repeat(left));
      const fits = columnsOf(name) + 4 <= left;
      return `  ${name}${fits ? explained.slice(columnsOf(name) + 2) : `\n${explained}`}`;
    })
    .join("");
}

/** Text of a server without the characters that could steer the terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to replace
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** Columns a terminal needs: colours take none, Chinese characters and emoji take two. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const char of stripVTControlCharacters(text)) columns += wide.test(char) ? 2 : 1;
  return columns;
}

/** Ranges of East Asian Wide characters (Unicode, UAX #11). */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Where a line may be broken: behind spaces, and behind a Chinese character with the punctuation that follows it. */
const words = new RegExp(`(?:${wide.source}|(?:(?!${wide.source})\\S)+)[，。；：、）」！？]*\\s*|\\s+`, "gu");
