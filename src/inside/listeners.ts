import type { ClientEvent } from "../events.js";
import { mustBe, ownProperties, readFunction, readNames } from "../input.js";
import { type Logger, type LogLevel, logTo, readLevel, readLogger, toConsole } from "./log.js";
import type { Observer } from "./messages.js";
import { type Listener, listenerOf, whats } from "./observers.js";

/** The options of a client that say who is told. */
interface ListeningOptions {
  onEvent?: ((event: ClientEvent) => void) | undefined;
  logger?: Logger | undefined;
  logLevel?: LogLevel | undefined;
  observer?: Observer | undefined;
}

/** What the platform adds. */
interface Platform {
  environment(name: string): string | undefined;
  observersOfPlatform(): Listener[];
}

/** All who are told what happens inside: `onEvent`, those of the other options, and the runtime's own. */
export function readListeners(
  options: ListeningOptions,
  tell: (event: ClientEvent) => void,
  { environment, observersOfPlatform }: Platform,
): Listener[] {
  const logger = readLogger(options.logger);
  const level =
    readLevel("logLevel", options.logLevel) ??
    readLevel(variable, environment(variable) || undefined) ??
    (logger ? "warn" : "off");
  return [
    ...(options.onEvent ? [ofEvents(tell)] : []),
    ...(level === "off" ? [] : [logTo(logger ?? toConsole, level)]),
    ...(options.observer === undefined ? [] : [readObserver(options.observer)]),
    ...observersOfPlatform(),
  ];
}

const variable = "BINANCE_ACCOUNTS_LOG";

/** Tells `onEvent`. A look that was missed is told by the watch, with its whole error. */
const ofEvents = (tell: (event: ClientEvent) => void): Listener =>
  listenerOf({
    wait: (message) => tell({ type: "wait", ...message }),
    pause: (message) => tell({ type: "block", ...message }),
    degraded: (message) => tell({ type: "degraded", ...message }),
    pace: (message) => tell({ type: "pace", ...message }),
  });

/** Checks an observer: an object literal, in which a misspelt name would never be called, or an object of a class. */
function readObserver(observer: Observer): Listener {
  if (typeof observer !== "object" || observer === null)
    throw mustBe("`observer`", "an object of functions", observer);
  if (ownProperties(observer)) readNames("`observer`", observer, whats);
  for (const what of whats) readFunction<unknown>(`observer.${what}`, observer[what]);
  return listenerOf(observer);
}
