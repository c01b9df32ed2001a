import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));
const shared = { setupFiles: ["test/support/loopback-only.js"], restoreMocks: true, testTimeout: 30_000 };

/** Files share their modules: loading them anew for each file takes as long as the tests. Each file leaves things as it found them. */
const together = { isolate: false };

// What a platform provides is tested on each: one suite, two implementations.
const onEachPlatform = [
  "test/client.test.ts",
  "test/{signing,contract,vectors}/*.test.ts",
  "test/transport/conformance.test.ts",
];

/** What spawns programs, linters, builds, browsers or whole copies of the repository: `npm run test:repository`. */
const ofTheRepository = [
  "test/repository/*.test.ts",
  "test/docs/*.test.ts",
  "test/{planted-bugs,catches}/*.test.ts",
  "test/mock-bench/*.test.ts",
  "test/cli/{main,parent}.test.ts",
  "test/mock/prism-engine.test.ts",
  "test/transport/program.test.ts",
];

export default defineConfig({
  test: {
    maxWorkers: "100%",
    projects: [
      {
        resolve: { alias: { "#platform": src("platform/node.ts") } },
        test: {
          ...shared,
          name: "node",
          ...together,
          include: ["test/**/*.test.ts"],
          exclude: [...ofTheRepository, "test/{interception,opentelemetry}/**", "**/node_modules/**"],
          env: { PLATFORM: "node" },
        },
      },
      {
        resolve: { alias: { "#platform": src("platform/web.ts") } },
        test: { ...shared, ...together, name: "web", include: onEachPlatform, env: { PLATFORM: "web" } },
      },
      {
        // Half of it is waiting for undici to close connections; it is run with the repository's tests.
        resolve: { alias: { "#platform": src("platform/web.ts") } },
        test: { ...shared, name: "web-faults", include: ["test/faults/*.test.ts"], env: { PLATFORM: "web" } },
      },
      {
        resolve: { alias: { "#platform": src("platform/node.ts") } },
        test: {
          ...shared,
          testTimeout: 120_000,
          name: "repository",
          include: ofTheRepository,
          env: { PLATFORM: "node" },
        },
      },
      {
        // Other people's tools, which are installed in a folder of their own.
        test: { ...shared, name: "interception", include: ["test/interception/*.test.ts"] },
      },
      {
        test: { ...shared, name: "opentelemetry", include: ["test/opentelemetry/*.test.ts"] },
      },
      {
        // Not a part of `npm test`: the same properties, tried many more times.
        resolve: { alias: { "#platform": src("platform/node.ts") } },
        test: {
          ...shared,
          name: "soak",
          include: [
            "test/{schedule,clock}.test.ts",
            "test/budget/ledger.test.ts",
            "test/signing/query.test.ts",
            "test/watch/day.test.ts",
            "test/response/{json,schema}.test.ts",
          ],
          env: { PLATFORM: "node", SOAK: "100000" },
          testTimeout: 3_600_000,
        },
      },
    ],
  },
});
