import { fileURLToPath } from "node:url";

/** TypeScript 7, which checks types and writes declarations. */
export const tsc = fileURLToPath(new URL("../node_modules/typescript-7/bin/tsc", import.meta.url));
