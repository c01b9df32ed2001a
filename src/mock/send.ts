import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { DrawnFault } from "./faults.js";

/** An answer, ready to go on the wire. */
export interface OutgoingResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends the answer as far as the faults let it. Resolves with what the client has been told: the status, or 0. */
export async function sendResponse(
  response: ServerResponse,
  answer: OutgoingResponse,
  faults: readonly DrawnFault[],
): Promise<number> {
  if (response.closed) return 0;
  if (faults.length === 0) {
    // Headers and a body of text go out in one piece.
    response
      .writeHead(answer.status, { ...answer.headers, "content-length": Buffer.byteLength(answer.body) })
      .end(answer.body);
    return answer.status;
  }
  const has = (name: DrawnFault["fault"]) => faults.find(({ fault }) => fault === name);
  const gone = new AbortController();
  response.once("close", () => gone.abort());
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
      await flushed((done) =>
        response.socket?.write(`HTTP/1.1 ${answer.status} OK\r\nContent-Type: appl`, done),
      );
      return cut(response, "reset");
    }
    const bytes = Buffer.from(answer.body);
    response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length });
    if (when === "afterHeaders" || has("truncatedBody")) {
      await flushed((done) => response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), done));
      cut(response, when ? "reset" : "end");
      return answer.status;
    }
    const slow = has("slowBody");
    for (let part = 0; slow && part < 9; part++) {
      response.write(
        bytes.subarray(Math.floor((bytes.length * part) / 10), Math.floor((bytes.length * (part + 1)) / 10)),
      );
      await pause(slow.drawnMs / 10);
    }
    response.end(slow ? bytes.subarray(Math.floor(bytes.length * 0.9)) : bytes);
    return answer.status;
  } catch (error) {
    if (gone.signal.aborted) return response.headersSent ? answer.status : 0;
    throw error;
  }
}

const flushed = (write: (done: () => void) => void) => new Promise<void>((resolve) => write(resolve));

function cut({ socket }: ServerResponse, how: "reset" | "end"): 0 {
  if (how === "reset") socket?.resetAndDestroy();
  else socket?.destroy();
  return 0;
}
