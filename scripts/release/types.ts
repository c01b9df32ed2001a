/**
 * What breaks a program that was written for the older types, by their reports: a line that is gone or reads differently, and a new
 * required field of something that a caller writes. It errs on the safe side: a parameter that accepts more counts too.
 */
export function breakingTypes(older: string, newer: string): string[] {
  const [before, after] = [declarationsOf(older), declarationsOf(newer)];
  const found: string[] = [];
  for (const [name, lines] of before) {
    const now = after.get(name);
    if (!now) found.push(`${name} is gone`);
    else {
      found.push(...lines.filter((line) => !now.includes(line)).map((line) => `${name}: "${line}" is gone`));
      const added = now.filter((line) => !lines.includes(line) && isRequired(line));
      if (isWrittenByCallers(name))
        found.push(...added.map((line) => `${name}: "${line}" is new and required`));
    }
  }
  return found;
}

/** The lines of each declaration in a report, by its name, without comments. */
function declarationsOf(report: string): Map<string, string[]> {
  const code = /```ts\n([\s\S]*)```/.exec(report)?.[1] ?? "";
  const blocks = code
    .replace(/^[ \t]*\/\/.*\n/gm, "")
    .split(/\n\n+/)
    .filter((block) => block.trim() !== "" && !block.startsWith("import "));
  return new Map(
    blocks.map((block) => {
      const lines = block
        .trim()
        .split("\n")
        .map((line) => line.trim());
      const name = /\b(?:class|const|function|interface|namespace|type|enum) (\w+)/.exec(lines[0] ?? "")?.[1];
      return [name ?? lines[0] ?? "", lines];
    }),
  );
}

const isRequired = (line: string) => /^(?:readonly )?["\w]+:/.test(line);

const isWrittenByCallers = (name: string) => /(?:Options|Init|Credentials|Rule|Key|Store)$/.test(name);
