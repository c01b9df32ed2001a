/**
 * The words of a text, for the index and for what is typed. Han has no spaces, so each pair of neighbours is a word
 * (保证金 is found in 维持保证金率); names in camelCase count whole and in parts; -1021 counts with and without its sign.
 */
export function tokenize(text: string): string[] {
  const tokens: string[] = [];
  for (const [run] of text.normalize("NFKC").matchAll(/\p{Script=Han}+|[A-Za-z][A-Za-z0-9_]*|-?\d[\d.]*/gu)) {
    if (/\p{Script=Han}/u.test(run)) tokens.push(...(run.length === 1 ? [run] : pairs(run)));
    else if (/^-/.test(run)) tokens.push(run, run.slice(1));
    else {
      const parts = run.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
      tokens.push(run.toLowerCase(), ...(parts.length > 1 ? parts.map((part) => part.toLowerCase()) : []));
    }
  }
  return tokens;
}

const pairs = (run: string) =>
  Array.from({ length: run.length - 1 }, (_, index) => run.slice(index, index + 2));
