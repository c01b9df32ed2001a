import type { Alert, Deliver } from "./deliver.js";
import { judge, oldest, type Rule } from "./rules.js";
import type { Seen } from "./seen.js";

/** What has become of a rule. */
export interface RuleEvent {
  rule: string;
  state: "firing" | "cleared";
  value: string;
}

/** How long after a delivery that failed the next is tried, in ms. */
const retryMs = 10_000;

interface Waiting {
  alert: Alert;
  deliver: Deliver;
  notBefore: number;
  isUnderWay: boolean;
}

/** Looks at rules and hands over what fires, each once to each way, and again until it has arrived. */
export function createAlerts(
  rules: readonly Rule[],
  ways: readonly Deliver[],
  tell: { onRule(event: RuleEvent): void; onFailure(text: string): void },
) {
  const waiting = new Set<Waiting>();

  const send = async (one: Waiting): Promise<void> => {
    one.isUnderWay = true;
    try {
      await one.deliver(one.alert);
      waiting.delete(one);
    } catch (error) {
      one.isUnderWay = false;
      one.notBefore = performance.now() + retryMs;
      tell.onFailure(`The alert ${one.alert.rule} could not be handed over: ${(error as Error).message}.`);
    }
  };
  const sendAll = (): Promise<unknown> => {
    const due = [...waiting].filter((one) => !one.isUnderWay && performance.now() >= one.notBefore);
    return Promise.all(due.map(send));
  };
  let sending: Promise<unknown> = Promise.resolve();

  return {
    /** `sinceStart` is how long the watch has lasted, in ms. */
    check(all: readonly Seen[], sinceStart: number): void {
      for (const rule of rules) {
        const changed = judge(rule, all, oldest(all, sinceStart));
        if (!changed) continue;
        tell.onRule({ rule: rule.text, ...changed });
        if (changed.state === "cleared") continue;
        const alert = { rule: rule.text, value: changed.value, at: Date.now() };
        for (const deliver of ways) waiting.add({ alert, deliver, notBefore: 0, isUnderWay: false });
      }
      sending = Promise.all([sending, sendAll()]);
    },
    firing: () => rules.filter(({ isFiring }) => isFiring).map(({ text }) => text),
    /** When what is under way has arrived or failed. */
    settled: async (): Promise<void> => void (await sending),
  };
}
