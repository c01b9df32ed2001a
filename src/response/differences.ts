import { schemaOf } from "../operations.js";
import type { OperationId } from "../types.js";
import type { Schema } from "./schema.js";

/** Something in an answer that the document does not say. */
export interface Difference {
  operationId: OperationId;
  /** A field or a value that is not known; with `validate: "report"` also what breaks the document. */
  kind: "field" | "value" | "violation";
  /** Where, such as `positions[].positionSide`. */
  path: string;
  /** The value that is not known, or what is wrong. */
  detail?: string;
}

/** Tells of each new field and value once, so that a change at Binance is seen before it hurts. */
export function createReporter(report: ((difference: Difference) => void) | undefined) {
  const told = new Set<string>();
  const tell = (difference: Difference) => {
    const id = JSON.stringify(difference);
    if (told.has(id) || told.size >= 1000) return;
    told.add(id);
    try {
      report?.(difference);
    } catch (error) {
      // A listener's mistake is its own, as with event listeners: the answer is good all the same.
      queueMicrotask(() => {
        throw error;
      });
    }
  };

  function look(operationId: OperationId, schema: Schema, value: unknown, path: string): void {
    if (schema.type === "string") {
      if (schema.known && typeof value === "string" && !schema.known.includes(value))
        tell({ operationId, kind: "value", path, detail: value.slice(0, 100) });
    } else if (schema.type === "array") {
      if (Array.isArray(value)) for (const item of value) look(operationId, schema.items, item, `${path}[]`);
    } else if (
      schema.type === "object" &&
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value)
    ) {
      const prefix = path && `${path}.`;
      for (const [name, field] of Object.entries(value)) {
        const known = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
        if (known) look(operationId, known, field, prefix + name);
        else tell({ operationId, kind: "field", path: prefix + name.slice(0, 100) });
      }
    }
  }

  return {
    /** Looks for fields and values that the document does not know. Costs nothing without a listener. */
    look(operationId: OperationId, data: unknown): void {
      if (report) look(operationId, schemaOf(operationId), data, "");
    },
    violation: (operationId: OperationId, detail: string) =>
      tell({ operationId, kind: "violation", path: "", detail }),
  };
}
