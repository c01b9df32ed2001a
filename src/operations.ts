import { operations } from "../generated/operations.js";
import type { OperationId } from "./types.js";

/** Names of all operations, in the order of the document. */
export const operationIds = Object.keys(operations) as OperationId[];

/** The operation at a path; undefined when there is none. */
export const operationAt = (path: unknown) => operationIds.find((id) => operations[id].path === path);
