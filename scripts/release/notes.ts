/**
 * The entry of a version in the changelog. While the version is not yet tagged its entry may still be called Unreleased.
 */
export function notesOf(
  changelog: string,
  version: string,
  isTagged: boolean,
): { heading: string; notes: string } {
  const entries = changelog.split(/^## /m).slice(1);
  const named = (heading: string) => entries.find((entry) => entry.startsWith(heading));
  const entry = named(`${version} `) ?? named(`${version}\n`) ?? named(`[${version}]`);
  const chosen = entry ?? (isTagged ? undefined : named("Unreleased"));
  if (chosen === undefined)
    throw new Error(
      `CHANGELOG.md must have a heading "## ${version}"; received ${entries.map((text) => `"${text.split("\n", 1)[0]}"`).join(", ") || "none"}.`,
    );
  const [heading = "", ...lines] = chosen.split("\n");
  const notes = lines.join("\n").trim();
  if (notes === "")
    throw new Error(`The entry "${heading}" of CHANGELOG.md must say something; it is empty.`);
  return { heading, notes: `${notes}\n` };
}
