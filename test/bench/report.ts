import { readFile, writeFile } from "node:fs/promises";
import { table } from "../../scripts/docs/markup.js";
import { reference } from "./clients.js";
import type { Extras } from "./extras.js";
import type { Machine } from "./machine.js";
import { type Column, median, type Round, ratios, type Scheme } from "./rounds.js";
import { type Language, words } from "./words.js";

export interface Result {
  machine: Machine;
  versions: Record<string, string>;
  rounds: Record<Scheme, Round[]>;
  extras?: Extras | undefined;
}

const guides = new URL("../../openapi/guides/", import.meta.url);
const columns: [Scheme, Column][] = [
  ...(["p50", "rate", "cpu"] as const).map((column): [Scheme, Column] => ["http", column]),
  ...(["p50", "rate", "cpu"] as const).map((column): [Scheme, Column] => ["https", column]),
  ["http", "many"],
];

/** Clients, the fastest first. */
export const ranking = ({ rounds }: Result): string[] =>
  Object.keys(rounds.http[0] ?? {}).sort(
    (a, b) => ratios(rounds.http, b, "rate").median - ratios(rounds.http, a, "rate").median,
  );

/** All figures as Markdown, in the words of a language. */
export function figures(result: Result, language: Language): string {
  const { clientNames, heads, absolute, meaning, more, start, alone, spread, setup } = words[language];
  const { machine, rounds, versions } = result;
  const cell = (name: string, [scheme, column]: [Scheme, Column]) => {
    const { q1, median, q3 } = ratios(rounds[scheme], name, column);
    return Number.isNaN(median) ? "–" : `${median.toFixed(2)} (${q1.toFixed(2)}–${q3.toFixed(2)})`;
  };
  const own = (scheme: Scheme, column: "p50" | "rate" | "cpu") =>
    median(rounds[scheme].map((round) => round[reference]?.[column] ?? Number.NaN));
  const connections = (name: string) =>
    median(rounds.http.map((round) => round[name]?.connections ?? Number.NaN));
  const rows = ranking(result).map((name) => [
    clientNames[name] ?? name,
    ...columns.map((column) => cell(name, column)),
    String(connections(name)),
  ]);
  return [
    table(heads, rows),
    spread(rounds.http.length),
    absolute(
      (["http", "https"] as const).map((scheme) => ({
        scheme,
        p50: own(scheme, "p50").toFixed(0),
        rate: own(scheme, "rate").toFixed(0),
        cpu: own(scheme, "cpu").toFixed(0),
      })),
    ),
    meaning({
      p50: median(rounds.https.map((round) => round[ours]?.p50 ?? Number.NaN)),
      cpu: median(rounds.https.map((round) => round[ours]?.cpu ?? Number.NaN)),
    }),
    ...(result.extras
      ? [table(...more(result.extras)), table(...start(result.extras)), alone(result.extras)]
      : []),
    setup(machine, versions),
  ].join("\n\n");
}

const ours = "binance-accounts, method";

const markers = /<!-- figures -->[\s\S]*?<!-- \/figures -->/;

/** A page with these figures between its markers. */
export function withFigures(page: string, result: Result, language: Language): string {
  if (!markers.test(page)) throw new Error("The page has no <!-- figures --> … <!-- /figures -->.");
  return page.replace(markers, () => `<!-- figures -->\n${figures(result, language)}\n<!-- /figures -->`);
}

/** Puts the figures into the guides. */
export async function writePages(result: Result): Promise<void> {
  for (const language of ["en", "zh-CN"] as const) {
    const file = new URL(`performance.${language}.md`, guides);
    await writeFile(file, withFigures(await readFile(file, "utf8"), result, language));
  }
}
