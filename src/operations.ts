import { operations } from "../generated/operations.js";
import type { ParameterRule } from "./parameters.js";
import type { FreeOperationId, OperationId } from "./types.js";

/** Names of all operations, in the order of the document. */
export const operationIds = Object.keys(operations) as OperationId[];

/** Names of the operations that can be called without a parameter. */
export const freeOperationIds = operationIds.filter((id): id is FreeOperationId => {
  const rules: ParameterRule[] = Object.values(operations[id].parameters);
  return !rules.some(({ required, injected }) => required && !injected);
});

/** Returns the operation at a path, or undefined. */
export const operationAt = (path: unknown) => operationIds.find((id) => operations[id].path === path);
