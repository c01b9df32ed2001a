import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { inc, major, parse } from "semver";
import { apiChanges, type Bump } from "./changes.js";
import { breakingTypes } from "./types.js";

const run = promisify(execFile);

const order: Bump[] = ["none", "patch", "minor", "major"];

/** What has changed since the last release, for those who use the document and those who use the types. */
export interface Verdict {
  /** The last release; undefined where there is none. */
  tag: string | undefined;
  document: Bump;
  types: Bump;
  reasons: string[];
}

/** Judges document and types against the last tag. */
export async function verdictOn(repository: string): Promise<Verdict> {
  const now = await readFile(join(repository, "generated/openapi.json"), "utf8");
  const [last] = await apiChanges(repository, now);
  if (!last) return { tag: undefined, document: "none", types: "none", reasons: [] };
  const { from: tag, verdict, changes: list } = last;
  const types = await typesSince(repository, tag);
  const breaking = list.filter(({ impact }) => impact === "major");
  return {
    tag,
    document: verdict,
    types: types.bump,
    reasons: [...breaking.map(({ where, message }) => `document: ${where}: ${message}`), ...types.reasons],
  };
}

/** Compares the reports of the public types, as they were committed then and are now. */
async function typesSince(repository: string, tag: string): Promise<{ bump: Bump; reasons: string[] }> {
  const folder = "generated/api";
  const { stdout } = await run("git", ["ls-tree", "--name-only", tag, `${folder}/`], { cwd: repository });
  const pairs = await Promise.all(
    stdout
      .split("\n")
      .filter(Boolean)
      .map(async (path) => {
        const older = await run("git", ["show", `${tag}:${path}`], { cwd: repository, maxBuffer: 2 ** 26 });
        const newer = await readFile(join(repository, path), "utf8").catch(() => "");
        return { name: basename(path, ".api.md"), older: older.stdout, newer };
      }),
  );
  const reasons = pairs.flatMap(({ name, older, newer }) =>
    breakingTypes(older, newer).map((reason) => `types of ${name}: ${reason}`),
  );
  const isSame = pairs.every(({ older, newer }) => older === newer);
  const isAll = pairs.length === (await readdir(join(repository, folder))).length;
  return { bump: reasons.length > 0 ? "major" : isSame && isAll ? "none" : "minor", reasons };
}

/** The least version that may follow a release after such changes. Below 1.0.0 the second number stands for the first. */
export function nextVersion(
  released: string,
  { document, types }: Pick<Verdict, "document" | "types">,
): string {
  const below1: Bump[] = ["none", "patch", "patch", "minor"];
  const at = Math.max(order.indexOf(document), order.indexOf(types));
  const bump = (major(released) > 0 ? order : below1)[at] as Bump;
  return String(bump === "none" ? parse(released) : inc(released, bump));
}
