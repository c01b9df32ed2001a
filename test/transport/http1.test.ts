import { Agent, request } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerParser, BadHttp } from "../../src/transport/http1.js";
import { runs } from "../support/world.js";

interface Read {
  heads: [status: number, headers: [string, string][]][];
  body: string;
  done: boolean;
  keepAlive: boolean;
}

/** What the parser makes of an answer that arrives in these pieces, and of the connection's end, if it is told of that. */
function read(pieces: Buffer[], end: "end" | "" = ""): Read {
  const seen: Read = { heads: [], body: "", done: false, keepAlive: false };
  const parser = new AnswerParser({
    onHead: (status, headers) => void seen.heads.push([status, [...headers]]),
    onBody: (chunk) => {
      seen.body += chunk.toString("latin1");
    },
  });
  for (const piece of pieces) parser.feed(piece);
  if (end && !parser.done) parser.end();
  return { ...seen, done: parser.done, keepAlive: parser.keepAlive };
}

const bytes = (text: string) => Buffer.from(text, "latin1");
const answers: Record<string, string> = {
  "with a length": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
  "in chunks":
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX-T: r\r\n\r\n",
  "behind hints": "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200\r\ncontent-length: 0\r\n\r\n",
  "without a body": "HTTP/1.1 204 No Content\r\n\r\n",
};

test.each(Object.keys(answers))("an answer %s is the same however its bytes are cut", (name) => {
  const whole = bytes(answers[name] as string);
  const expected = read([whole]);
  expect([expected.done, expected.keepAlive, expected.heads.length]).toEqual([true, true, 1]);
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
      const at = [0, ...cuts.sort((a, b) => a - b), whole.length];
      expect(read(at.slice(1).map((end, i) => whole.subarray(at[i], end)))).toEqual(expected);
    }),
    { numRuns: runs(300) },
  );
});

test("an answer without a length ends with its connection, and nothing follows on it", () => {
  expect(read([bytes("HTTP/1.1 200 OK\r\n\r\nhel"), bytes("lo")], "end")).toMatchObject({
    body: "hello",
    done: true,
    keepAlive: false,
  });
});

test.each([
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive, Close\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nConnection: x\r\n\r\n{}"],
  ["HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: x-keep-alive\r\n\r\n{}"],
  ["HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"],
  ["HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"],
])("the connection is not used again after %j", (text) =>
  expect(read([bytes(text)])).toMatchObject({ done: true, keepAlive: false }),
);

test("HTTP/1.0 may keep its connection if it says so, and for how long is heard", () => {
  const parser = new AnswerParser({ onHead() {}, onBody() {} });
  parser.feed(
    bytes(
      "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nKeep-Alive: max=5, timeout=60\r\n\r\n",
    ),
  );
  expect([parser.done, parser.keepAlive, parser.freshFor]).toEqual([true, true, 59_000]);
});

test.each([
  ["SSH-2.0-OpenSSH_9.2\r\n"],
  ["HTTP/2 200 OK\r\n\r\n"],
  ["HTTP/1.1 20 OK\r\n\r\n"],
  ["HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nX: a\nContent-Length: 2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\n: a\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: \xa02\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\xa0\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
  ["HTTP/1.1 000 No\r\n\r\n"],
  ["HTTP/1.1 099 No\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n+2\r\n{}\r\n0\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffff\r\n"],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;a="b"c\r\n{}\r\n0\r\n\r\n'],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-T: a\n\nb\r\n\r\n"],
  ["HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
  ["HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(40_000)}`],
])("%j is refused", (text) => expect(() => read([bytes(text)])).toThrow(BadHttp));

test.each([
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
  "HTTP/1.1 200 OK\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
])("an end in the middle of %j is no answer", (text) =>
  expect(() => read([bytes(text)], "end")).toThrow("ECONNRESET"),
);

/** What node:http makes of the same bytes, when the connection ends behind them. */
function readByNode(text: string): Promise<Read> {
  const seen: Read = { heads: [], body: "", done: false, keepAlive: false };
  const wire = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const agent = Object.assign(new Agent({ keepAlive: true }), {
    createConnection: () => wire,
    keepSocketAlive: () => false,
  });
  return new Promise((resolve) => {
    const sent = request({ agent, host: "node.test" });
    sent.on("error", () => {}).on("close", () => resolve(seen));
    sent.on("upgrade", () => sent.destroy());
    sent.on("response", (response) => {
      const { statusCode = 0, rawHeaders: raw } = response;
      seen.heads.push([
        statusCode,
        raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ""] as [string, string]] : [])),
      ]);
      seen.keepAlive = sent.shouldKeepAlive;
      response.on("data", (chunk: Buffer) => {
        seen.body += chunk.toString("latin1");
      });
      response
        .on("error", () => {})
        .on("end", () => {
          seen.done = true;
        });
    });
    sent.on("finish", () => {
      wire.push(bytes(text));
      wire.push(null);
    });
    sent.end();
  });
}

/**
 * Without what RFC 9112 allows and node:http does not understand: tabs beside a length or `chunked`, the same length again, blanks
 * behind a size, and a length among trailers.
 */
function plain(text: string): string {
  const end = text.indexOf("\r\n\r\n");
  const head = text
    .slice(0, end)
    .replace(/(?<=^(?:content-length|transfer-encoding):)[\t ]*(\w+)[\t ]*$/gim, "$1")
    .replace(/^(content-length:\d+)$((?:\r\n.+)*?)\r\n\1$/im, "$1$2");
  const body = text.slice(end);
  if (!/^transfer-encoding:/im.test(head)) return head + body;
  return (
    head +
    body
      .replace(/^([\da-f]+)[\t ]+(?=;|$)/gim, "$1")
      .replace(/(?<=^0+\r\n(?:.+\r\n)*)(?:content-length|transfer-encoding):.*\r\n/gim, "")
  );
}

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const inChunks = fc
  .array(
    fc.tuple(
      oneOf("", "00000000"),
      oneOf("{}", "[[]]", "HTTP/1.1 200 OK\r\n\r\n", "\0\xff"),
      oneOf("", ";a", ';a=b;c="d e"'),
    ),
  )
  .map((chunks) =>
    chunks
      .map(([zeros, data, extension]) => `${zeros}${data.length.toString(16)}${extension}\r\n${data}\r\n`)
      .join(""),
  );
const framed = fc.oneof(
  fc
    .tuple(
      oneOf("Content-Length:", "content-length: 000000000000000"),
      oneOf("", "{}", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    )
    .map(([name, body]) => [`${name}${body.length}`, body]),
  fc
    .tuple(
      oneOf("Transfer-Encoding: chunked", "transfer-encoding:\tChunked "),
      inChunks,
      oneOf("", "X-T: a\r\n", "X-T:\r\nY:\xff\r\n"),
    )
    .map(([header, chunks, trailers]) => [header, `${chunks}0\r\n${trailers}\r\n`]),
  oneOf("", "{}", "0\r\n\r\n").map((body) => ["X-Without: length", body]),
);
const behind = (...before: string[]) =>
  fc
    .record({
      hints: oneOf(...before),
      start: oneOf(
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200",
        "HTTP/1.1 503 \xe9",
        "HTTP/1.1 204 No",
        "HTTP/1.1 304 Same",
        "HTTP/1.1 999 x",
      ),
      before: fc.array(
        oneOf(
          "Server: a b ",
          "X-Empty:",
          "x\x60~:\t\xff",
          "Connection: close",
          "connection: Keep-Alive, Upgrade",
        ),
      ),
      framed,
      after: fc.array(
        oneOf(
          "Keep-Alive: timeout=5",
          "Upgrade: h2c",
          "X-Close: close",
          "X-Length: 5",
          "X-Transfer-Encoding: chunked",
        ),
      ),
    })
    .map(
      ({ hints, start, before, framed: [header, body], after }) =>
        `${hints}${[start, ...before, header, ...after].join("\r\n")}\r\n\r\n${body}`,
    );
const cuts = fc.array(fc.nat());

function pieces(text: string, cuts: number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return at.slice(1).map((end, i) => bytes(text.slice(at[i], end)));
}

test("an answer that is well formed is what node:http reads", async () => {
  const property = fc.asyncProperty(
    behind("", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    cuts,
    async (text, cuts) => {
      const { keepAlive, ...expected } = await readByNode(text);
      const { keepAlive: kept, ...seen } = read(pieces(text, cuts), "end");
      expect([seen, expected.done]).toEqual([expected, true]);
      if (kept) expect(keepAlive).toBe(true);
    },
  );
  await fc.assert(property, { numRuns: runs(300) });
});

test("nothing that node:http refuses is an answer, and none is read otherwise", async () => {
  const bit = oneOf(
    ...'\r\n \t\0:;,05af+-x\x7f\x80\xff\v"_',
    ...[
      "\r\n",
      "\r\n\r\n",
      "chunked",
      "close",
      "Content-Length: 2\r\n",
      "Transfer-Encoding: chunked\r\n",
      "HTTP/1.1 200 OK\r\n",
      "fffffffff",
    ],
  );
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.oneof(fc.constant(""), bit)), {
    minLength: 1,
    maxLength: 2,
  });
  const property = fc.asyncProperty(behind(""), damage, cuts, async (whole, damage, cuts) => {
    const text = damage.reduce((text, [place, gone, put]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + gone);
    }, whole);
    let seen: Read;
    try {
      seen = read(pieces(text, cuts), "end");
    } catch (error) {
      expect(error).toBeInstanceOf(BadHttp);
      return;
    }
    const { heads, keepAlive, ...rest } = seen;
    const statuses = ({ heads }: Read) => heads.map(([status]) => status);
    const peers = (await Promise.all([text, plain(text)].map(readByNode))).map((peer) => ({
      ...peer,
      heads: statuses(peer),
    }));
    expect(peers).toContainEqual({
      ...rest,
      heads: statuses(seen),
      keepAlive: keepAlive || expect.anything(),
    });
  });
  await fc.assert(property, { numRuns: runs(700) });
});
