import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { DrawnFault } from "./faults.js";

/** A response, ready to go on the wire. */
export interface OutgoingResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** What else decides how a response is sent. */
export interface Way {
  /** `Accept-Encoding` of the request. */
  accepts?: string | undefined;
  /** Ends a response that waits, and its connection. */
  signal?: AbortSignal | undefined;
}

/** Sends a response as far as the faults let it. Resolves with the status that the client received, or 0. */
export async function sendResponse(
  response: ServerResponse,
  { status, headers, body }: OutgoingResponse,
  faults: readonly DrawnFault[] = [],
  { accepts = "", signal }: Way = {},
): Promise<number> {
  if (response.closed) return 0;
  if (faults.length === 0) {
    // Node sends headers and a body of text in one packet.
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
    return status;
  }
  const has = (name: DrawnFault["fault"]) => faults.find(({ fault }) => fault === name);
  const gone = new AbortController();
  const onReset = () => response.socket?.destroy();
  response.once("close", () => {
    signal?.removeEventListener("abort", onReset);
    gone.abort();
  });
  signal?.addEventListener("abort", onReset);
  const pause = (ms: number) => wait(ms, undefined, { signal: gone.signal });
  try {
    for (const { fault, drawnMs } of faults) if (fault === "delay") await pause(drawnMs);
    if (has("hang")) {
      await new Promise((resolve) => response.once("close", resolve));
      return 0;
    }
    const reset = faults.find((drawn) => drawn.fault === "reset");
    const when = reset && (reset.when ?? "beforeHeaders");
    if (when === "beforeHeaders") return cut(response, "reset");
    if (when === "duringHeaders") {
      await flushed((done) => response.socket?.write(`HTTP/1.1 ${status} OK\r\nContent-Type: appl`, done));
      return cut(response, "reset");
    }
    const { bytes, ...encoded } = encode(body, has, accepts);
    if (has("noDate")) response.sendDate = false;
    if (encoded.vary) response.appendHeader("vary", encoded.vary);
    response.writeHead(status, {
      ...headers,
      ...encoded.headers,
      ...(has("chunked") ? { "transfer-encoding": "chunked" } : { "content-length": bytes.length }),
    });
    if (when === "afterHeaders" || has("truncatedBody")) {
      await flushed((done) => response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), done));
      cut(response, when ? "reset" : "end");
      return status;
    }
    const slow = has("slowBody");
    for (let part = 0; part < 9 && (slow || has("chunked")); part++) {
      response.write(
        bytes.subarray(Math.floor((bytes.length * part) / 10), Math.floor((bytes.length * (part + 1)) / 10)),
      );
      if (slow) await pause(slow.drawnMs / 10);
    }
    response.end(slow || has("chunked") ? bytes.subarray(Math.floor(bytes.length * 0.9)) : bytes);
    return status;
  } catch (error) {
    if (gone.signal.aborted) return response.headersSent ? status : 0;
    throw error;
  }
}

const encodings = { gzip: gzipSync, br: brotliCompressSync } as const;

/** Encodes the body; compressed if a fault says so and the request accepts it. */
function encode(
  body: string,
  has: (name: DrawnFault["fault"]) => unknown,
  accepts: string,
): { bytes: Buffer; headers: Record<string, string>; vary?: string } {
  const accepted = accepts.split(",").map((coding) => coding.replace(/;.*/, "").trim().toLowerCase());
  const names = (Object.keys(encodings) as (keyof typeof encodings)[]).filter((name) => has(name));
  const vary = names.length > 0 && { vary: "Accept-Encoding" };
  const name = names.find((name) => accepted.includes(name) || accepted.includes("*"));
  if (!name) return { bytes: Buffer.from(body), headers: {}, ...vary };
  return { bytes: encodings[name](body), headers: { "content-encoding": name }, ...vary };
}

const flushed = (write: (done: () => void) => void) => new Promise<void>((resolve) => write(resolve));

function cut({ socket }: ServerResponse, how: "reset" | "end"): 0 {
  if (how === "reset") socket?.resetAndDestroy();
  else socket?.destroy();
  return 0;
}
