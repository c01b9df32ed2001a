import { Collector } from "./body-buffer.js";
import { BadEncoding, type WireBody, type WireHeaders } from "./transport.js";

/** A body as it arrives. */
export interface Body {
  /** What is kept of the chunk is copied. */
  add(chunk: Uint8Array): void;
  end(): void;
  destroy(): void;
}

/** Where a body comes from; it can be made to wait. */
interface Source {
  pause(): unknown;
  resume(): unknown;
}

/** Collects a body, decompressed as its headers say, and settles once: with all of it, or with what went wrong. */
export function openBody(
  headers: WireHeaders,
  maxBytes: number,
  resolve: (body: WireBody) => void,
  reject: (error: unknown) => void,
  source: () => Source | undefined,
): Body | undefined {
  const encoding = headers.get("content-encoding")?.trim().toLowerCase() || "identity";
  const collector = new Collector(maxBytes, headers);
  const collect = (chunk: Uint8Array) => {
    try {
      collector.add(chunk);
    } catch (error) {
      reject(error);
    }
  };
  if (encoding === "identity") return { add: collect, end: () => resolve(collector.end()), destroy() {} };
  const decoder = createDecoder(encoding);
  if (!decoder) {
    reject(new BadEncoding());
    return undefined;
  }
  decoder
    .on("data", collect)
    .on("end", () => resolve(collector.end()))
    .on("error", () => reject(new BadEncoding()))
    .on("drain", () => source()?.resume());
  return {
    add(chunk) {
      // A copy, because it is decompressed on another thread, and its memory is read into again meanwhile.
      if (!decoder.write(Uint8Array.from(chunk))) source()?.pause();
    },
    end: () => void decoder.end(),
    destroy: () => void decoder.destroy(),
  };
}

/** A full account takes half the time of zlib's own 16 KiB: each piece is a trip to another thread. */
const pieces = { chunkSize: 64 * 1024 };

/** Loaded when the first compressed answer comes. */
function createDecoder(encoding: string) {
  const { createGunzip, createInflate, createBrotliDecompress } = process.getBuiltinModule("node:zlib");
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return createGunzip(pieces);
    case "deflate":
      return createInflate(pieces);
    case "br":
      return createBrotliDecompress(pieces);
    default:
      return undefined;
  }
}
