import { readFile, writeFile } from "node:fs/promises";
import { plot } from "./plot.js";
import type { Result } from "./simulate.js";
import { type Language, languages, words } from "./words.js";

/** What became of a fleet of real processes. */
export interface Run {
  processes: number;
  minutes: number;
  requests: number;
  /** Answers 429 and 418, since the processes were started. */
  refused: number;
  banned: number;
  hung: number;
  /** Weight that was answered, strangers' included, as a share of what the server grants. */
  share: number;
}

/** By what happened to it: `nothing`, or the name of a mishap. */
export type Runs = { [Name in keyof (typeof words)["en"]["happens"]]?: Run };

const guides = new URL("../../openapi/guides/", import.meta.url);
const runsFile = new URL("result.json", import.meta.url);
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

function table(head: readonly string[], rows: (string | number)[][]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** What the limiters came to, as the page shows it. */
export const limiterTable = (results: Result[], language: Language): string =>
  table(
    words[language].table,
    results.map(({ refused, bans, duringBan, share }, i) => [
      words[language].limiters[i] ?? "",
      ...[refused, bans, duringBan, percent(share)],
    ]),
  );

/** What the fleets came to, as the page shows it. */
export function runTable(runs: Runs, language: Language): string {
  const { happens, runs: head } = words[language];
  const rows = (Object.keys(happens) as (keyof Runs)[]).flatMap((name) => {
    const run = runs[name];
    if (!run) return [];
    const { processes, minutes, requests, refused, banned, hung, share } = run;
    return [[happens[name], processes, minutes, requests, refused, banned, hung, percent(share)]];
  });
  return table(head, rows);
}

/** A page with a table between its markers. */
export function withTable(page: string, name: "limiters" | "runs", text: string): string {
  const markers = new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- /${name} -->`);
  if (!markers.test(page)) throw new Error(`The page has no <!-- ${name} --> … <!-- /${name} -->.`);
  return page.replace(markers, () => `<!-- ${name} -->\n${text}\n<!-- /${name} -->`);
}

export const pageOf = (language: Language): URL => new URL(`many-processes.${language}.md`, guides);
export const drawingOf = (language: Language): URL => new URL(`images/limiters.${language}.svg`, guides);
export const readRuns = async (): Promise<Runs> => JSON.parse(await readFile(runsFile, "utf8"));

async function put(name: "limiters" | "runs", text: (language: Language) => string): Promise<void> {
  for (const language of languages) {
    const file = pageOf(language);
    await writeFile(file, withTable(await readFile(file, "utf8"), name, text(language)));
  }
}

/** Draws the limiters and puts their figures into the guides. */
export async function writeLimiters(results: Result[]): Promise<void> {
  for (const language of languages) await writeFile(drawingOf(language), plot(results, language));
  await put("limiters", (language) => limiterTable(results, language));
}

/** Keeps what a fleet came to, and puts it into the guides. */
export async function writeRun(name: keyof Runs, run: Run): Promise<void> {
  const runs = { ...(await readRuns()), [name]: run };
  await writeFile(runsFile, `${JSON.stringify(runs, undefined, 2)}\n`);
  await put("runs", (language) => runTable(runs, language));
}
