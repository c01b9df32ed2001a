import { operations } from "../generated/operations.js";
import { type Answer, attempt, type Call, type Outcome, type Unsigned } from "./attempt.js";
import type { Ask, Gate } from "./budget/gate.js";
import type { Lease } from "./budget/ledger.js";
import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import type { Settings } from "./options.js";
import { createReporter } from "./response/differences.js";
import { backoff, reconnectPause } from "./retry.js";
import type { PauseReason } from "./retry-after.js";
import { askInTime, type Keys } from "./signing/credentials.js";
import { Deadline } from "./transport/deadline.js";
import type { ServerName } from "./types.js";

/**
 * Signs, sends, reads, judges and repeats. What it resolves with is a body that matches the document or a refusal in the
 * documented form; everything else is a BinanceError.
 */
export function createPipeline(settings: Settings) {
  const { keys: ring, monotonic, sleep } = settings;
  const reporter = createReporter(settings.onDifference);
  const gates = new Map<ServerName, Gate>();

  function gateOf(name: ServerName): Gate {
    const gate = gates.get(name) ?? settings.budget.gate(name, settings.servers[name]);
    gates.set(name, gate);
    return gate;
  }

  return async function send(request: Unsigned, call: Call): Promise<Answer> {
    const { operationId, signal } = call;
    const { server, weight } = operations[operationId];
    const gate = gateOf(server);
    const deadline = new Deadline(call.timeouts, monotonic, signal);
    const details = (): ErrorDetails => ({ operationId, attempts: call.attempts });
    const isPaused = () => !gate.pause.isOver(monotonic());
    const ask: Ask = {
      ...{ weight, priority: call.priority, time: settings, signal, details },
      remaining: () => deadline.remaining(),
      onWait: (ms, reason) => settings.tell({ type: "wait", server, operationId, ms, reason }),
    };
    let hasRotated = false;
    try {
      for (const corrections = { resync: 0, restore: 0 }; ; ) {
        const room = gate.enter(ask);
        const lease = "then" in room ? await room : room;
        let keys: Keys;
        let outcome: Outcome;
        try {
          keys = ring.current ?? (await askInTime(ring, deadline, sleep, details()));
          outcome = await attempt({ settings, reporter, request, call, keys, deadline, isPaused, lease });
          if ("error" in outcome) stop(gate, server, outcome, lease);
        } finally {
          gate.leave(lease, settings);
        }
        if (outcome.kind === "again") continue;
        if (outcome.kind === "data") {
          gate.retries.refill();
          return outcome.answer;
        }
        const { error, retry } = outcome;
        if (error.code === "UNAUTHORIZED" && ring.forget(keys) && !hasRotated) {
          hasRotated = true;
          const next = await askInTime(ring, deadline, sleep, details());
          if (next.apiKey !== keys.apiKey && call.attempts < settings.retry.attempts) continue;
        }
        const isRepeated = (retry === "resync" || retry === "restore") && ++corrections[retry] > 1;
        const wait = isRepeated ? undefined : pauseBefore(outcome, call.attempts);
        if (wait === undefined || wait >= deadline.remaining() || !gate.retries.take()) {
          if (outcome.kind === "failure") throw error;
          return outcome.answer;
        }
        // A pause is waited for at the gate, with everybody else.
        if (wait > 0 && !isPaused()) await sleep(wait, signal);
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

  /** Holds back everything for this server, if it wants to be left alone. */
  function stop(gate: Gate, server: ServerName, { error, until }: Unanswered, lease: Lease): void {
    const { code } = error;
    if (until === undefined || !isPauseReason(code)) return;
    gate.block(until, code, lease, settings);
    settings.tell({ type: "block", server, code, until: error.retryAt ?? 0 });
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
