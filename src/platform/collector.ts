import { BodyTooLarge, type WireBody, type WireHeaders } from "./transport.js";

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What the last long body was collected in. To have as much memory made anew takes longer than to copy the body into it. */
let spare: Uint8Array | undefined;
const maxSpare = 2 ** 20;
const nothing = new Uint8Array(0);

/**
 * Joins chunks as they arrive, up to a size. A chunk that is followed by another is copied: a short one may be a view of a long
 * piece of memory, which a server could make us keep thousands of times.
 */
export class Collector {
  readonly #maxBytes: number;
  readonly #expected: number;
  /** What has come, and perhaps room for more behind it. */
  #bytes: Uint8Array = nothing;
  #size = 0;
  /** Whether the bytes are in memory of our own, and not in the first chunk's. */
  #copied = false;

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
      if (!this.#copied || size > this.#bytes.byteLength) this.#move(size <= this.#expected ? this.#expected : 2 * size);
      this.#bytes.set(chunk, this.#size);
    }
    this.#size = size;
  }

  /** All that has come, once. Its memory goes to the next body. */
  end(): WireBody {
    const body = decode(this.#bytes.subarray(0, this.#size));
    if (this.#copied && this.#bytes.byteLength <= maxSpare) spare = this.#bytes;
    this.#bytes = nothing;
    return body;
  }

  #move(room: number): void {
    const to = spare && spare.byteLength >= room ? spare : new Uint8Array(room);
    if (to === spare) spare = undefined;
    to.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = to;
    this.#copied = true;
  }
}

function decode(bytes: Uint8Array): WireBody {
  try {
    return { text: utf8.decode(bytes), isUtf8: true };
  } catch {
    return { text: new TextDecoder().decode(bytes), isUtf8: false };
  }
}
