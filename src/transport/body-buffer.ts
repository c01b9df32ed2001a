import { BodyTooLarge, type WireBody, type WireHeaders } from "./transport.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

const nothing = new Uint8Array(0);

/** What a body before was collected in, the longest. To have as much memory made anew takes longer than to copy a body into it. */
let spare = nothing;
const maxSpare = 2 ** 20;

/** Joins chunks as they arrive, up to a size. Each is copied: its memory belongs to whoever reads the next. */
export class Collector {
  readonly #maxBytes: number;
  readonly #expected: number;
  /** What has come, and perhaps room for more behind it. */
  #bytes = nothing;
  #size = 0;

  /** The length that the headers announce, where they do, makes room once; nothing else depends on it. */
  constructor(maxBytes: number, headers: WireHeaders) {
    this.#maxBytes = maxBytes;
    this.#expected = Math.min(maxBytes, Number(headers.get("content-length")) || 0);
  }

  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.byteLength;
    if (size > this.#maxBytes) throw new BodyTooLarge();
    if (size > this.#bytes.byteLength) this.#move(size <= this.#expected ? this.#expected : 2 * size);
    this.#bytes.set(chunk, this.#size);
    this.#size = size;
  }

  /** All that has come, once. Its memory goes to the next body. */
  end(): WireBody {
    const body = decode(this.#bytes.subarray(0, this.#size));
    const { byteLength } = this.#bytes;
    if (byteLength > spare.byteLength && byteLength <= maxSpare) spare = this.#bytes;
    this.#bytes = nothing;
    return body;
  }

  #move(room: number): void {
    const to = spare.byteLength >= room ? spare : new Uint8Array(room);
    if (to === spare) spare = nothing;
    to.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = to;
  }
}

function decode(bytes: Uint8Array): WireBody {
  try {
    return { text: utf8.decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder().decode(bytes), isUtf8: false };
  }
}
