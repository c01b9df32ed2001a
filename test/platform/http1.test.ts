import fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerParser, BadHttp } from "../../src/platform/http1.js";
import { runs } from "../support/world.js";

interface Read {
  heads: [status: number, headers: [string, string][]][];
  body: string;
  done: boolean;
  keepAlive: boolean;
}

/** What the parser makes of an answer that arrives in these pieces. */
function read(pieces: Buffer[], close = false): Read {
  const seen: Read = { heads: [], body: "", done: false, keepAlive: false };
  const parser = new AnswerParser({
    onHead: (status, headers) => void seen.heads.push([status, [...headers]]),
    onBody: (chunk) => {
      seen.body += chunk.toString("latin1");
    },
  });
  for (const piece of pieces) parser.feed(piece);
  if (close) parser.end();
  return { ...seen, done: parser.done, keepAlive: parser.keepAlive };
}

const bytes = (text: string) => Buffer.from(text, "latin1");
const answers: Record<string, string> = {
  "with a length": "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
  "in chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX-T: r\r\n\r\n",
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
  expect(read([bytes("HTTP/1.1 200 OK\r\n\r\nhel"), bytes("lo")], true)).toMatchObject({ body: "hello", done: true, keepAlive: false });
});

test.each([
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive, Close\r\n\r\n{}"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\nConnection: x\r\n\r\n{}"],
  ["HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
  ["HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n"],
  ["HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n"],
  ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n"],
])("the connection is not used again after %j", (text) => expect(read([bytes(text)])).toMatchObject({ done: true, keepAlive: false }));

test("HTTP/1.0 may keep its connection if it says so, and for how long is heard", () => {
  const parser = new AnswerParser({ onHead() {}, onBody() {} });
  parser.feed(bytes("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\nKeep-Alive: max=5, timeout=60\r\n\r\n"));
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
])("an end in the middle of %j is no answer", (text) => expect(() => read([bytes(text)], true)).toThrow("ECONNRESET"));
