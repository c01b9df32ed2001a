import { deserialize, serialize } from "node:v8";

/** Copies data. Throws for what is none, such as a function. jsdom lacks structuredClone, which does the same. */
export const copyOf = <T>(data: T): T => deserialize(serialize(data)) as T;
