/** " Did you mean getUmAccount?" for a misspelt word; empty when nothing is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const distances = known.map((name) => distanceOf(word.toLowerCase(), name.toLowerCase()));
  const nearest = Math.min(...distances);
  if (nearest > Math.max(1, Math.floor(word.length / 3))) return "";
  return ` Did you mean ${known.filter((_, i) => distances[i] === nearest).join(" or ")}?`;
}

/** Letters to add, remove, replace or swap with their neighbour; 1 for the beginning of a word. */
function distanceOf(a: string, b: string): number {
  if (a.length > 1 && a !== b && b.startsWith(a)) return 1;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    rows[i] = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cost = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      (rows[i] as number[])[j] = swapped ? Math.min(cost, at(i - 2, j - 2) + 1) : cost;
    }
  }
  return at(a.length, b.length);
}
