import { randomBytes } from "node:crypto";
import { getEventListeners } from "node:events";
import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { BinanceError, type CommonOptions, createClient } from "../../src/index.js";
import { type Behaviour, goodBody, startFaultServer } from "../faults/server.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

const good = JSON.parse(goodBody("/papi/v1/um/account"));
const client = (port: number, options: CommonOptions = {}) =>
  createClient({
    ...hmacKey().client,
    baseUrl: `http://127.0.0.1:${port}`,
    retry: { attempts: 1 },
    ...options,
  });

/** A complete answer as text, filled up with blanks to a length of its own. */
function answer(body: object, length = 0): string {
  const head = (size: number) =>
    `HTTP/1.1 200 OK\r\ncontent-length: ${String(size).padStart(6, "0")}\r\n\r\n`;
  const text = JSON.stringify(body);
  const filled = text.padEnd(length - head(0).length, " ");
  return head(filled.length) + filled;
}

test("a large compressed answer leaves its connection ready for the next call", async () => {
  const zipped = gzipSync(JSON.stringify({ ...good, noise: randomBytes(20_000).toString("hex") }));
  const connections = new Set();
  await using server = await startFaultServer(({ socket, respond }) => {
    connections.add(socket);
    respond(200, { "content-encoding": "gzip" }, zipped);
  });
  const binance = client(server.port, { timeout: 5000 });
  for (let call = 0; call < 4; call++) await binance.getUmAccount();
  expect(connections.size).toBe(1);
});

test("a body that turns out bad takes no other call's connection with it", async () => {
  const bomb = gzipSync(JSON.stringify({ noise: "x".repeat(8_000_000) }));
  await using server = await startFaultServer(({ nth, respond, write }) => {
    if (nth === 1) respond(200, { "content-encoding": "gzip" }, bomb);
    else setTimeout(() => write(answer(good)), 100);
  });
  const binance = client(server.port, { timeout: 5000, maxBodyBytes: 1_000_000 });
  let over = false;
  const first = errorOf(() => binance.getUmAccount()).finally(() => {
    over = true;
  });
  const others: Promise<unknown>[] = [];
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    if (server.requests.length > 0 && others.length < 30) others.push(binance.getUmAccount());
  }
  expect((await first).code).toBe("BODY_TOO_LARGE");
  for (const account of await Promise.all(others)) expect(account).toEqual(good);
});

test("what came behind an answer, unasked, is no answer to the next call", async () => {
  for (let round = 0; round < 10; round++) {
    // As long as what the system hands over at once, so that what follows comes separately.
    const behaviour: Behaviour = ({ nth, write }) =>
      write(nth === 1 ? answer(good, 65_536) + answer({ ...good, unasked: true }) : answer({ ...good, nth }));
    await using server = await startFaultServer(behaviour);
    const binance = client(server.port);
    await binance.getUmAccount();
    expect(await binance.getUmAccount()).toEqual({ ...good, nth: 2 });
  }
});

describe.each([
  ["a timer", () => new Promise((resolve) => setTimeout(resolve))],
  ["reading a file", () => readFile(new URL(import.meta.url))],
])("a program that goes on a moment later, after %s", (_name, turn) => {
  const pause = async () => {
    for (const until = performance.now() + 1; performance.now() < until; ) await turn();
  };

  test("pays nothing for a connection that ended meanwhile", async () => {
    const sockets = new Set<Socket>();
    await using server = await startFaultServer(({ nth, write, socket }) => {
      sockets.add(socket);
      write(answer({ ...good, nth }));
    });
    const binance = client(server.port);
    await binance.getUmAccount();
    await pause();
    for (const socket of sockets) socket.destroy(); // the client has had no turn to hear of it
    expect(await binance.getUmAccount()).toMatchObject({ nth: 2 });
  });

  test("is not given what came meanwhile, unasked", async () => {
    let push = (_text: string) => {};
    await using server = await startFaultServer(({ nth, write, socket }) => {
      push = write;
      socket.setNoDelay();
      write(answer({ ...good, nth }));
    });
    const binance = client(server.port);
    await binance.getUmAccount();
    await pause();
    push(answer({ ...good, unasked: true }));
    expect(await binance.getUmAccount()).toEqual({ ...good, nth: 2 });
  });
});

test("a gateway that has forgotten all kept connections costs a call one attempt", async () => {
  const used = new Set<Socket>();
  const waiting: (() => void)[] = [];
  await using server = await startFaultServer(({ socket, write }) => {
    if (used.has(socket)) return socket.resetAndDestroy();
    used.add(socket);
    waiting.push(() => write(answer(good)));
    if (waiting.length >= 8) for (const go of waiting) go();
  });
  const binance = client(server.port, { retry: { attempts: 2, baseDelay: 0 } });
  await Promise.all(Array.from({ length: 8 }, () => binance.getUmAccount()));
  expect(await binance.getUmAccount()).toEqual(good);
  expect(server.requests.length).toBe(10);
});

const plan = fc.record({
  way: fc.constantFrom("length", "chunks", "gzip", "hints", "close", "behind", "reset", "half", "never"),
  after: fc.nat(5),
  givenUp: fc.option(fc.nat(8)),
});

test("calls at once, some of them given up at any moment, get their own answers and leave nothing behind", async () => {
  const property = fc.asyncProperty(fc.array(plan, { minLength: 32, maxLength: 32 }), async (plans) => {
    await using server = await startFaultServer(({ target, write, respond, socket }) => {
      const { way, after } = plans[
        Number(/recvWindow=(\d+)/.exec(target)?.[1]) - 1
      ] as (typeof plans)[number];
      const body = { ...good, target };
      const text = JSON.stringify(body);
      const ways: Record<typeof way, () => void> = {
        length: () => write(answer(body)),
        chunks: () =>
          write(
            `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
          ),
        gzip: () => respond(200, { "content-encoding": "gzip" }, gzipSync(text)),
        hints: () => write(`HTTP/1.1 103 Early Hints\r\n\r\n${answer(body)}`),
        close: () => socket.end(`HTTP/1.1 200 OK\r\n\r\n${text}`),
        behind: () => write(answer(body) + answer({ ...good, target: "unasked" })),
        reset: () => socket.resetAndDestroy(),
        half: () => write(answer(body).slice(0, -9)),
        never: () => {},
      };
      setTimeout(ways[way], after);
    });
    const binance = client(server.port, {
      timeout: { total: 200, headers: 30, body: 30 },
      retry: { attempts: 2, baseDelay: 1 },
    });
    const shared = new AbortController();
    const call = async ({ givenUp }: (typeof plans)[number], i: number) => {
      const own = new AbortController();
      if (givenUp !== null) setTimeout(() => own.abort(), givenUp);
      const { signal } = givenUp === null ? shared : own;
      try {
        const account = await binance.getUmAccount({ recvWindow: i + 1 }, { signal });
        expect(account).toMatchObject({ target: expect.stringContaining(`?recvWindow=${i + 1}&`) });
      } catch (error) {
        expect(error).toBeInstanceOf(BinanceError);
      }
    };
    for (let round = 0; round < 3; round++) await Promise.all(plans.map(call));
    expect(getEventListeners(shared.signal, "abort")).toEqual([]);
    // Those that were answered in full wait for the next call.
    const answered = plans.filter(({ way }) => ["length", "chunks", "gzip", "hints"].includes(way));
    await vi.waitFor(() => expect(server.open()).toBeLessThanOrEqual(answered.length));
  });
  await fc.assert(property, { numRuns: 10 });
});

test("timers that a test fakes stop no request", async () => {
  await using server = await startFaultServer(({ write }) => write(answer(good)));
  const binance = client(server.port);
  vi.useFakeTimers();
  try {
    for (let call = 0; call < 3; call++) expect(await binance.getUmAccount()).toEqual(good);
  } finally {
    vi.useRealTimers();
  }
});
