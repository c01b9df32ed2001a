/** One server in a process of its own: `mock` or `prism`. Tells its parent when it is ready, and how long that took after import. */
const [kind] = process.argv.slice(2);
const apiKey = "a-throw-away-key-of-the-bench";
const secret = "a-throw-away-secret-of-the-bench";

const start = kind === "mock" ? await importMock() : await importPrism();
const begun = performance.now();
const url = await start();
process.send?.({ url, apiKey, secret, startMs: performance.now() - begun });
/** Asked for it, it tells what processor time it has used, in µs, or what it holds, in MB. */
process.on("message", (what) => {
  if (what === "memory") {
    globalThis.gc?.();
    const { heapUsed, rss } = process.memoryUsage();
    return void process.send?.({ heap: heapUsed / 1e6, rss: rss / 1e6 });
  }
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});

async function importMock() {
  // What users install: `npm run mock:bench` builds it first.
  const dist = new URL("../../dist/src/mock/index.js", import.meta.url);
  const { startMock } = (await import(dist.href)) as typeof import("../../src/mock/index.js");
  // Nobody is refused for asking often: the bench asks for nothing else.
  return async () =>
    (await startMock({ keys: [{ apiKey, secret }], limits: { papi: 1e12, dapi: 1e12 } })).url;
}

async function importPrism() {
  const { startBarePrism } = await import("../support/prism.js");
  return async () => (await startBarePrism()).url;
}
