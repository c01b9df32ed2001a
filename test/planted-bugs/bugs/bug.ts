import type { KeyKind } from "../bench.js";
import type { Client } from "../client.js";
import type { Judge } from "../judges.js";

/** A client bug: the correct client with one thing done wrong, and the test that ought to notice. */
export interface Bug {
  name: string;
  judge: Judge;
  client: typeof Client;
  key?: KeyKind;
}

export const bug = (name: string, judge: Judge, client: typeof Client, key: KeyKind = "HMAC"): Bug => ({
  name,
  judge,
  client,
  key,
});
