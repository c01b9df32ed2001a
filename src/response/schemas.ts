import { answers } from "../../generated/answers.js";
import type { OperationId } from "../types.js";
import type { Schema } from "./schema.js";

/** Returns the schema of an operation's successful response. */
export const schemaOf = (operationId: OperationId): Schema => answers[operationId] as Schema;
