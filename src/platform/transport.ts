/** How far an attempt has come; each step has a deadline of its own. */
export type Phase = "connect" | "headers" | "body";

/** One signed request. The URL goes on the wire byte by byte. */
export interface WireRequest {
  url: string;
  headers: Record<string, string>;
  /** Most bytes of body to read, after decompression. */
  maxBytes: number;
  signal: AbortSignal;
  /** Called when a phase begins; a transport that cannot tell connecting from waiting never says `connect`. */
  onPhase(phase: Phase): void;
  /** Called as soon as status and headers are there, because the body may never be. */
  onHeaders(status: number, headers: Headers): void;
}

/** One answer, read to its end and decompressed. */
export interface WireAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** Sends one request. Follows no redirect, keeps no cookie, and leaves nothing open when it rejects. */
export type Transport = (request: WireRequest) => Promise<WireAnswer>;

/** The body is larger than was asked for. */
export class BodyTooLarge extends Error {}

/** The body is not encoded as its header says. */
export class BadEncoding extends Error {}

/** Joins chunks as they arrive, up to a size. */
export class Collector {
  readonly #chunks: Uint8Array[] = [];
  readonly #maxBytes: number;
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#size > this.#maxBytes) throw new BodyTooLarge();
    this.#chunks.push(chunk);
  }

  bytes(): Uint8Array {
    const [only] = this.#chunks;
    if (only && this.#chunks.length === 1) return only;
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }
}
