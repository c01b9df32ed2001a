/**
 * Clients of other people against our mock, every operation and some values that are easily signed wrongly:
 *
 *   npm run mock:peers              installs the pinned clients, then prints the table as Markdown
 *
 * Exits with 1 when a client does not get through with plain values.
 */
import "../support/loopback-only.js";
import { table } from "../../scripts/docs/markup.js";
import { createClient } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { ed25519Key, hmacKey, rsaKey } from "../support/keys.js";
import { type Calls, type Peer, peers } from "./clients.js";

for (const name of Object.keys(process.env)) if (/_proxy$/i.test(name)) delete process.env[name];
// Some of them print what they are about to throw.
console.error = console.warn = () => {};

type Ask = { name: string; usual: boolean; call(calls: Calls): Promise<unknown> | undefined };
const asked = (marginAsset: string): Ask => ({
  name: `\`marginAsset=${marginAsset}\``,
  usual: false,
  call: ({ getCmPositionRisk }) => getCmPositionRisk?.({ marginAsset }),
});
const asks: Ask[] = [
  ...(
    ["getPortfolioAccount", "getCmAccount", "getCmPositionRisk", "getUmAccount", "getCoinMAccount"] as const
  ).map((id) => ({
    name: `\`${id}\``,
    usual: true,
    call: (calls: Calls) => calls[id]?.({}),
  })),
  {
    name: "`pair=BTCUSD`",
    usual: true,
    call: ({ getCmPositionRisk }) => getCmPositionRisk?.({ pair: "BTCUSD" }),
  },
  ...["币安", "A B", "A+B", "A'B", "A(B)!*"].map(asked),
];

/** ✓ when the request was accepted and its answer arrived, else what the mock says of it. */
async function meet(mock: Mock, calls: Calls, { call }: Ask): Promise<string> {
  mock.journal.clear();
  const asking = call(calls);
  if (!asking) return "–";
  const outcome = await asking.then(
    () => "✓",
    (error: unknown) => String((error as Error)?.message ?? error).slice(0, 80),
  );
  const last = mock.journal.entries.at(-1);
  if (!last) return `sends nothing: ${outcome}`;
  if (last.status !== 200) return `${last.code}: ${last.mistake?.because ?? last.rule}`;
  return [outcome, ...last.warnings].join("; ");
}

const create = { HMAC: hmacKey, RSA: rsaKey, Ed25519: ed25519Key };

async function row({ name, key: kind, connect }: Peer): Promise<{ name: string; cells: string[] }> {
  const key = create[kind]();
  await using mock = await startMock({ keys: [key.mock] });
  const cells: string[] = [];
  const calls = await connect(mock.url, key);
  for (const ask of asks) cells.push(await meet(mock, calls, ask));
  return { name: `${name}, ${kind}`, cells };
}

const own: Peer[] = (["HMAC", "RSA", "Ed25519"] as const).map((key) => ({
  name: "binance-accounts",
  key,
  connect: async (baseUrl, { client }) => createClient({ ...client, baseUrl }) as unknown as Calls,
}));

const rows: Awaited<ReturnType<typeof row>>[] = [];
for (const peer of [...own, ...peers]) {
  if (process.stderr.isTTY)
    process.stderr.write(
      `\r\u001b[K${rows.length + 1} of ${own.length + peers.length}: ${peer.name}, ${peer.key}`,
    );
  rows.push(await row(peer));
}
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

// Explanations are long: each is told once, below the table.
const notes = [...new Set(rows.flatMap(({ cells }) => cells).filter((cell) => cell.length > 1))];
const shown = (cell: string) => (cell.length > 1 ? `[${notes.indexOf(cell) + 1}]` : cell);
const lines = rows.map(({ name, cells }) => [name, ...cells.map(shown)]);
console.log(table(["client", ...asks.map(({ name }) => name)], lines));
console.log(`\n${notes.map((note, index) => `${index + 1}. ${note}`).join("\n")}`);

const stopped = rows.filter(({ cells }) => cells.some((cell, index) => asks[index]?.usual && cell !== "✓"));
process.exit(stopped.length > 0 ? 1 : 0);
