import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { createTransport } from "#platform";
import { Deadline, Expired, Watch } from "../../src/transport/deadline.js";
import {
  BadEncoding,
  BodyTooLarge,
  type Transport,
  type WireHeaders,
} from "../../src/transport/transport.js";
import { type Behaviour, type FaultServer, startFaultServer } from "../faults/server.js";
import { hmacKey } from "../support/keys.js";

/** What carries requests on this platform: `npx vitest --project node` and `web` run the same suite. */
const transport = (): Transport => createTransport({});
const onWeb = process.env.PLATFORM === "web";

const unlimited = { total: Infinity, connect: Infinity, headers: Infinity, body: Infinity };

function send(
  port: number,
  { by = transport(), maxBytes = 1000, timeouts = {}, signal, headers = {}, onHeaders }: Options = {},
) {
  const seen: { status?: number; headers?: WireHeaders } = {};
  const watch = new Watch(new Deadline({ ...unlimited, ...timeouts }, () => performance.now(), signal));
  const request = {
    address: `http://127.0.0.1:${port}/a/path`,
    query: "b=%27&signature=c",
    headers: { "x-mbx-apikey": "key", ...headers },
  };
  const note = (status: number, headers: WireHeaders) => Object.assign(seen, { status, headers });
  const body = by({ ...request, maxBytes, watch, onHeaders: onHeaders ?? note }).finally(() => watch.close());
  return { seen, text: body.then(({ text }) => text) };
}

interface Options {
  by?: Transport;
  maxBytes?: number;
  timeouts?: Partial<typeof unlimited>;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  onHeaders?: () => void;
}

const answer =
  (body: string | Uint8Array, headers: Record<string, string> = {}): Behaviour =>
  (x) =>
    x.respond(200, headers, body);

test("sends a GET with these bytes and these headers", async () => {
  await using server = await startFaultServer(answer("hello", { "x-mbx-used-weight-1m": "5" }));
  const { seen, text } = send(server.port);
  expect([
    await text,
    seen.status,
    seen.headers?.get("x-mbx-used-weight-1m"),
    seen.headers?.has("age"),
  ]).toEqual(["hello", 200, "5", false]);
  expect([...(seen.headers ?? [])].map(([name]) => name.toLowerCase())).toContain("content-type");
  expect(server.requests[0]?.head).toMatch(/^GET \/a\/path\?b=%27&signature=c HTTP\/1\.1\r\n/);
  expect(server.requests[0]?.head).toMatch(/^x-mbx-apikey: key$/im);
  expect(server.requests[0]?.head).not.toMatch(/^cookie:/im);
});

test("accepts JSON and compression, unless the caller has headers of his own for that", async () => {
  await using server = await startFaultServer(answer("hello"));
  await send(server.port).text;
  await send(server.port, { headers: { accept: "text/x", "accept-encoding": "identity" } }).text;
  const sent = (name: string) =>
    server.requests.map(({ head }) => head.match(new RegExp(`(?<=^${name}: ).*$`, "gim")));
  expect(sent("accept-encoding")[0]).toEqual([expect.stringMatching(/gzip/)]);
  expect([sent("accept")[1], sent("accept-encoding")[1]]).toEqual([["text/x"], ["identity"]]);
});

test("keeps its connection, and has one for each request under way", async () => {
  await using server = await startFaultServer(answer("now"));
  const by = transport();
  const several = async (times: number) => {
    for (let i = 0; i < times; i++) expect(await send(server.port, { by }).text).toBe("now");
  };
  await several(5);
  // What a runtime's own fetch keeps, and for how long, is its own affair.
  if (!onWeb) expect(server.open()).toBe(1);
  await Promise.all(Array.from({ length: 8 }, () => several(3)));
  if (!onWeb) expect(server.open()).toBe(8);
  await several(5);
  if (!onWeb) expect(server.open()).toBe(8);
});

test.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["br", brotliCompressSync],
])("reads %s, and counts its size after it", async (encoding, compress) => {
  await using server = await startFaultServer(
    answer(compress("x".repeat(1000)), { "content-encoding": encoding }),
  );
  expect((await send(server.port).text).length).toBe(1000);
  await expect(send(server.port, { maxBytes: 999 }).text).rejects.toThrow(BodyTooLarge);
});

test.each(["", "identity"])("reads a body whose encoding is %j as it came", async (encoding) => {
  await using server = await startFaultServer((x) =>
    x.write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: 5\r\n\r\nhello`),
  );
  expect(await send(server.port).text).toBe("hello");
});

test.each([
  ["identity", (text: string) => Buffer.from(text)],
  ["gzip", gzipSync],
])("a long body, read in pieces large and small, arrives as it was sent: %s", async (encoding, encode) => {
  const whole = randomBytes(500_000).toString("hex");
  await using server = await startFaultServer(async ({ nth, write }) => {
    const bytes = encode(whole);
    write(`HTTP/1.1 200 OK\r\ncontent-encoding: ${encoding}\r\ncontent-length: ${bytes.length}\r\n\r\n`);
    const size = nth % 2 === 1 ? 200_000 : 4000;
    for (let at = 0; at < bytes.length; at += size) {
      write(bytes.subarray(at, at + size));
      await setImmediate();
    }
  });
  const bodies = Array.from({ length: 4 }, () => send(server.port, { maxBytes: 2_000_000 }).text);
  for (const text of await Promise.all(bodies)) expect(text === whole).toBe(true);
});

test("follows no redirect", async () => {
  await using elsewhere = await startFaultServer(answer("elsewhere"));
  await using server = await startFaultServer((x) =>
    x.respond(307, { location: `http://127.0.0.1:${elsewhere.port}/` }, ""),
  );
  const { seen, text } = send(server.port);
  await text;
  expect([Math.floor((seen.status ?? 0) / 100), elsewhere.requests.length]).toEqual([3, 0]);
});

/** Node's fetch takes its time, and may connect anew before it lets go. */
const closed = (server: FaultServer) => vi.waitUntil(() => server.open() === 0, { timeout: 10_000 });

test("an answer that came in time counts, however long the program was busy", async () => {
  await using server = await startFaultServer((x) => {
    x.respond(200, {}, "hello");
    for (const until = performance.now() + 150; performance.now() < until; );
  });
  for (let call = 0; call < 5; call++)
    expect(await send(server.port, { timeouts: { headers: 100 } }).text).toBe("hello");
});

describe.concurrent("gives up and leaves nothing open", () => {
  const begun: Behaviour = (x) => x.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhel");

  test("when the headers take too long", async () => {
    await using server = await startFaultServer(() => {});
    await expect(send(server.port, { timeouts: { headers: 50 } }).text).rejects.toMatchObject({
      phase: "headers",
    });
    await closed(server);
  });

  test("when the body takes too long", async () => {
    await using server = await startFaultServer(begun);
    const { seen, text } = send(server.port, { timeouts: { body: 50 } });
    await expect(text).rejects.toThrow(Expired);
    expect(seen.status).toBe(200);
    await closed(server);
  });

  test("when the caller has seen enough", async () => {
    const controller = new AbortController();
    await using server = await startFaultServer((x) => {
      begun(x);
      controller.abort(new Error("enough"));
    });
    await expect(send(server.port, { signal: controller.signal }).text).rejects.toThrow("enough");
    await closed(server);
  });

  test("when the body grows beyond its limit", async () => {
    await using server = await startFaultServer((x) =>
      x.write(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${"x".repeat(2000)}`),
    );
    await expect(send(server.port).text).rejects.toThrow(BodyTooLarge);
    await closed(server);
  });

  test("when who is told of the headers throws", async () => {
    await using server = await startFaultServer(begun);
    const onHeaders = () => {
      throw new Error("not these");
    };
    await expect(send(server.port, { onHeaders }).text).rejects.toThrow("not these");
    await closed(server);
  });

  test("when the connection breaks", async () => {
    await using server = await startFaultServer((x) => x.socket.resetAndDestroy());
    await expect(send(server.port).text).rejects.toThrow();
    await closed(server);
  });
});

// Node's fetch hands it through, and it is no JSON then.
test.skipIf(onWeb)("an encoding that nobody asked for is no body", async () => {
  await using server = await startFaultServer(answer("hello", { "content-encoding": "zstd" }));
  await expect(send(server.port).text).rejects.toThrow(BadEncoding);
});

test("refuses what it cannot put into a request, and never half of one", async () => {
  await using server = await startFaultServer(answer("hello"));
  const watch = new Watch(new Deadline(unlimited, () => performance.now(), undefined));
  const request = {
    address: `http://127.0.0.1:${server.port}/`,
    query: "a=b",
    maxBytes: 10,
    watch,
    onHeaders() {},
  };
  await expect(
    transport()({ ...request, headers: { "x-a": `${hmacKey().client.apiKey}\r\nx-b: c` } }),
  ).rejects.toThrow();
  watch.close();
  expect(server.requests).toEqual([]);
});
