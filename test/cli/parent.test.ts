import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { parentEnded } from "../../src/cli/parent.js";

const command = ["--import", "tsx", "src/cli/main.ts", "mock", "--quiet", "--exit-with-parent"];

/** Starts a program that starts the mock and waits: a test runner. Resolves once the mock is ready. */
async function runner(stdin: "ignore" | "pipe" | "inherit"): Promise<ChildProcess> {
  const script = `const { spawn } = require("node:child_process");
spawn(process.execPath, ${JSON.stringify(command)}, { stdio: [${JSON.stringify(stdin)}, "inherit", "inherit"] });`;
  const child = spawn(process.execPath, ["--eval", script]);
  let text = "";
  while (!text.includes("BINANCE_API_SECRET=")) text += (await once(child.stdout, "data"))[0];
  return child;
}

describe("--exit-with-parent", () => {
  // Everything that the mock prints goes through the runner's own pipe, which closes when both are gone.
  test.each(["ignore", "pipe", "inherit"] as const)(
    "the mock ends when its parent is killed; standard input: %s",
    async (stdin) => {
      const child = await runner(stdin);
      child.kill("SIGKILL");
      await once(child, "close");
      expect(child.signalCode).toBe("SIGKILL");
    },
  );
});

test("the end of a pipe is the end of the parent", async () => {
  const input = new PassThrough();
  const ended = parentEnded(input, true);
  input.end();
  await ended;
});

test("the end of what is no pipe says nothing", async () => {
  const input = new PassThrough();
  const ended = parentEnded(input, false).then(() => "ended");
  input.end();
  expect(await Promise.race([ended, new Promise((resolve) => setImmediate(resolve, "waits"))])).toBe("waits");
});
