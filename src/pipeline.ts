import { BinanceError, type ErrorDetails } from "./errors.js";
import { assertSafe, type Settings } from "./options.js";
import { signQuery } from "./query.js";
import { type Answer, judge } from "./response.js";
import type { OperationId } from "./types.js";

/** One call of a caller. `attempts` counts the signed requests that were sent for it. */
export interface Call {
  operationId: OperationId;
  attempts: number;
  signal: AbortSignal | undefined;
  timeout: number;
}

/**
 * The `fetch` that openapi-fetch is given. It signs, sends and reads; what it resolves with is a body that matches the
 * document or a refusal in the documented form, and everything else is a BinanceError.
 */
export function createPipeline(settings: Settings) {
  return async (request: Request, call: Call): Promise<Response> => {
    const details = (): ErrorDetails => ({ operationId: call.operationId, attempts: call.attempts });
    const deadline = startDeadline(call);
    try {
      deadline.signal.throwIfAborted();
      const answer = await send(settings, request, call, deadline.signal);
      judge(call.operationId, answer, details());
      return new Response(answer.text, { status: answer.status, headers: answer.headers });
    } catch (error) {
      if (error instanceof BinanceError) throw error;
      if (deadline.timedOut())
        throw new BinanceError("TIMEOUT", `There was no complete answer within ${call.timeout} ms.`, { ...details(), cause: error });
      if (call.signal?.aborted)
        throw new BinanceError("ABORTED", "The call was ended by its signal.", { ...details(), cause: call.signal.reason });
      throw new BinanceError("CONNECTION", "The connection could not be made, or broke before the answer was complete.", {
        ...details(),
        cause: error,
      });
    } finally {
      deadline.stop();
    }
  };
}

/** One attempt: a fresh timestamp and signature, one request, one answer read to its end. */
async function send({ apiKey, sign, now, fetch }: Settings, request: Request, call: Call, signal: AbortSignal): Promise<Answer> {
  assertSafe(new URL(request.url), "The address of the request");
  const [address, query = ""] = request.url.split("?", 2);
  const headers = new Headers(request.headers);
  headers.set("X-MBX-APIKEY", apiKey);
  const url = `${address}?${await signQuery(query, Math.floor(now()), sign)}`;
  signal.throwIfAborted();
  call.attempts += 1;
  // A redirect would hand the API key and the signed URL to another host: "manual", because not every runtime knows "error".
  const response = await fetch(url, { method: request.method, headers, redirect: "manual", signal });
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  return { status, headers: response.headers, text: await response.text() };
}

/** Aborts when the caller does or when time is up, and leaves neither timer nor listener behind. */
function startDeadline({ signal, timeout }: Call) {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  let timedOut = false;
  const timer =
    timeout === Number.POSITIVE_INFINITY
      ? undefined
      : setTimeout(() => {
          timedOut = true;
          controller.abort();
        }, timeout);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
