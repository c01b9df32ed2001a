import { wallTime } from "../retry-after.js";
import { type GateTime, momentOf } from "./gate.js";
import type { Ledger, WeightState } from "./ledger.js";

/** How much of a server's minute is spent, and how long it still lasts, in ms. */
export interface Minute extends WeightState {
  leftMs: number;
}

/** What a server's minute has cost so far, with its end by the server's clock. */
export function minuteOf(ledger: Ledger, time: GateTime): Minute {
  const moment = momentOf(time);
  const state = ledger.state(moment);
  return { ...state, leftMs: state.until - moment.server };
}

/** The same with its end by the time of this machine. */
export function weightOf(ledger: Ledger, time: GateTime): WeightState {
  const { leftMs, ...state } = minuteOf(ledger, time);
  return { ...state, until: wallTime(leftMs + time.clock.local(), time)() };
}
