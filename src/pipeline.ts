import { operations } from "../generated/operations.js";
import { type Answer, attempt, type Call, type Outcome, type Unsigned } from "./attempt.js";
import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import type { Settings } from "./options.js";
import { createReporter } from "./response/differences.js";
import { backoff, RetryBudget, reconnectPause } from "./retry.js";
import { Pause, type PauseReason } from "./retry-after.js";
import { askInTime } from "./signing/credentials.js";
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
  const { keys: ring, monotonic, sleep } = settings;
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
    let hasRotated = false;
    const isPaused = () => !pause.isOver(monotonic());
    try {
      for (const corrections = { resync: 0, restore: 0 }; ; ) {
        if (isPaused()) await pauseOver(pause, deadline, details);
        const keys = ring.current ?? (await askInTime(ring, deadline, sleep, details()));
        const outcome = await attempt({ settings, reporter, request, call, keys, deadline, isPaused });
        if (outcome.kind === "again") continue;
        if (outcome.kind === "data") {
          budget.refill();
          return outcome.answer;
        }
        const { error, retry, until } = outcome;
        if (until !== undefined && isPauseReason(error.code)) pause.extend(until, error.code);
        if (error.code === "UNAUTHORIZED" && ring.forget(keys) && !hasRotated) {
          hasRotated = true;
          const next = await askInTime(ring, deadline, sleep, details());
          if (next.apiKey !== keys.apiKey && call.attempts < settings.retry.attempts) continue;
        }
        const isRepeated = (retry === "resync" || retry === "restore") && ++corrections[retry] > 1;
        const wait = isRepeated ? undefined : pauseBefore(outcome, call.attempts);
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
      const wait = pause.waitMs(settings, deadline.remaining(), details());
      if (wait === 0) return;
      await sleep(wait, deadline.signal);
    }
  }

  /** How long to wait before the next attempt, in ms; undefined when there is none. */
  function pauseBefore({ retry, until = 0 }: Unanswered, attempts: number): number | undefined {
    if (retry === "never" || attempts >= settings.retry.attempts) return undefined;
    if (retry === "resync" || retry === "restore") return 0;
    const pause = retry === "reconnect" ? reconnectPause : backoff;
    return Math.max(0, until - monotonic()) + pause(attempts, settings.retry, settings.random);
  }
}

type Unanswered = Extract<Outcome, { error: BinanceError }>;

const isPauseReason = (code: ErrorCode): code is PauseReason =>
  code === "RATE_LIMITED" || code === "BANNED" || code === "UNAVAILABLE";
