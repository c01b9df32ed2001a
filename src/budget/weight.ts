import { wallTime } from "../retry-after.js";
import { type GateTime, momentOf } from "./gate.js";
import type { Ledger, WeightState } from "./ledger.js";

/** What a server's minute has cost so far, with its end by the time of this machine. */
export function weightOf(ledger: Ledger, time: GateTime): WeightState {
  const moment = momentOf(time);
  const state = ledger.state(moment);
  return { ...state, until: wallTime(state.until - moment.server + time.clock.local(), time)() };
}
