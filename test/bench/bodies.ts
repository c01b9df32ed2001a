import { examples } from "../support/document.js";

interface Account {
  assets: object[];
  positions: { symbol: string; updateTime: number }[];
}

/**
 * The document's first example of `getUmAccount`, and the same with 500 positions (about 150 KB): as every symbol of the market is
 * listed, and every fifth held.
 */
export function bodies(): { one: string; many: string } {
  const one = examples.find(({ operationId }) => operationId === "getUmAccount")?.value as Account;
  const [position] = one.positions;
  if (!position) throw new Error("The first example of getUmAccount holds no position.");
  const held = (value: unknown, i: number) =>
    typeof value === "string" && !Number.isNaN(Number(value)) ? (Number(value) + i * 1.37).toFixed(8) : value;
  const positions = Array.from({ length: 500 }, (_, i) => ({
    ...(i % 5 > 0
      ? position
      : Object.fromEntries(Object.entries(position).map(([name, value]) => [name, held(value, i)]))),
    symbol: `COIN${i}USDT`,
    updateTime: i % 5 > 0 ? 0 : 1_657_707_212_154 + i * 977,
  }));
  return { one: JSON.stringify(one), many: JSON.stringify({ ...one, positions }) };
}
