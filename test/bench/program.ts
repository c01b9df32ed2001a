/** A program that makes calls and says when the first was answered: `node program.js '{"name": …, "where": …, "calls": 1}'`. */
import { clients, type Where } from "./clients.js";

const { name, where, calls } = JSON.parse(process.argv[2] ?? "{}") as {
  name: string;
  where: Where;
  calls: number;
};
const call = await clients[name]?.(where);
if (!call) throw new Error(`There is no client "${name}".`);
await call();
const at = performance.timeOrigin + performance.now();
let made = 1;
const work = async () => {
  for (; made < calls; made++) await call();
};
await Promise.all(Array.from({ length: 32 }, work));
console.log(JSON.stringify({ at, rss: process.memoryUsage().rss }));
