import { createRequire } from "node:module";

/**
 * Loads one of Node's own modules when it is first needed, so that importing this package costs a program nothing that it does
 * not use. `getBuiltinModule` comes first because instrumentation hooks it.
 */
export const builtin: typeof process.getBuiltinModule = (id: string) =>
  process.getBuiltinModule?.(id) ?? createRequire(import.meta.url)(id);
