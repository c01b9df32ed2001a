import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { reference, type Where } from "./clients.js";
import { ours, type Server, startClient } from "./processes.js";
import { median } from "./rounds.js";

/** Figures of this package that need no rounds. */
export interface Extras {
  /** Median ms of `import()` in nine new processes. */
  imports: Record<string, number>;
  /** Bytes of a minified browser bundle, and of its gzip. */
  bundles: Record<string, { bytes: number; gzip: number } | "does not bundle">;
  /** Median ms and bytes of a program that makes one call over https, or 20,000. */
  program: Record<"first" | "end" | "rss", { ours: number; bare: number }>;
  /** Heap in bytes after garbage collection, at each twentieth of the calls. */
  memory: { calls: number; heap: number[] };
  /** Median µs of one HMAC signature. */
  hmac: number;
}

const peers = ["openapi-fetch", "undici", "@binance/derivatives-trading-portfolio-margin", "binance", "ccxt"];
const folder = new URL(".", import.meta.url).pathname;
const node = async (script: string) =>
  Number(
    (await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder }))
      .stdout,
  );

export async function measureExtras(
  keys: { apiKey: string; secret: string },
  server: Server,
  calls = 1_000_000,
): Promise<Extras> {
  const imports: Record<string, number[]> = {};
  for (let i = 0; i < 9; i++) {
    for (const name of ["binance-accounts", ...peers]) {
      const from = JSON.stringify(name === "binance-accounts" ? ours : name);
      imports[name] ??= [];
      imports[name].push(
        await node(`const t = performance.now(); await import(${from}); console.log(performance.now() - t)`),
      );
    }
  }
  const bundles: Extras["bundles"] = {};
  for (const name of ["binance-accounts", ...peers])
    bundles[name] = await bundle(name === "binance-accounts" ? ours.replace(".js", ".web.js") : name);
  const hmac = await node(`import { hmac } from "./build/platform.js";
    const sign = hmac("a-throw-away-secret-of-the-bench");
    const times = Array.from({ length: 50000 }, (_, i) => { const t = performance.now(); sign("timestamp=" + (1657707212154 + i)); return performance.now() - t; });
    console.log(times.sort((a, b) => a - b)[25000] * 1000);`);
  await server.order({ verify: false, body: "one" });
  const program = await measurePrograms({ url: server.urls.https, ...keys, ours }, server.certificate);
  using client = await startClient(
    "binance-accounts, method",
    { url: server.urls.http, ...keys, ours },
    server.certificate,
  );
  const { heap } = await client.perform({ kind: "memory", calls });
  return {
    imports: Object.fromEntries(Object.entries(imports).map(([name, ms]) => [name, median(ms)])),
    bundles,
    program,
    memory: { calls, heap },
    hmac,
  };
}

/** Programs of one call and of 20,000, ours and a bare one, in turn. */
async function measurePrograms(where: Where, certificate: string): Promise<Extras["program"]> {
  const names = { ours: "binance-accounts, method", bare: reference } as const;
  const measured = { ours: { first: [], end: [], rss: [] }, bare: { first: [], end: [], rss: [] } } as Record<
    keyof typeof names,
    Record<keyof Extras["program"], number[]>
  >;
  for (let i = 0; i < 9; i++) {
    for (const kind of ["ours", "bare"] as const) {
      const startedAt = performance.timeOrigin + performance.now();
      const args = [
        `${folder}build/program.js`,
        JSON.stringify({ name: names[kind], where, calls: i < 8 ? 1 : 20_000 }),
      ];
      const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      const { at, rss } = JSON.parse(stdout) as { at: number; rss: number };
      if (i === 8) measured[kind].rss.push(rss);
      else {
        measured[kind].first.push(at - startedAt);
        measured[kind].end.push(performance.timeOrigin + performance.now() - startedAt);
      }
    }
  }
  const both = (figure: keyof Extras["program"]) => ({
    ours: median(measured.ours[figure]),
    bare: median(measured.bare[figure]),
  });
  return { first: both("first"), end: both("end"), rss: both("rss") };
}

/** Everything that the package exports, for a browser, without help. */
async function bundle(name: string): Promise<{ bytes: number; gzip: number } | "does not bundle"> {
  const stdin = {
    contents: `export * from ${JSON.stringify(name)}; export { default } from ${JSON.stringify(name)};`,
    resolveDir: folder,
  };
  const named = { ...stdin, contents: `export * from ${JSON.stringify(name)};` };
  for (const input of [stdin, named]) {
    const options = {
      stdin: input,
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
    } as const;
    const output = await build({ ...options, tsconfigRaw: "{}", logLevel: "silent" }).catch(() => undefined);
    const code = output?.outputFiles[0]?.contents;
    if (code) return { bytes: code.length, gzip: gzipSync(code, { level: 9 }).length };
  }
  return "does not bundle";
}
