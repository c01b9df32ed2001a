/** Text of a page, so that nothing in it becomes markup or a template. */
export const escapeHtml = (text: string) =>
  text.replace(
    /[&<>"{}]/g,
    (c) =>
      ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;", "}": "&#125;" })[c] as string,
  );

export const code = (text: string) => `\`${text}\``;

export type Inline = (markdown: string) => string;

/** HTML of one paragraph of Markdown: code, emphasis and links; everything else is text. */
export const inline: Inline = (markdown) =>
  markdown
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith("`") && part.length > 1
        ? `<code>${escapeHtml(part.slice(1, -1))}</code>`
        : escapeHtml(part)
            .replace(/\[([^\]]+)\]\(((?!javascript:|data:)[^)\s]+)\)/gi, '<a href="$2">$1</a>')
            .replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
            .replace(/\*(.+?)\*/g, "<em>$1</em>"),
    )
    .join("");

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
  markdown.replace(/^```[\s\S]*?^```$/gm, (fence) => fence.replace(/^#/gm, "\0"));

/** The headings of a page. With `ids` they take those addresses in order: a translation keeps the addresses of the original. */
export function headingsOf(markdown: string, ids?: string[]): Heading[] {
  const found: Heading[] = [];
  const parts = outsideFences(markdown).split(/^(#{1,6}) (.+)$/m);
  for (let at = 1; at < parts.length; at += 3) {
    const [marks = "", line = "", body = ""] = parts.slice(at, at + 3);
    const own = /\s*\{#([\w-]+)\}$/.exec(line);
    const text = line.replace(/\s*\{#[\w-]+\}$/, "");
    const base = own?.[1] ?? ids?.[found.length] ?? slug(text);
    const twice = found.filter(({ id }) => id === base || id.startsWith(`${base}--`)).length;
    found.push({
      depth: marks.length,
      text,
      id: twice > 0 && !ids ? `${base}--${twice}` : base,
      body: body.replaceAll("\0", "#"),
    });
  }
  return found;
}

/** The page with each heading's address written behind it, and links of the page to its own headings mended. */
export function withIds(markdown: string, headings: Heading[]): string {
  let next = 0;
  const own = new Map(headings.map(({ text, id }) => [slug(text), id]));
  return outsideFences(markdown)
    .replace(/^(#{1,6}) (.+)$/gm, (line, marks: string, text: string) => {
      const heading = headings[next++];
      return marks === "#" || /\{#[\w-]+\}$/.test(text) ? line : `${line} {#${heading?.id}}`;
    })
    .replace(/\]\(#([^)]+)\)/g, (_link, hash: string) => `](#${own.get(decodeURIComponent(hash)) ?? hash})`)
    .replaceAll("\0", "#");
}
