import type { Channel, TracingChannel } from "node:diagnostics_channel";
import { builtin } from "../builtin.js";
import type { Messages, Scope } from "./messages.js";
import type { Listener } from "./observers.js";

const points = [
  ...(["wait", "pause", "clock", "weight", "difference"] as const),
  ...(["degraded", "pace", "missed"] as const),
];

/** Publishes what happens inside on `node:diagnostics_channel`: tracing channels for calls and attempts, a plain one for the rest. */
export function channels(): Listener {
  const { channel, tracingChannel } = builtin("node:diagnostics_channel");
  const traced = {
    call: tracingChannel("binance-accounts.call"),
    attempt: tracingChannel("binance-accounts.attempt"),
  };
  const plain = Object.fromEntries(
    points.map((name) => [name, channel(`binance-accounts.${name}`)]),
  ) as Record<(typeof points)[number], Channel>;
  const publish =
    <W extends (typeof points)[number]>(what: W) =>
    (message: Messages[W]) =>
      plain[what].publish(message);
  return {
    hears: (what) =>
      what === "call" || what === "attempt" ? isHeard(traced[what]) : plain[what].hasSubscribers,
    call: (message) => scopeOf(traced.call, message),
    attempt: (message) => scopeOf(traced.attempt, message),
    wait: publish("wait"),
    pause: publish("pause"),
    clock: publish("clock"),
    weight: publish("weight"),
    difference: publish("difference"),
    degraded: publish("degraded"),
    pace: publish("pace"),
    missed: publish("missed"),
  };
}

/** Bun's tracing channels have no `hasSubscribers`, so each part is asked. */
const isHeard = ({ start, end, asyncStart, asyncEnd, error }: TracingChannel): boolean =>
  start.hasSubscribers ||
  end.hasSubscribers ||
  asyncStart.hasSubscribers ||
  asyncEnd.hasSubscribers ||
  error.hasSubscribers;

/**
 * Publishes in the order of `tracePromise`, which is not used because it would put results and whole errors, and so amounts, into
 * the message.
 */
function scopeOf(
  { start, end, asyncStart, asyncEnd, error }: TracingChannel,
  message: { error?: unknown },
): Scope {
  return {
    run: (send) =>
      start.runStores(message, () => {
        const result = send();
        end.publish(message);
        return result;
      }),
    end() {
      if (message.error !== undefined) error.publish(message);
      asyncStart.publish(message);
      asyncEnd.publish(message);
    },
  };
}
