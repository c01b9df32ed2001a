import { operations } from "../generated/operations.js";
import { attempt, type Outcome } from "./attempt.js";
import { Deadline, type Timeouts } from "./deadline.js";
import { createReporter } from "./differences.js";
import { BinanceError, type ErrorCode, type ErrorDetails, invalidArgument } from "./errors.js";
import type { Settings } from "./options.js";
import { Pause, type PauseReason } from "./pause.js";
import { splitUrl } from "./query.js";
import { backoff, RetryBudget } from "./retry.js";
import type { OperationId, ServerName } from "./types.js";

/** One call of a caller. The pipeline counts the signed requests that it sends, and leaves the refusal it ended with. */
export interface Call {
  operationId: OperationId;
  /** Where the signed request goes, without its query. */
  address: string;
  timeouts: Timeouts;
  signal: AbortSignal | undefined;
  attempts: number;
  refusal?: BinanceError;
  /** The response that was judged; a middleware may put another in its place. */
  response?: Response;
}

/** What is known of one server: whether it wants to be left alone, and how much repeating it can be asked to bear. */
interface Server {
  pause: Pause;
  budget: RetryBudget;
}

/**
 * The `fetch` that openapi-fetch is given. It signs, sends, reads, judges and repeats. What it resolves with is a body that
 * matches the document or a refusal in the documented form; everything else is a BinanceError.
 */
export function createPipeline(settings: Settings) {
  const { clock, monotonic, sleep } = settings;
  const reporter = createReporter(settings.onDifference);
  const servers = new Map<ServerName, Server>();

  function serverOf(operationId: OperationId): Server {
    const { server: name } = operations[operationId];
    const server = servers.get(name) ?? { pause: new Pause(), budget: new RetryBudget() };
    servers.set(name, server);
    return server;
  }

  return async function send(request: Request, call: Call): Promise<Response> {
    const { operationId, signal } = call;
    const { pause, budget } = serverOf(operationId);
    const deadline = new Deadline(call.timeouts, monotonic, signal);
    const details = (): ErrorDetails => ({ operationId, attempts: call.attempts });
    const onSend = () => {
      call.attempts += 1;
      return details();
    };
    const isPaused = () => !pause.isOver(monotonic());
    try {
      checkAddress(request, call);
      for (let corrections = 0; ; ) {
        await pauseOver(pause, deadline, details);
        const outcome = await attempt({ settings, reporter, request, operationId, deadline, isPaused, onSend });
        if (outcome.kind === "paused") continue;
        if (outcome.kind === "data") {
          budget.refill();
          call.response = outcome.response;
          return outcome.response;
        }
        const { error, retry } = outcome;
        if (error.retryAt !== undefined && isPauseReason(error.code))
          pause.extend(monotonic() + (error.retryAt - clock.local()), error.code);
        if (retry === "resync") corrections += 1;
        const wait = corrections > 1 ? undefined : pauseBefore(outcome, call.attempts);
        if (wait === undefined || wait >= deadline.remaining() || !budget.take()) return finish(outcome, call);
        if (wait > 0) await sleep(wait, signal);
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason)
        throw new BinanceError("ABORTED", "The call was ended by its signal.", { ...details(), cause: signal.reason });
      throw error;
    }
  };

  /** Waits until the server wants to be asked again, which may be put off meanwhile. */
  async function pauseOver(pause: Pause, deadline: Deadline, details: () => ErrorDetails): Promise<void> {
    for (;;) {
      const wait = pause.waitMs(monotonic(), deadline.remaining(), clock.local(), details());
      if (wait === 0) return;
      await sleep(wait, deadline.signal);
    }
  }

  /** How long to wait before the next attempt, in ms; undefined when there is none. */
  function pauseBefore({ error, retry }: Unanswered, attempts: number): number | undefined {
    if (retry === "never" || attempts >= settings.retry.attempts) return undefined;
    if (retry === "resync") return 0;
    const until = error.retryAt === undefined ? 0 : Math.max(0, error.retryAt - clock.local());
    return until + backoff(attempts, settings.retry, settings.random);
  }
}

type Unanswered = Extract<Outcome, { error: BinanceError }>;

const isPauseReason = (code: ErrorCode): code is PauseReason => code === "RATE_LIMITED" || code === "BANNED" || code === "UNAVAILABLE";

function finish(outcome: Unanswered, call: Call): Response {
  if (outcome.kind === "failure") throw outcome.error;
  call.refusal = outcome.error;
  call.response = outcome.response;
  return outcome.response;
}

/** A middleware may change headers and query, but not where the API key goes. */
function checkAddress({ url, method }: Request, { address }: Call): void {
  if (method === "GET" && splitUrl(url).address === address) return;
  throw invalidArgument(
    "A middleware has changed the method or address of the request; the API key is sent to the operation's own address only.",
  );
}
