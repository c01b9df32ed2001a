import { answers } from "../generated/answers.js";
import { operations } from "../generated/operations.js";
import type { Schema } from "./response/schema.js";
import type { OperationId } from "./types.js";

/** Names of all operations, in the order of the document. */
export const operationIds = Object.keys(operations) as OperationId[];

/** Returns the operation at a path, or undefined. */
export const operationAt = (path: unknown) => operationIds.find((id) => operations[id].path === path);

/** Returns the schema of a successful response. */
export const schemaOf = (operationId: OperationId): Schema => answers[operationId] as Schema;
