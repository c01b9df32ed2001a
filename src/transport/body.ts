import { BodyTooLarge, type WireBody } from "./transport.js";

/** Creates a decoder of UTF-8, as the platform has one. */
export type CreateDecoder = (options: { fatal?: boolean }) => { decode(bytes: Uint8Array): string };

/** Joins the chunks of a body, up to a size in bytes. */
export class BodyChunks {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @throws {BodyTooLarge} if the body exceeds its limit. */
  add(chunk: Uint8Array): void {
    this.#size += chunk.byteLength;
    if (this.#size > this.#maxBytes) throw new BodyTooLarge();
    this.#chunks.push(chunk);
  }

  decode(createDecoder: CreateDecoder): WireBody {
    const bytes = this.#join();
    try {
      strict ??= createDecoder({ fatal: true });
      return { text: strict.decode(bytes), isUtf8: true };
    } catch {
      return { text: createDecoder({}).decode(bytes), isUtf8: false };
    }
  }

  #join(): Uint8Array {
    const [first] = this.#chunks;
    if (first && this.#chunks.length === 1) return first;
    const bytes = new Uint8Array(this.#size);
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.byteLength;
    }
    return bytes;
  }
}

/** Created at the first body, because some test environments have no TextDecoder at load time. */
let strict: ReturnType<CreateDecoder> | undefined;
