import type { ApiChange } from "../release/changes.js";
import { type Language, words } from "./words.js";

/** CHANGELOG.md, and what changed in the API from release to release; both are written in English. */
export function changelogMarkdown(changelog: string, changes: ApiChange[], language: Language): string {
  const w = words[language].changelog;
  const english = (text: string) => (language === "en" ? text : `<div lang="en">\n\n${text}\n\n</div>`);
  const parts = changes.map(({ from, to, verdict, changes: list }) => {
    const lines = list.map(({ where, impact, message }) => `- **${impact}** \`${where}\`: ${message}`);
    return `### ${from} → ${to}: ${verdict}\n\n${lines.join("\n")}`;
  });
  const rest = changelog.replace(/^# .*\n/, "").trim();
  const api = parts.length > 0 ? english(parts.join("\n\n")) : w.none;
  return `# ${w.title}\n\n${w.note && `${w.note}\n\n`}${english(rest)}\n\n## ${w.api} {#api}\n\n${api}\n`;
}
