import { teller } from "../events.js";
import { nobody, type Observers } from "../inside/observers.js";
import type { OperationId } from "../types.js";
import type { JsonPath } from "./json.js";
import type { Schema, Violation } from "./schema.js";
import { schemaOf } from "./schemas.js";

/** A difference between a response and the document. */
export interface Difference {
  operationId: OperationId;
  /** An unknown field or value; with `validate: "report"` also a violation of the document. */
  kind: "field" | "value" | "violation";
  /** Path in the body, such as `positions[].positionSide`. */
  path: string;
  /** The unknown value, or what is wrong. */
  detail?: string;
}

/** Creates a reporter that tells each difference once, so that a change at Binance is seen before it hurts. */
export function createReporter(
  listener: ((difference: Difference) => void) | undefined,
  observers: Observers = nobody,
) {
  const report = teller(listener);
  const told = new Set<string>();
  const tell = (difference: Difference) => {
    const id = JSON.stringify(difference);
    if (told.has(id) || told.size >= 1000) return;
    told.add(id);
    report(difference);
    // What is new may hold an amount; where it stands does not.
    const { operationId, kind, path } = difference;
    observers.tell("difference", { operationId, kind, path });
  };

  function look(operationId: OperationId, schema: Schema, value: unknown, path: string): void {
    const tellValue = (detail: string) => tell({ operationId, kind: "value", path, detail });
    if (schema.type === "string") {
      if (schema.known && typeof value === "string" && !schema.known.includes(value))
        tellValue(value.slice(0, 100));
    } else if (schema.type === "integer") {
      if (schema.unit === "ms" && typeof value === "number" && value !== 0 && !isMs(value))
        tellValue(`a time of ${String(value).length} digits; in ms it has 13`);
    } else if (schema.type === "array") {
      if (Array.isArray(value)) for (const item of value) look(operationId, schema.items, item, `${path}[]`);
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const one = schema.type === "oneOf" ? caseOf(schema, value) : schema;
      if (one?.type !== "object") return;
      const prefix = path && `${path}.`;
      for (const [name, field] of Object.entries(value)) {
        const known = Object.hasOwn(one.properties, name) ? one.properties[name] : undefined;
        if (known) look(operationId, known, field, prefix + name);
        else if (one.values) look(operationId, one.values, field, `${prefix}*`);
        else tell({ operationId, kind: "field", path: prefix + name.slice(0, 100) });
      }
    }
  }

  return {
    /** Looks for unknown fields and values. Costs nothing without a listener. */
    look(operationId: OperationId, data: unknown): void {
      if (listener || observers.isHeard("difference")) look(operationId, schemaOf(operationId), data, "");
    },
    violation: (operationId: OperationId, { path, message }: Violation) =>
      tell({ operationId, kind: "violation", path, detail: message }),
    rounded: (operationId: OperationId, path: JsonPath) =>
      tell({
        operationId,
        kind: "value",
        path: path.join(".").replaceAll(".[]", "[]"),
        detail: "a number that a double cannot hold exactly; it was rounded",
      }),
  };
}

/** Whether a number can be a time in ms since 1970, rather than in seconds or microseconds. */
const isMs = (time: number) => time >= 1e11 && time < 1e14;

function caseOf({ field, cases }: Extract<Schema, { type: "oneOf" }>, value: object): Schema | undefined {
  const kind = Object.hasOwn(value, field) ? String((value as Record<string, unknown>)[field]) : "";
  return Object.hasOwn(cases, kind) ? cases[kind] : undefined;
}
