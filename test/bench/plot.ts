import { type Round, ratios, type Scheme } from "./rounds.js";

const colours = { http: "#2f6f9f", https: "#8fbf8f" };
const [left, right, bar, row] = [270, 60, 11, 34];

/** Requests per second at 32 at a time, as a share of the reference: one pair of bars a client, with the interquartile range. */
export function plot({ rounds }: { rounds: Record<Scheme, Round[]> }, names: string[]): string {
  const spreads = names.map((name) => ({
    name,
    http: ratios(rounds.http, name, "rate"),
    https: ratios(rounds.https, name, "rate"),
  }));
  const longest = Math.max(
    1,
    ...spreads.flatMap(({ http, https }) => [http.q3, https.q3]).filter(Number.isFinite),
  );
  const [width, height] = [900, names.length * row + 60];
  const x = (share: number) => left + (share / longest) * (width - left - right);
  const text = (content: string, at: number, y: number, more = "") =>
    `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${content.replaceAll("&", "&amp;")}</text>`;
  const lines = [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    .filter((share) => share <= longest)
    .map((share) => {
      const line = `<line x1="${x(share).toFixed(1)}" y1="24" x2="${x(share).toFixed(1)}" y2="${height - 34}" stroke="${share === 1 ? "#333" : "#ddd"}"/>`;
      return line + text(String(share), x(share), 18, 'text-anchor="middle" fill="#666"');
    });
  const bars = spreads.flatMap((spread, i) => {
    const top = 32 + i * row;
    const pair = (["http", "https"] as const).map((scheme, k) => {
      const { q1, median, q3 } = spread[scheme];
      if (!Number.isFinite(median)) return "";
      const y = top + k * (bar + 1);
      const middle = y + bar / 2;
      return (
        `<rect x="${left}" y="${y}" width="${(x(median) - left).toFixed(1)}" height="${bar}" fill="${colours[scheme]}"/>` +
        `<line x1="${x(q1).toFixed(1)}" y1="${middle}" x2="${x(q3).toFixed(1)}" y2="${middle}" stroke="#222"/>` +
        text(median.toFixed(2), x(Math.max(median, q3)) + 5, y + 9, 'fill="#333"')
      );
    });
    return [
      text(
        spread.name,
        left - 8,
        top + bar + 4,
        `text-anchor="end"${spread.name.startsWith("binance-accounts") ? ' font-weight="bold"' : ""}`,
      ),
      ...pair,
    ];
  });
  const legend = (["http", "https"] as const).map(
    (scheme, i) =>
      `<rect x="${left + i * 80}" y="${height - 22}" width="12" height="12" fill="${colours[scheme]}"/>${text(scheme, left + 18 + i * 80, height - 12)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<title>Requests per second at 32 at a time, as a share of a bare node:http(s) agent</title>
<rect width="100%" height="100%" fill="#fff"/>
${[...lines, ...bars, ...legend].filter(Boolean).join("\n")}
</svg>
`;
}
