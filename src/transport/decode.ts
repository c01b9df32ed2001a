import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { builtin } from "../builtin.js";
import { BadEncoding } from "./transport.js";

/** Larger than zlib's 16 KiB, because each piece is a trip to another thread. */
const pieces = { chunkSize: 64 * 1024 };

/**
 * Decodes a body by its `Content-Encoding`.
 * @throws {BadEncoding} for an encoding that was not asked for.
 */
export function decode(response: IncomingMessage, encoding: string | null): Readable {
  const name = encoding?.trim().toLowerCase() || "identity";
  if (name === "identity") return response;
  const { createGunzip, createInflate, createBrotliDecompress } = builtin("node:zlib");
  switch (name) {
    case "gzip":
    case "x-gzip":
      return response.pipe(createGunzip(pieces));
    case "deflate":
      return response.pipe(createInflate(pieces));
    case "br":
      return response.pipe(createBrotliDecompress(pieces));
    default:
      throw new BadEncoding();
  }
}
