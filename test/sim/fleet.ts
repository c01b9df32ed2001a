import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { goodBody } from "../faults/server.js";
import { AddressLimit } from "../support/address-limit.js";
import { root, temporaryFolder } from "../support/process.js";

/** What the calls of all processes came to, such as `ok` and `RATE_LIMITED/0`, with their requests; and `hung` for those without an end. */
export type Outcomes = Record<string, number>;

export interface Fleet extends AsyncDisposable {
  server: AddressLimit;
  /** Requests of the processes that the server had, with their status. */
  requests: { at: number; status: number }[];
  /** Weight answered with 200, strangers' included. */
  good(): number;
  outcomes: Outcomes;
  /** Starts a process; it is ended with the others. */
  start(): ChildProcess;
  readonly children: readonly ChildProcess[];
}

interface FleetOptions {
  redis: string;
  limit: number;
  callsPerMinute: number;
  margin?: number;
  /** Weight that others behind the address spend in a minute. */
  strangers?: number;
}

/** Processes that share one address and one Redis, before a server that counts them all. */
export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const { redis, limit, callsPerMinute, margin = 0.05, strangers = 0 } = options;
  const folder = await temporaryFolder();
  const program = join(folder.path, "process.mjs");
  await build({
    entryPoints: [join(root, "test/sim/process.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    alias: { "#platform": join(root, "src/platform/node.ts") },
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
  });
  const server = new AddressLimit(limit);
  const requests: Fleet["requests"] = [];
  const outcomes: Outcomes = {};
  const children: ChildProcess[] = [];
  let good = 0;
  const spend = (weight: number) => {
    const answer = server.spend(weight, Date.now());
    if (answer.status === 200) good += weight;
    return answer;
  };
  const body = goodBody("/papi/v1/um/account");
  const http = createServer((_request, response) => {
    const { status, used, retryAfter } = spend(5);
    requests.push({ at: Date.now(), status });
    response.writeHead(status, {
      "x-mbx-used-weight-1m": String(used),
      ...(status === 200 ? {} : { "retry-after": String(retryAfter) }),
    });
    response.end(status === 200 ? body : JSON.stringify({ code: -1003, msg: "Too many requests." }));
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const others = strangers > 0 ? setInterval(() => spend(strangers / 600), 100) : undefined;
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    ...{ server, requests, outcomes, children, good: () => good },
    start() {
      const args = [program, redis, url, String(callsPerMinute), String(margin)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      child.stdout?.on("data", (text) => {
        for (const line of String(text).trim().split("\n")) outcomes[line] = (outcomes[line] ?? 0) + 1;
      });
      children.push(child);
      return child;
    },
    async [Symbol.asyncDispose]() {
      clearInterval(others);
      for (const child of children) child.kill("SIGKILL");
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await folder[Symbol.asyncDispose]();
    },
  };
}
