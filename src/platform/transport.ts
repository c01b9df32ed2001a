import type { Watch } from "../deadline.js";

/** How far an attempt has come; each step has a deadline of its own. */
export type Phase = "connect" | "headers" | "body";

/** What is looked at of an answer's headers. */
export interface WireHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** One signed request. */
export interface WireRequest {
  /** Where it goes, without its query. */
  address: string;
  /** Goes on the wire byte by byte. */
  query: string;
  headers: Record<string, string>;
  /** Most bytes of body to read, after decompression. */
  maxBytes: number;
  /** Is told of each phase as it begins, and ends the request when that takes too long. */
  watch: Watch;
  /** Called as soon as status and headers are there, because the body may never be. */
  onHeaders(status: number, headers: WireHeaders): void;
}

/** Sends one request and resolves with its body, read to its end and decompressed. Follows no redirect, keeps no cookie, and leaves nothing open when it rejects. */
export type Transport = (request: WireRequest) => Promise<Uint8Array>;

/** How requests leave, where the caller has a say and the runtime lets him. */
export interface TransportOptions {
  agent?: object | undefined;
  proxy?: string | false | undefined;
}

/** The body is larger than was asked for. */
export class BodyTooLarge extends Error {}

/** The body is not encoded as its header says. */
export class BadEncoding extends Error {}

/**
 * Joins chunks as they arrive, up to a size. A chunk that is followed by another is copied: a short one may be a view of a long
 * piece of memory, which a server could make us keep thousands of times.
 */
export class Collector {
  readonly #maxBytes: number;
  readonly #expected: number;
  /** What has come, and perhaps room for more behind it. */
  #bytes: Uint8Array = new Uint8Array(0);
  #size = 0;

  /** The length that the headers announce, where they do, makes room once; nothing else depends on it. */
  constructor(maxBytes: number, headers: WireHeaders) {
    this.#maxBytes = maxBytes;
    this.#expected = Math.min(maxBytes, Number(headers.get("content-length")) || 0);
  }

  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength;
    if (size > this.#maxBytes) throw new BodyTooLarge();
    if (this.#size === 0) this.#bytes = chunk;
    else {
      if (size > this.#bytes.byteLength) {
        const larger = new Uint8Array(size <= this.#expected ? this.#expected : 2 * size);
        larger.set(this.bytes());
        this.#bytes = larger;
      }
      this.#bytes.set(chunk, this.#size);
    }
    this.#size = size;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }
}
