import type { BinanceError } from "../errors.js";
import { safely } from "../events.js";
import type { FailureSummary, Messages, Observer, Scope } from "./messages.js";

export type What = keyof Messages;

/** Everything that can be observed. */
export const whats: readonly What[] = [
  ...(["call", "attempt", "wait", "pause", "clock", "weight", "difference"] as const),
  ...(["degraded", "pace", "missed"] as const),
];

/** An observer that says beforehand whether it wants to be told. */
export interface Listener extends Observer {
  hears(what: What): boolean;
}

/** Something that has begun and is observed. */
export interface Told<Message> {
  readonly message: Message;
  /** Runs what is sent within what observers put around it. */
  run<T extends object>(send: () => T): T;
  /** Ms since it began. */
  elapsed(): number;
  /** Tells that it is over, and how. */
  end(rest: Partial<Message>): void;
}

export type Observers = ReturnType<typeof createObservers>;

/** Tells all who listen. While nobody does, `isHeard` is the only cost. */
export function createObservers(listeners: readonly Listener[], monotonic: () => number) {
  return {
    isHeard: (what: What): boolean => listeners.some((listener) => listener.hears(what)),

    tell<W extends Exclude<What, "call" | "attempt">>(what: W, message: Messages[W]): void {
      for (const listener of listeners) {
        const listen = listener[what] as ((message: Messages[W]) => void) | undefined;
        if (listener.hears(what)) safely(() => listen?.call(listener, message));
      }
    },

    begin<W extends "call" | "attempt">(what: W, message: Messages[W]): Told<Messages[W]> {
      const began = monotonic();
      const scopes: Scope[] = [];
      for (const listener of listeners) {
        const begin = listener[what] as ((message: Messages[W]) => Scope | undefined) | undefined;
        if (!listener.hears(what)) continue;
        const scope = safely(() => begin?.call(listener, message));
        if (scope) scopes.push(scope);
      }
      return {
        message,
        run: (send) => scopes.reduceRight((inner, scope) => () => runOnce(scope, inner), send)(),
        elapsed: () => monotonic() - began,
        end(rest) {
          Object.assign(message, rest);
          for (const scope of scopes) safely(() => scope.end?.());
        },
      };
    },
  };
}

/** Sends within a scope, once, even if the scope throws or forgets to send. */
function runOnce<T extends object>(scope: Scope, send: () => T): T {
  let sent: T | undefined;
  const once = () => {
    sent ??= send();
    return sent;
  };
  safely(() => scope.run?.(once));
  return once();
}

/** Nobody listens. */
export const nobody: Observers = createObservers([], () => 0);

/** An observer that wants to be told of everything for which it has a method. */
export function listenerOf(observer: Observer): Listener {
  const methods = whats.flatMap((what) => {
    const method = observer[what] as ((message: never) => unknown) | undefined;
    return method ? [[what, method.bind(observer)] as const] : [];
  });
  const heard = new Map<What, unknown>(methods);
  return { ...(Object.fromEntries(methods) as Observer), hears: (what) => heard.has(what) };
}

/** What may be told of an error: neither its message nor a body, which may hold amounts. */
export function summaryOf({ code, status, binanceCode, phase }: BinanceError): FailureSummary {
  return {
    code,
    ...(status !== undefined && { status }),
    ...(binanceCode !== undefined && { binanceCode }),
    ...(phase !== undefined && { phase }),
  };
}
