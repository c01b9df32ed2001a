import { createRequire } from "node:module";

/**
 * Loads a module of Node when it is first needed, which keeps importing this package fast. `getBuiltinModule` comes first, because
 * instrumentation hooks it.
 */
export const builtin: typeof process.getBuiltinModule = (id: string) =>
  process.getBuiltinModule?.(id) ?? createRequire(import.meta.url)(id);
