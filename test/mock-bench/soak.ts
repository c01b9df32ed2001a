/**
 * Whether the mock's memory is bounded, however many and however large the requests are:
 *
 *   npm run mock:soak               1,000,000 requests with queries of 8 kB, then 20,000 with 40 kB
 *   npm run mock:soak -- 100000     fewer of the former
 *
 * The mock runs in a process whose heap ends at 400 MB; it prints a table as Markdown, and exits with 1 when the mock dies, or keeps
 * more at the end than after its first tenth.
 */
import { fork } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { Target } from "./load.js";

const heapMb = 400;
const connections = 32;
const count = Number(process.argv[2] ?? 1_000_000);
if (!Number.isSafeInteger(count) || count < 10)
  throw new Error(`The number of requests must be an integer of at least 10; received ${process.argv[2]}.`);

const child = fork(new URL("server.ts", import.meta.url), ["mock"], {
  execArgv: ["--import", "tsx", `--max-old-space-size=${heapMb}`, "--expose-gc"],
});
const died = once(child, "exit").then(([code]) => {
  throw new Error(`The mock ended with ${code}.`);
});
const [ready] = (await Promise.race([once(child, "message"), died])) as [Target];

/** MB that the mock holds after it has collected what nobody needs. */
async function memory(): Promise<{ heap: number; rss: number }> {
  child.send("memory");
  const [used] = (await Promise.race([once(child, "message"), died])) as [{ heap: number; rss: number }];
  return used;
}

let sent = 0;

/** A request whose query no other has, with a signature that verifies. */
function request({ url, apiKey, secret }: Target, bytes: number): string {
  const pair = `${sent++}`.padStart(bytes, "A");
  const query = `pair=${pair}&recvWindow=60000&timestamp=${Date.now()}`;
  const signature = createHmac("sha256", secret).update(query).digest("hex");
  return `GET /papi/v1/cm/positionRisk?${query}&signature=${signature} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX-MBX-APIKEY: ${apiKey}\r\n\r\n`;
}

/** Sends so many requests over a few connections, and requires that each is refused for its pair. */
async function send(total: number, bytes: number): Promise<void> {
  const until = sent + total;
  const { hostname, port } = new URL(ready.url);
  const talk = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname).setNoDelay().setEncoding("latin1");
      const next = () => (sent < until ? socket.write(request(ready, bytes)) : socket.end(resolve));
      let received = "";
      socket.on("connect", next).on("error", reject);
      socket.on("data", (text) => {
        received += text;
        if (!received.endsWith("}")) return;
        if (!received.includes('"code":-4144')) return void socket.destroy(new Error(received.slice(0, 300)));
        received = "";
        next();
      });
    });
  await Promise.race([Promise.all(Array.from({ length: connections }, talk)), died]);
}

const mb = (value: number) => Math.round(value).toLocaleString("en");
const row = (bytes: number, { heap, rss }: { heap: number; rss: number }) =>
  console.log(`| ${sent.toLocaleString("en")} | ${bytes / 1000} kB | ${mb(heap)} | ${mb(rss)} |`);

console.log(`A heap of at most ${heapMb} MB.\n`);
console.log("| requests | query | heap, MB | resident, MB |\n| --: | --: | --: | --: |");
const early = { heap: 0 };
for (let tenth = 1; tenth <= 10; tenth++) {
  await send(Math.round(count / 10), 8000);
  const used = await memory();
  row(8000, used);
  if (tenth === 1) early.heap = used.heap;
  else if (used.heap > early.heap * 1.5 + 20) process.exitCode = 1;
}
await send(20_000, 40_000);
row(40_000, await memory());
console.log(process.exitCode ? "\nThe heap grows." : "\nThe heap does not grow.");
child.removeAllListeners("exit");
child.kill();
