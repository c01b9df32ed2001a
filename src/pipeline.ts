import { operations } from "../generated/operations.js";
import { type Answer, attempt, type Call, type Outcome, type Unsigned } from "./attempt.js";
import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import type { Settings } from "./options.js";
import { createReporter } from "./response/differences.js";
import { backoff, RetryBudget } from "./retry.js";
import { Pause, type PauseReason } from "./retry-after.js";
import { Deadline } from "./transport/deadline.js";
import type { OperationId, ServerName } from "./types.js";

/** What is known of one server: whether it wants to be left alone, and how much repeating it can be asked to bear. */
interface Server {
  pause: Pause;
  budget: RetryBudget;
}

/**
 * Signs, sends, reads, judges and repeats. What it resolves with is a body that matches the document or a refusal in the
 * documented form; everything else is a BinanceError.
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

  return async function send(request: Unsigned, call: Call): Promise<Answer> {
    const { operationId, signal } = call;
    const { pause, budget } = serverOf(operationId);
    const deadline = new Deadline(call.timeouts, monotonic, signal);
    const details = (): ErrorDetails => ({ operationId, attempts: call.attempts });
    const isPaused = () => !pause.isOver(monotonic());
    try {
      for (let corrections = 0; ; ) {
        if (isPaused()) await pauseOver(pause, deadline, details);
        const outcome = await attempt({ settings, reporter, request, call, deadline, isPaused });
        if (outcome.kind === "again") continue;
        if (outcome.kind === "data") {
          budget.refill();
          return outcome.answer;
        }
        const { error, retry } = outcome;
        if (error.retryAt !== undefined && isPauseReason(error.code))
          pause.extend(monotonic() + (error.retryAt - clock.local()), error.code);
        if (retry === "resync") corrections += 1;
        const wait = corrections > 1 ? undefined : pauseBefore(outcome, call.attempts);
        if (wait === undefined || wait >= deadline.remaining() || !budget.take()) {
          if (outcome.kind === "failure") throw error;
          return outcome.answer;
        }
        if (wait > 0) await sleep(wait, signal);
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason)
        throw new BinanceError("ABORTED", "The call was ended by its signal.", {
          ...details(),
          cause: signal.reason,
        });
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

const isPauseReason = (code: ErrorCode): code is PauseReason =>
  code === "RATE_LIMITED" || code === "BANNED" || code === "UNAVAILABLE";
