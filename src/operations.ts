import { answers } from "../generated/answers.js";
import { operations } from "../generated/operations.js";
import type { Schema } from "./response/schema.js";
import type { OperationId } from "./types.js";

/** Names of all operations, in the order of the document. */
export const operationIds = Object.keys(operations) as OperationId[];

/** The operation at a path; undefined when there is none. */
export const operationAt = (path: unknown) => operationIds.find((id) => operations[id].path === path);

/** What the body of a successful response has to be. */
export const schemaOf = (operationId: OperationId): Schema => answers[operationId] as Schema;
