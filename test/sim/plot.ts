import type { Result } from "./simulate.js";
import { type Language, words } from "./words.js";

/**
 * Two bars for each limiter: how much of the limit was used, and how many of its requests were refused. An image has no colour of the
 * page's text, but is told whether the page is dark.
 */
export function plot(results: Result[], language: Language): string {
  const w = words[language];
  const [left, width, row] = [190, 360, 44];
  const most = Math.max(1, ...results.map(({ refused }) => Math.log10(1 + refused)));
  const rows = results.map(({ share, refused }, i) => {
    const y = 34 + i * row;
    const used = Math.round(Math.min(1, share) * width);
    const bad = Math.round((Math.log10(1 + refused) / most) * width);
    return [
      `<text x="${left - 10}" y="${y + 19}" text-anchor="end">${w.limiters[i]}</text>`,
      `<rect class="used" x="${left}" y="${y}" width="${used}" height="13"/>`,
      `<text class="value" x="${left + used + 6}" y="${y + 11}">${(share * 100).toFixed(1)} %</text>`,
      `<rect class="refused" x="${left}" y="${y + 15}" width="${bad}" height="13"/>`,
      `<text class="value" x="${left + bad + 6}" y="${y + 26}">${refused}</text>`,
    ].join("\n");
  });
  const height = 44 + results.length * row;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 ${height}" role="img" aria-label="${w.drawing}">
<style>text{font:13px system-ui,sans-serif;fill:#3c3c43}.value{font-size:11px}.used{fill:#2e9e6b}.refused{fill:#d9534f}@media (prefers-color-scheme:dark){text{fill:#dfdfd6}}</style>
<rect class="used" x="${left}" y="8" width="10" height="10"/><text class="value" x="${left + 16}" y="17">${w.used}</text>
<rect class="refused" x="${left + 110}" y="8" width="10" height="10"/><text class="value" x="${left + 126}" y="17">${w.refused}</text>
${rows.join("\n")}
</svg>
`;
}
