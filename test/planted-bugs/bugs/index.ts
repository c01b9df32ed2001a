import { accounts } from "./account.js";
import { answers } from "./answers.js";
import type { Bug } from "./bug.js";
import { habits } from "./habits.js";
import { clocks, limits } from "./limits.js";
import { keys, parameters, signature, signedText } from "./request.js";

/** In the order in which a client goes wrong. */
export const bugs: Record<string, readonly Bug[]> = {
  "What is signed": signedText,
  Signature: signature,
  Keys: keys,
  Parameters: parameters,
  Clock: clocks,
  "Limits and repetition": limits,
  "Habits that harm": habits,
  "Answers that are none": answers,
  "What an account holds": accounts,
};
