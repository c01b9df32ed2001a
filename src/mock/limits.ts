import { servers } from "../../generated/operations.js";
import { invalidArgument } from "../errors.js";
import { oneOf, ownProperties } from "../input.js";
import type { WeightLimits } from "./ledger.js";
import { mustBe, shown } from "./messages.js";

const documented: Record<string, number> = Object.fromEntries(
  Object.entries(servers).map(([name, { weightLimit }]) => [name, weightLimit]),
);

/** Reads weight per minute by server, and patience. Servers that are left out keep their `others`. */
export function readLimits(given: unknown = {}, patience: unknown = 10, others = documented): WeightLimits {
  const own = ownProperties(given);
  if (!own) throw mustBe("`limits`", "an object such as { papi: 100 }", given);
  for (const [name, weight] of Object.entries(own)) {
    if (!Object.hasOwn(servers, name))
      throw invalidArgument(
        `\`limits\` has an unknown server ${shown(name)}. ${oneOf(Object.keys(servers))}`,
      );
    count(`limits.${name}`, weight);
  }
  const weights = { ...others, ...(own as Record<string, number>) };
  return { weights, patience: count("patience", patience) };
}

function count(name: string, value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw mustBe(`\`${name}\``, "an integer of at least 0", value);
}
