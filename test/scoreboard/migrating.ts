/** Whether the peers still have the methods and versions that the migration guide names. */
import { readFileSync } from "node:fs";

const guide = readFileSync(new URL("../../openapi/guides/migrating.en.md", import.meta.url), "utf8");
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  dependencies: Record<string, string>;
};
type Peers = Record<
  string,
  new (
    options: object,
  ) => Record<string, unknown> & { restAPI: Record<string, unknown> }
>;
const load = (name: string) => import(name) as Promise<Peers & { default: Peers }>;

const connector = (await load("@binance/derivatives-trading-portfolio-margin"))
  .DerivativesTradingPortfolioMargin;
const { PortfolioClient } = await load("binance");
const { binance } = (await load("ccxt")).default;
if (!connector || !PortfolioClient || !binance)
  throw new Error("A peer does not export the class that the guide names.");
const peers = [
  new connector({ configurationRestAPI: { apiKey: "a", apiSecret: "b" } }).restAPI,
  new PortfolioClient({ api_key: "a", api_secret: "b" }),
  new binance({}),
];

const missing = Object.entries(dependencies).flatMap(([name, version]) =>
  name === "openapi-fetch" || guide.includes(`\`${name}\` ${version}`) ? [] : [`${name} ${version}`],
);
const rows = [...guide.matchAll(/^\| `get\w+\(.*?\)` \| (.*) \| (.*) \| (.*) \|$/gm)];
for (const [, ...cells] of rows)
  cells.forEach((cell, index) => {
    const method = /^`(\w+)\(/.exec(cell)?.[1];
    if (method && typeof peers[index]?.[method] !== "function") missing.push(cell);
  });
if (missing.length > 0 || rows.length === 0)
  throw new Error(`The migration guide names what the peers do not have: ${missing.join(", ")}`);
console.log(`The migration guide names ${rows.length} calls, and every peer has what it says.\n`);
