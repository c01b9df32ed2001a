import { spawn } from "node:child_process";
import { isLoopback } from "../loopback.js";
import { type Io, UsageError } from "./io.js";

/** What is handed over when a rule begins to hold: nothing but what the rule itself names. */
export interface Alert {
  rule: string;
  value: string;
  /** In ms since 1970. */
  at: number;
}

/** Hands an alert over; rejects with an error whose message says why it could not. */
export type Deliver = (alert: Alert) => Promise<void>;

/** A program may take this long, and a webhook too, in ms. */
const patience = 30_000;

/** Runs a command of the shell. It gets the alert in its environment, and no key. What it prints goes to `output`. */
export const byCommand =
  (command: string, env: Io["env"], output: Io["stderr"] | undefined): Deliver =>
  ({ rule, value, at }) =>
    new Promise((resolve, reject) => {
      const others = Object.entries(env).filter(([name]) => !name.startsWith("BINANCE_"));
      const alert = {
        ...{ BINANCE_ALERT_RULE: rule, BINANCE_ALERT_VALUE: value },
        BINANCE_ALERT_AT: new Date(at).toISOString(),
      };
      const child = spawn(command, {
        ...{ shell: true, stdio: ["ignore", "pipe", "pipe"], timeout: patience },
        env: { ...Object.fromEntries(others), ...alert },
      });
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => output?.write(text));
      child.once("error", ({ message }) => reject(new Error(message)));
      child.once("close", (code, signal) =>
        code === 0 ? resolve() : reject(new Error(`it ended with ${signal ?? `exit code ${code}`}`)),
      );
    });

/** Sends the alert as JSON. */
export function byWebhook(address: string): Deliver {
  if (!URL.canParse(address)) throw new UsageError("--webhook must be an absolute URL.");
  const url = new URL(address);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname)))
    throw new UsageError(
      `--webhook must be https, or http on this machine; received ${url.protocol}// and another host.`,
    );
  return async (alert) => {
    const response = await fetch(url, {
      ...{ method: "POST", redirect: "manual", body: JSON.stringify(alert) },
      ...{ headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(patience) },
    }).catch((error: Error & { cause?: { code?: string } }) => {
      throw new Error(error.cause?.code ?? error.name);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`it answered HTTP ${response.status}`);
  };
}
