/** Text of the document inside Markdown: no tag in it becomes one. */
export const safe = (markdown: string) =>
  markdown.trim().replace(/`[^`]*`|</g, (found) => (found === "<" ? "&lt;" : found));

/** Those of the parts that are there, with an empty line between. */
export const sections = (...parts: unknown[]): string => parts.filter(Boolean).join("\n\n");

export const code = (text: string) => `\`${text}\``;

export const fence = (language = "", source = "", label = "") =>
  `\`\`\`${language}${label && ` [${label}]`}\n${source.trimEnd()}\n\`\`\``;

/** A heading's address, as GitHub makes it. */
export const slug = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

const cell = (text: string | number) => String(text).trim().replace(/\n+/g, " ").replaceAll("|", "\\|");

/** A table of Markdown; `ruler` sets columns to the right where it says `--:`. */
export const table = (head: string[], rows: (string | number)[][], ruler: string[] = head.map(() => "---")) =>
  [head, ruler, ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

export interface Heading {
  depth: number;
  text: string;
  id: string;
  /** Text below it, up to the next heading. */
  body: string;
}

const outsideFences = (markdown: string) =>
  markdown.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/^#/gm, "\0"));

/** The headings of a page; one without an address of its own takes that of `ids`, in order, or one made of its text. */
export function headingsOf(markdown: string, ids?: string[]): Heading[] {
  const found: Heading[] = [];
  const parts = outsideFences(markdown).split(/^(#{1,6}) (.+?)(?: \{#([\w-]+)\})?$/m);
  for (let at = 1; at < parts.length; at += 4) {
    const [marks = "", text = "", own, body = ""] = parts.slice(at, at + 4);
    const id = own ?? ids?.[found.length] ?? slug(text);
    const twice = ids ? 0 : found.filter((other) => other.id === id || other.id.startsWith(`${id}--`)).length;
    found.push({
      ...{ depth: marks.length, text, id: twice > 0 ? `${id}--${twice}` : id },
      body: body.replaceAll("\0", "#"),
    });
  }
  return found;
}

/** The page with each heading's address written behind it; with `ids` also links to its own headings are mended. */
export function withIds(markdown: string, ids?: string[]): string {
  const headings = headingsOf(markdown, ids);
  const own = new Map(headings.map(({ text, id }) => [slug(text), id]));
  let next = 0;
  return outsideFences(markdown)
    .replace(
      /^(#{1,6} .+?)(?: \{#[\w-]+\})?$/gm,
      (_line, text: string) => `${text} {#${headings[next++]?.id}}`,
    )
    .replace(/\]\(#([^)]+)\)/g, (_link, hash: string) => `](#${own.get(decodeURIComponent(hash)) ?? hash})`)
    .replaceAll("\0", "#");
}
