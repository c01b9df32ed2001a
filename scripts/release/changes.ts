import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { sort, valid } from "semver";
import { inTemporaryFolder, redoclyCli } from "../steps/bundle.js";

const run = promisify(execFile);

export type Bump = "none" | "patch" | "minor" | "major";

/** What changed in the document between two releases, as `redocly diff` judges it. */
export interface ApiChange {
  from: string;
  to: string;
  verdict: Bump;
  changes: { where: string; message: string; impact: Bump }[];
}

/** The document of each release, from the tags v… of this repository, and then as it is now; newest first. */
export async function apiChanges(repository: string, now: string): Promise<ApiChange[]> {
  const tags = await git(repository, "tag", "--list", "v[0-9]*");
  const names = sort(tags.split("\n").filter((tag) => valid(tag)));
  const texts = await Promise.all(
    names.map((tag) => git(repository, "show", `${tag}:generated/openapi.json`)),
  );
  const pairs = names.map(async (from, index) => ({
    ...{ from, to: names[index + 1] ?? "main" },
    ...(await compare(texts[index] ?? "", texts[index + 1] ?? now)),
  }));
  return (await Promise.all(pairs)).reverse();
}

const git = async (cwd: string, ...args: string[]) =>
  run("git", args, { cwd, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    () => "", // no git, or not a clone: then there are no releases to compare
  );

interface Report {
  /** Left out where nothing has changed. */
  bump?: Bump;
  changes: { path: string; impact: Bump; verdicts: { message: string }[] }[];
}

const compare = (older: string, newer: string): Promise<Omit<ApiChange, "from" | "to">> =>
  inTemporaryFolder(async (folder) => {
    await writeFile(join(folder, "redocly.yaml"), "telemetry: off\nextends: [diff-recommended]\n");
    await writeFile(join(folder, "older.json"), older);
    await writeFile(join(folder, "newer.json"), newer);
    const options = ["--format=json", "--fail-on=none", "--output=report.json"];
    await redoclyCli(folder, "diff", "older.json", "newer.json", ...options);
    const { bump = "none", changes } = JSON.parse(
      await readFile(join(folder, "report.json"), "utf8"),
    ) as Report;
    const told = changes.map(({ path, impact, verdicts }) => ({
      where: path.replace("#/", "").replaceAll("~1", "/"),
      impact,
      message: verdicts.map(({ message }) => message).join(" "),
    }));
    return { verdict: bump, changes: told };
  });
