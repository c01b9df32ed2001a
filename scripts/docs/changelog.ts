import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inTemporaryFolder, redoclyCli } from "../steps/bundle.js";
import { type Language, words } from "./words.js";

const run = promisify(execFile);

/** What changed in the document between two releases, as `redocly diff` judges it. */
export interface ApiChange {
  from: string;
  to: string;
  verdict: "none" | "patch" | "minor" | "major";
  changes: { where: string; message: string; impact: string }[];
}

/** The document of each release, from the tags v… of this repository, and then as it is now; newest first. */
export async function apiChanges(repository: string, now: string): Promise<ApiChange[]> {
  const tags = (await git(repository, "tag", "--list", "v[0-9]*", "--sort=version:refname"))
    .split("\n")
    .filter(Boolean);
  const documents = await Promise.all(
    tags.map(async (tag) => ({
      name: tag,
      text: await git(repository, "show", `${tag}:generated/openapi.json`),
    })),
  );
  const line = [...documents, { name: "", text: now }];
  const pairs = line.slice(1).map((newer, index) => [line[index] as (typeof line)[number], newer] as const);
  const found: ApiChange[] = [];
  for (const [older, newer] of pairs)
    found.unshift({ from: older.name, to: newer.name, ...(await compare(older.text, newer.text)) });
  return found;
}

const git = async (cwd: string, ...args: string[]) =>
  run("git", args, { cwd, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    () => "", // no git, or not a clone: then there are no releases to compare
  );

interface Report {
  bump: ApiChange["verdict"];
  changes: { path: string; impact: string; verdicts: { message: string }[] }[];
}

const compare = (older: string, newer: string): Promise<Omit<ApiChange, "from" | "to">> =>
  inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "redocly.yaml"), "telemetry: off\nextends: [diff-recommended]\n");
    await writeFile(join(folder, "older.json"), older);
    await writeFile(join(folder, "newer.json"), newer);
    await redoclyCli(
      folder,
      "diff",
      "older.json",
      "newer.json",
      "--format=json",
      "--fail-on=none",
      "--output=report.json",
    );
    const { bump, changes } = JSON.parse(await readFile(join(folder, "report.json"), "utf8")) as Report;
    const where = (path: string) => path.replace("#/", "").replaceAll("~1", "/");
    return {
      verdict: bump,
      changes: changes.map(({ path, impact, verdicts }) => ({
        where: where(path),
        impact,
        message: verdicts.map(({ message }) => message).join(" "),
      })),
    };
  });

/** CHANGELOG.md, and what changed in the API from release to release. */
export function changelogMarkdown(changelog: string, changes: ApiChange[], language: Language): string {
  const w = words[language].changelog;
  const parts = changes.map(({ from, to, verdict, changes: list }) => {
    const lines = list.map(({ where, impact, message }) => `- **${impact}** \`${where}\`: ${message}`);
    return `### ${w.from} ${from} ${w.to} ${to || w.next}: ${w.verdict[verdict]}\n\n${lines.join("\n")}`;
  });
  const rest = changelog.replace(/^# .*\n/, "").trim();
  return `# ${w.title}\n\n${w.note && `${w.note}\n\n`}${rest}\n\n## ${w.api} {#api}\n\n${parts.length > 0 ? parts.join("\n\n") : w.none}\n`;
}
