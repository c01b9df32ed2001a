import { spawn } from "node:child_process";
import { createServer as createTlsServer } from "node:tls";
import { inspect } from "node:util";
import { afterAll, describe, expect, test, vi } from "vitest";
import { operations } from "../../generated/operations.js";
import {
  BinanceError,
  type ClientOptions,
  createBudget,
  createClient,
  type OperationId,
} from "../../src/index.js";
import { sleep } from "../../src/transport/sleep.js";
import { type Certificate, certificateFor } from "../support/certificate.js";
import { callWithRequired } from "../support/document.js";
import { everyKindOfKey, type TestKey } from "../support/keys.js";
import { hasOpenssl } from "../support/openssl.js";
import { type Fault, faults } from "./matrix.js";
import { type FaultServer, goodBody, startFaultServer } from "./server.js";

const onWeb = process.env.PLATFORM === "web";
const ids = Object.keys(operations) as OperationId[];
const families = [...new Set(faults.map(({ family }) => family))];

test("the matrix is as wide as it promises to be", () => {
  expect(faults.length).toBeGreaterThan(200); // as the README says
  expect(families.length).toBeGreaterThanOrEqual(20);
  expect(new Set(faults.map(({ family, name }) => `${family}: ${name}`)).size).toBe(faults.length);
});

describe.each(families)("%s", (family) => {
  const rows = faults
    .filter((fault) => fault.family === family && !(onWeb && fault.nodeOnly))
    .filter(({ listen }) => listen !== "tls" || hasOpenssl)
    .map((fault) => ({ ...fault, ...(onWeb && fault.onWeb) }));
  test.concurrent.each(rows)("$name → $outcome after $attempts", { timeout: 20_000 }, async (fault) => {
    const met = ids.filter((id) => fault.needs?.test(goodBody(operations[id].path)) ?? true);
    expect(met).not.toEqual([]);
    await Promise.all(met.map((id) => meet(fault, id)));
  });
});

/** Every kind of key meets every fault, with one operation or another. */
const keys = everyKindOfKey();

/** A secret, or each line of a private key, without what every key begins with. */
const linesOf = ({ secret, privateKey }: TestKey["client"]) =>
  String(secret ?? privateKey)
    .split("\n")
    .filter((line) => line.length > 20 && !line.startsWith("-----"));

/** What ends a connection from our side: nobody goes on reading or waiting there. */
const closes = ({ outcome, attempts, abort, listen }: Fault) =>
  attempts > 0 &&
  (outcome === "TIMEOUT" || (outcome === "ABORTED" && abort !== "pause")) &&
  !(onWeb && listen === "raw"); // Node's fetch gives a handshake up in its own time

/** A label longer than DNS allows: the resolver says so by itself, and asks nobody. */
const unresolvable = `${"a".repeat(64)}.test`;

/** Lets one operation meet one fault, and holds everything that the client promises against what happens. */
async function meet(fault: Fault, id: OperationId): Promise<void> {
  const controller = new AbortController();
  await using server = await listen(fault, controller);
  const { client: key } = keys[ids.indexOf(id) % keys.length] as TestKey;
  const scheme =
    fault.listen === "tls" || fault.listen === "unknown" || fault.options?.baseUrl === "https:"
      ? "https"
      : "http";
  // Short where something stalls; elsewhere so long that a busy machine decides nothing.
  const stalls = fault.outcome === "TIMEOUT" || fault.family === "stall and drip";
  const timeout = stalls ? { total: 9000, connect: 300, headers: 300, body: 300 } : { total: 10_000 };
  // A clock that moves with every look, so that each attempt has to have a timestamp and a signature of its own.
  let looks = 0;
  const options: ClientOptions = {
    ...key,
    now: () => Date.now() + looks++,
    // Learning may move two timestamps to the same ms; only the rows about clocks need it.
    clock: fault.family === "clock" ? "learn" : "system",
    sleep: (ms, signal) => {
      if (fault.abort === "pause") queueMicrotask(() => controller.abort());
      return sleep(ms, signal);
    },
    maxBodyBytes: 2 ** 20,
    retry: { attempts: 3, baseDelay: 1, maxDelay: 2 },
    budget: createBudget(), // a port may be that of a server that has banned us before
    ...fault.options,
    timeout:
      typeof fault.options?.timeout === "object"
        ? { ...timeout, ...fault.options.timeout }
        : (fault.options?.timeout ?? timeout),
    baseUrl: `${scheme}://${fault.listen === "unknown" ? unresolvable : "127.0.0.1"}:${server.port}`,
  };
  const binance = createClient(options);
  for (let call = 0; call < (fault.callsBefore ?? 0); call++)
    await callWithRequired(binance, id).catch(() => {});
  const before = server.requests.length;
  if (fault.abort === "before") controller.abort();

  const startedAt = performance.now();
  const outcome = await callWithRequired(binance, id, {}, { signal: controller.signal }).then(
    (data) => ({ data }),
    (error: unknown) => ({ error }),
  );
  const took = performance.now() - startedAt;

  if ("data" in outcome) {
    expect("data").toBe(fault.outcome);
    const { becomes = String } = fault;
    expect(outcome.data).toMatchObject(JSON.parse(becomes(goodBody(operations[id].path))));
  } else {
    const { error } = outcome as { error: BinanceError };
    expect(error).toBeInstanceOf(BinanceError);
    expect([error.code, error.attempts, error.operationId]).toEqual([fault.outcome, fault.attempts, id]);
    const signatures = server.requests.map(({ target }) => /signature=(.*)/.exec(target)?.[1] ?? "");
    expectNoSecrets(error, [
      key.apiKey,
      ...linesOf(key),
      ...signatures,
      ...signatures.map(decodeURIComponent),
    ]);
  }
  if (closes(fault)) await vi.waitUntil(() => server.open() === 0, { timeout: 5000 });
  if (!fault.listen) expect(server.requests.length - before).toBe(fault.attempts);
  if (fault.atLeast) expect(took).toBeGreaterThanOrEqual(fault.atLeast);
  expect(took).toBeLessThan(10_000);
  const [stamps, signatures] = [/timestamp=(\d+)/, /signature=(.*)/].map(
    (part) => new Set(server.requests.map(({ target }) => part.exec(target)?.[1])),
  );
  if (fault.options?.now === undefined && fault.family !== "clock" && fault.listen !== "tls")
    expect([stamps?.size, signatures?.size]).toEqual([server.requests.length, server.requests.length]);
  expect((Object.prototype as { polluted?: unknown }).polluted).toBeUndefined();
}

/** Nothing that a person or a program would print of an error may hold a secret. */
function expectNoSecrets(error: BinanceError, secrets: string[]): void {
  const printed = [
    inspect(error, { depth: 20, showHidden: true, getters: false }),
    String(error.stack),
    JSON.stringify(error),
    JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    inspect(structuredClone(error), { depth: 20, showHidden: true }),
  ];
  for (let cause = error.cause; cause; cause = (cause as Error).cause)
    printed.push(inspect(cause, { depth: 20, showHidden: true }));
  for (const secret of secrets.filter(Boolean))
    for (const text of printed) expect(text.includes(secret)).toBe(false);
}

async function listen(fault: Fault, controller: AbortController): Promise<FaultServer> {
  const behave: Fault["behave"] = (exchange) => {
    fault.behave(exchange);
    if (fault.abort === "request") controller.abort();
    if (fault.abort === "body") setTimeout(() => controller.abort(), 30);
  };
  switch (fault.listen) {
    case "tls":
      return startFaultServer(behave, { wrap: (listener) => createTlsServer(certificate(), listener) });
    case "raw":
      return startFaultServer(behave, { raw: true });
    case "unknown":
    case "refused": {
      const server = await startFaultServer(() => {});
      await server[Symbol.asyncDispose]();
      return { ...server, async [Symbol.asyncDispose]() {} };
    }
    case "killed":
      return startProcessThatDies();
    default:
      return startFaultServer(behave);
  }
}

/** A server in a process of its own that ends itself, by SIGKILL, while it answers. */
async function startProcessThatDies(): Promise<FaultServer> {
  const script = `require("node:http").createServer((request, response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("{", () => process.kill(process.pid, "SIGKILL"));
  }).listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;
  const child = spawn(process.execPath, ["--eval", script]);
  const port = await new Promise<number>((resolve) =>
    child.stdout.once("data", (text) => resolve(Number(text))),
  );
  return { port, requests: [], open: () => 0, [Symbol.asyncDispose]: async () => void child.kill() };
}

let made: Certificate | undefined;

/** A certificate for 127.0.0.1 that nobody trusts, made once per run. */
function certificate(): Certificate {
  made ??= certificateFor("127.0.0.1");
  return made;
}
afterAll(() => made?.[Symbol.dispose]());
