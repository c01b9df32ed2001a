import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The tests that hold signing, retries, clock, answers and redaction to their promises, without what starts processes.
export default defineConfig({
  resolve: { alias: { "#platform": fileURLToPath(new URL("../../src/platform/node.ts", import.meta.url)) } },
  test: {
    include: [
      "test/{client,clock,schedule,retry-after,redact,retry}.test.ts",
      "test/{signing,response}/*.test.ts",
      "test/vectors/*.test.ts",
    ],
    setupFiles: ["test/support/loopback-only.js"],
    env: { PLATFORM: "node", SOAK: "40" },
    testTimeout: 30_000,
  },
});
