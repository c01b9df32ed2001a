import { operations } from "../generated/operations.js";
import { type Answer, attempt, type Call, type Outcome, type Unsigned } from "./attempt.js";
import type { Ask, Gate } from "./budget/gate.js";
import type { Lease } from "./budget/ledger.js";
import { weightOf } from "./budget/weight.js";
import { offsetOf } from "./clock.js";
import { BinanceError, type ErrorCode, type ErrorDetails } from "./errors.js";
import type { AttemptMessage } from "./inside/messages.js";
import { summaryOf } from "./inside/observers.js";
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
  const { keys: ring, monotonic, sleep, observers } = settings;
  const reporter = createReporter(settings.onDifference, observers);
  let knownShift = settings.clock.shift();
  const gates = new Map<ServerName, Gate>();
  const degraded = new Set<ServerName>();

  function gateOf(name: ServerName): Gate {
    const gate = gates.get(name) ?? settings.budget.gate(name, settings.servers[name]);
    gates.set(name, gate);
    return gate;
  }

  return function send(request: Unsigned, call: Call): Promise<Answer> {
    return observers.isHeard("call") ? sendObserved(request, call) : sendAndRepeat(request, call);
  };

  async function sendObserved(request: Unsigned, call: Call): Promise<Answer> {
    const { operationId } = call;
    const { server } = operations[operationId];
    const told = observers.begin("call", { operationId, server, attempts: 0 });
    let error: unknown;
    try {
      const answer = await told.run(() => sendAndRepeat(request, call));
      error = answer.refusal;
      return answer;
    } catch (thrown) {
      error = thrown;
      throw thrown;
    } finally {
      told.end({ attempts: call.attempts, durationMs: told.elapsed(), ...failed(error) });
    }
  }

  async function sendAndRepeat(request: Unsigned, call: Call): Promise<Answer> {
    const { operationId, signal } = call;
    const { server, weight } = operations[operationId];
    const gate = gateOf(server);
    const deadline = new Deadline(call.timeouts, monotonic, signal);
    const details = (): ErrorDetails => ({ operationId, attempts: call.attempts });
    const isPaused = () => !gate.pause.isOver(monotonic());
    const ask: Ask = {
      weight,
      priority: call.priority,
      time: settings,
      signal,
      details,
      remaining: () => deadline.remaining(),
      onWait: (ms, reason) => observers.tell("wait", { server, operationId, ms, reason }),
    };
    let hasRotated = false;
    try {
      for (const corrections = { resync: 0, restore: 0 }; ; ) {
        const room = gate.enter(ask);
        const lease = "then" in room ? await room : room;
        noteStore(server, gate);
        let keys: Keys;
        let outcome: Outcome;
        try {
          keys = ring.current ?? (await askInTime(ring, deadline, sleep, details()));
          outcome = await attempt({ settings, reporter, request, call, keys, deadline, isPaused, lease });
          if ("error" in outcome) stop(gate, server, outcome, lease);
        } finally {
          gate.leave(lease, settings);
          if (lease.sent) noteResponse(server, gate);
        }
        if (outcome.kind === "again") {
          ended(call, { next: "retry", waitMs: 0, error: { code: "CONNECTION" } });
          continue;
        }
        if (outcome.kind === "data") {
          ended(call, { next: "end" });
          gate.retries.refill();
          return outcome.answer;
        }
        const { error, retry } = outcome;
        if (error.code === "UNAUTHORIZED" && ring.forget(keys) && !hasRotated) {
          hasRotated = true;
          ended(call, { next: "credentials", ...failed(error) });
          const next = await askInTime(ring, deadline, sleep, details());
          if (next.apiKey !== keys.apiKey && call.attempts < settings.retry.attempts) continue;
        }
        const isRepeated = (retry === "resync" || retry === "restore") && ++corrections[retry] > 1;
        const wait = isRepeated ? undefined : pauseBefore(outcome, call.attempts);
        if (wait === undefined || wait >= deadline.remaining() || !gate.retries.take()) {
          ended(call, { next: "end", ...failed(error) });
          if (outcome.kind === "failure") throw error;
          return outcome.answer;
        }
        ended(call, { next: "retry", waitMs: wait, ...failed(error) });
        // A pause is waited for at the gate, with everybody else.
        if (wait > 0 && !isPaused()) await sleep(wait, signal);
      }
    } catch (thrown) {
      const isAborted = signal?.aborted && thrown === signal.reason;
      const message = "The call was ended by its signal.";
      const error = isAborted
        ? new BinanceError("ABORTED", message, { ...details(), cause: signal.reason })
        : thrown;
      ended(call, { next: "end", ...failed(error) });
      throw error;
    }
  }

  /** Tells observers what became of the attempt that they know of. */
  function ended(call: Call, how: Partial<AttemptMessage>): void {
    call.told?.end(how);
    call.told = undefined;
  }

  /** Tells observers when what shares the budget fails, and when it is back. Asked by each call: whoever is told does not hold a client. */
  function noteStore(server: ServerName, { ledger: { isDegraded } }: Gate): void {
    if (isDegraded === degraded.has(server)) return;
    if (isDegraded) degraded.add(server);
    else degraded.delete(server);
    observers.tell("degraded", { server, isDegraded });
  }

  /** Tells observers what a response has taught. */
  function noteResponse(server: ServerName, gate: Gate): void {
    if (observers.isHeard("weight")) observers.tell("weight", { server, ...weightOf(gate.ledger, settings) });
    const shift = settings.clock.shift();
    if (Math.abs(shift - knownShift) < notableShiftMs) return;
    knownShift = shift;
    const offset = offsetOf(settings);
    if (offset) observers.tell("clock", { offset });
  }

  /** Holds back everything for this server, if it wants to be left alone. */
  function stop(gate: Gate, server: ServerName, { error, until }: Unanswered, lease: Lease): void {
    const { code } = error;
    if (until === undefined || !isPauseReason(code)) return;
    gate.block(until, code, lease, settings);
    observers.tell("pause", { server, code, until: error.retryAt ?? 0 });
  }

  /** How long to wait before the next attempt, in ms; undefined when there is none. */
  function pauseBefore({ retry, until = 0 }: Unanswered, attempts: number): number | undefined {
    if (retry === "never" || attempts >= settings.retry.attempts) return undefined;
    if (retry === "resync" || retry === "restore") return 0;
    const pause = retry === "reconnect" ? reconnectPause : backoff;
    return Math.max(0, until - monotonic()) + pause(attempts, settings.retry, settings.random);
  }
}

/** `Date` has whole seconds, so the clock is known no better at first. */
const notableShiftMs = 1000;

const failed = (error: unknown) => (error instanceof BinanceError ? { error: summaryOf(error) } : {});

type Unanswered = Extract<Outcome, { error: BinanceError }>;

export const isPauseReason = (code: ErrorCode): code is PauseReason =>
  code === "RATE_LIMITED" || code === "BANNED" || code === "UNAVAILABLE";
