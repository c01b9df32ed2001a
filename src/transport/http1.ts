import type { WireHeaders } from "./transport.js";

/** What came is not an answer in HTTP/1.1 that can be trusted to end where it says. */
export class BadHttp extends Error {
  readonly code: string;

  constructor(code = "ERR_HTTP_PARSE") {
    super(code);
    this.code = code;
  }
}

/** Headers as they came, looked through when they are asked for. */
export class RawHeaders implements WireHeaders {
  readonly #raw: readonly string[];

  constructor(raw: readonly string[]) {
    this.#raw = raw;
  }

  get(name: string): string | null {
    const raw = this.#raw;
    let all: string | null = null;
    for (let i = 0; i < raw.length; i += 2) {
      const known = raw[i] as string;
      if (known.length === name.length && known.toLowerCase() === name)
        all = all === null ? (raw[i + 1] as string) : `${all}, ${raw[i + 1]}`;
    }
    return all;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  *[Symbol.iterator](): Iterator<[string, string]> {
    for (let i = 0; i < this.#raw.length; i += 2) yield [this.#raw[i] as string, this.#raw[i + 1] as string];
  }
}

/** Told of an answer as it arrives. */
export interface AnswerListener {
  onHead(status: number, headers: WireHeaders): void;
  onBody(chunk: Buffer): void;
}

// RFC 9112 without what it lets recipients forgive: no folded lines, no bare line feeds, no space before a colon.
const token = /[\w!#$%&'*+.^`|~-]+/.source;
const field = String.raw`${token}:[\t\x20-\x7e\x80-\xff]*`;
const wellFormed = new RegExp(String.raw`^HTTP/1\.[01] \d{3}(?: [\t\x20-\x7e\x80-\xff]*)?(?:\r\n${field})*$`);
const trailer = new RegExp(`^${field}$`);
const quoted = /"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*"/.source;
const sizeLine = new RegExp(
  String.raw`^0*([\da-f]{1,8})[\t ]*(?:;${token}(?:=(?:${token}|${quoted}))?)*$`,
  "i",
);
const maxHead = 32 * 1024;
const empty = Buffer.alloc(0);

/**
 * Reads one answer to a GET, however its bytes are cut. It is strict: where two readers could disagree on where an answer ends,
 * as with a length beside chunks or two lengths, it throws BadHttp, and the connection is not used again.
 */
export class AnswerParser {
  /** Whether another request may follow on the connection, and within how many ms. */
  keepAlive = true;
  freshFor = Infinity;
  hasHead = false;
  readonly #listener: AnswerListener;
  #state: "head" | "length" | "size" | "chunk" | "chunkEnd" | "trailer" | "untilClose" | "done" = "head";
  /** Begun and not complete: a head, a line. */
  #rest: Buffer = empty;
  /** Bytes of body or chunk still to come. */
  #left = 0;

  constructor(listener: AnswerListener) {
    this.#listener = listener;
  }

  get done(): boolean {
    return this.#state === "done";
  }

  /** Takes what has arrived, whose memory is read into again afterwards. What follows a complete answer was not asked for and ends the connection. */
  feed(chunk: Buffer): void {
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = empty;
    while (data.length > 0 && this.#state !== "done") data = this.#step(data);
    if (data.length > 0) this.keepAlive = false;
  }

  /** The connection has ended: complete only if the answer was to end with it. */
  end(): void {
    if (this.#state !== "untilClose") throw new BadHttp("ECONNRESET");
    this.#state = "done";
  }

  /** Takes one part and returns what is behind it. */
  #step(data: Buffer): Buffer {
    switch (this.#state) {
      case "head": {
        const end = data.indexOf("\r\n\r\n");
        if ((end < 0 ? data.length : end) > maxHead) throw new BadHttp("ERR_HTTP_HEAD_TOO_LARGE");
        if (end < 0) {
          // What cannot become an answer is not waited for.
          if (!"HTTP/1.".startsWith(data.toString("latin1", 0, Math.min(data.length, 7))))
            throw new BadHttp();
          return this.#wait(data);
        }
        this.#head(data.toString("latin1", 0, end));
        return data.subarray(end + 4);
      }
      case "untilClose":
        this.#listener.onBody(data);
        return empty;
      case "length":
      case "chunk": {
        const part = data.length > this.#left ? data.subarray(0, this.#left) : data;
        this.#left -= part.length;
        if (this.#left === 0) this.#state = this.#state === "length" ? "done" : "chunkEnd";
        this.#listener.onBody(part);
        return data.subarray(part.length);
      }
      default:
        return this.#line(data);
    }
  }

  /** A line between chunks: the size of the next, the end of the last, or a trailer, of which nothing is kept. */
  #line(data: Buffer): Buffer {
    const end = data.indexOf("\r\n");
    if ((end < 0 ? data.length : end) > maxHead) throw new BadHttp();
    if (end < 0) return this.#wait(data);
    if (this.#state === "size") {
      const size = sizeLine.exec(data.toString("latin1", 0, end))?.[1];
      if (size === undefined) throw new BadHttp();
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? "trailer" : "chunk";
    } else if (this.#state === "chunkEnd") {
      if (end > 0) throw new BadHttp();
      this.#state = "size";
    } else if (end === 0) this.#state = "done";
    else if (!trailer.test(data.toString("latin1", 0, end))) throw new BadHttp();
    return data.subarray(end + 2);
  }

  #wait(data: Buffer): Buffer {
    this.#rest = Buffer.from(data); // a copy, like all that is kept
    return empty;
  }

  #head(head: string): void {
    if (!wellFormed.test(head)) throw new BadHttp();
    const status = Number(head.slice(9, 12));
    if (status === 101 || status < 100) throw new BadHttp();
    if (status < 200) return; // the answer is still to come
    const raw: string[] = [];
    const lengths: string[] = [];
    let coding: string | undefined;
    const old = head[7] === "0";
    let connection = "";
    for (let at = head.indexOf("\r\n"); at >= 0; ) {
      const next = head.indexOf("\r\n", at + 2);
      const colon = head.indexOf(":", at);
      const name = head.slice(at + 2, colon);
      const value = trimmed(head, colon + 1, next < 0 ? head.length : next);
      raw.push(name, value);
      // Lengths of the three names that decide where the answer ends.
      if (name.length === 14 && name.toLowerCase() === "content-length") lengths.push(value);
      else if (name.length === 17 && name.toLowerCase() === "transfer-encoding")
        coding = coding === undefined ? value : `${coding},${value}`;
      else if (name.length === 10 && name.toLowerCase() === "connection")
        connection += `,${value.toLowerCase()}`;
      else if (name.length === 10 && name.toLowerCase() === "keep-alive") this.freshFor = keptFor(value);
      at = next;
    }
    const options = connection.split(/[\t ,]+/);
    this.keepAlive = !options.includes("close") && (!old || options.includes("keep-alive"));
    if (old && coding !== undefined) throw new BadHttp();
    this.#state = this.#framing(status, lengths, coding);
    this.hasHead = true;
    this.#listener.onHead(status, new RawHeaders(raw));
  }

  /** RFC 9112, section 6.3. */
  #framing(
    status: number,
    [length, ...others]: string[],
    coding: string | undefined,
  ): "length" | "size" | "untilClose" | "done" {
    if (coding !== undefined) {
      if (length !== undefined || coding.toLowerCase() !== "chunked") throw new BadHttp();
    } else if (
      length !== undefined &&
      (!/^0*\d{1,15}$/.test(length) || others.some((other) => other !== length))
    )
      throw new BadHttp();
    if (status === 204 || status === 304) {
      // A body that is announced may come all the same.
      if (coding !== undefined || (length !== undefined && Number(length) > 0)) this.keepAlive = false;
      return "done";
    }
    if (coding !== undefined) return "size";
    if (length === undefined) {
      this.keepAlive = false;
      return "untilClose";
    }
    this.#left = Number(length);
    return this.#left === 0 ? "done" : "length";
  }
}

/** Part of the head without blanks around it; `trim` would take others, too, which belong to the value. */
function trimmed(head: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(head.charCodeAt(start))) start += 1;
  while (start < end && isBlank(head.charCodeAt(end - 1))) end -= 1;
  return head.slice(start, end);
}

const isBlank = (code: number) => code === 32 || code === 9;

/** What a server says of how long it keeps a connection, less a second for the way, in ms. */
function keptFor(value: string): number {
  const seconds = /\btimeout=(\d{1,6})\b/.exec(value)?.[1];
  return seconds === undefined ? Infinity : Math.max(0, Number(seconds) - 1) * 1000;
}
