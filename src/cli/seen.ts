import { resolveSchema, responseSchemaOf, type Schema } from "../document.js";
import type { BinanceError } from "../errors.js";
import type { FailedLook, Look } from "../index.js";
import { freeOperationIds } from "../operations.js";
import type { FreeOperationId } from "../types.js";
import { isUnavailable } from "./failure.js";
import type { Row } from "./render.js";

/** What has been seen of one operation. */
export interface Seen {
  id: FreeOperationId;
  /** The last response. */
  look?: Look<unknown>;
  /** Why the last look failed, if it did. */
  error?: BinanceError | undefined;
  looks: number;
  /** How often which error came. */
  errors: Map<string, number>;
}

export const nothingSeen = (): Seen[] =>
  freeOperationIds.map((id) => ({ id, looks: 0, errors: new Map<string, number>() }));

/** Notes a look, or the error that ended the looks. */
export function note(seen: Seen, item: Look<unknown> | FailedLook | { error: BinanceError }): void {
  const { error } = item;
  seen.looks += 1;
  seen.error = error;
  if (error) seen.errors.set(error.code, (seen.errors.get(error.code) ?? 0) + 1);
  else seen.look = item;
}

/** Whether this account does not have the operation: the key is good, because another one was answered. */
export const isAbsent = ({ look, error }: Seen, all: readonly Seen[]): boolean =>
  !look && error !== undefined && isUnavailable(error) && all.some(({ look }) => look);

/** A list of rows in a response. */
export interface List {
  /** Its field; none where the response is the list. */
  name: string | undefined;
  rows: Row[];
  schema: Schema;
}

/** The parts of a response: fields of its own, and lists. */
export function partsOf({ id, look }: Seen): { fields: Row; schema: Schema; lists: List[] } {
  const schema = resolveSchema(responseSchemaOf(id));
  const data = look?.data ?? {};
  if (Array.isArray(data))
    return {
      fields: {},
      schema,
      lists: [{ name: undefined, rows: data, schema: resolveSchema(schema.items) }],
    };
  const entries = Object.entries(data as Row);
  const lists = entries.flatMap(([name, value]): List[] =>
    Array.isArray(value)
      ? [{ name, rows: value, schema: resolveSchema(resolveSchema(schema.properties?.[name]).items) }]
      : [],
  );
  return {
    fields: Object.fromEntries(entries.filter(([, value]) => !Array.isArray(value))),
    schema,
    lists,
  };
}
