import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { notCalled } from "../support/document.js";
import { root } from "../support/process.js";

const hasFull = existsSync("/dev/full");

/** Runs the command as a process of its own. */
async function main(
  args: string[],
  stdio: { stdout?: number; stderr?: number } = {},
  env: Record<string, string> = {},
) {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", stdio.stdout ?? "pipe", stdio.stderr ?? "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk) => {
    texts.stdout += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    texts.stderr += chunk;
  });
  const [code] = await once(child, "close");
  return { code, ...texts };
}

describe("the process", () => {
  test
    .skipIf(!hasFull)
    .each([[["--help"]], [["overview", "--or-mock"]], [["call", "getUmAccount", "--or-mock", "--json"]]])(
    "%j says that its output cannot be written",
    async (args) => {
      const { code, stderr } = await main(args, { stdout: openSync("/dev/full", "w") });
      expect(code).toBe(1);
      expect(stderr).toContain("error: Standard output cannot be written (ENOSPC).\n");
      expect(stderr).not.toMatch(/^ +at /m);
    },
  );

  test.skipIf(!hasFull)("exits with the code of the command where nobody can be told", async () => {
    const { code, stdout } = await main(["overview"], { stderr: openSync("/dev/full", "w") });
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("is content when its reader closes the pipe", async () => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", "overview", "--or-mock", "--json"],
      {
        cwd: root,
        env: { PATH: process.env.PATH },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    child.stdout.destroy();
    let text = "";
    child.stderr.on("data", (chunk) => {
      text += chunk;
    });
    const [code] = await once(child, "close");
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(new RegExp(`^Answers of a mock.*\\n${notCalled}$`)),
    ]);
  });

  test.each<[env: Record<string, string>, colour: boolean]>([
    [{}, false],
    [{ FORCE_COLOR: "1" }, true],
    [{ FORCE_COLOR: "0" }, false],
    [{ NO_COLOR: "1" }, false],
  ])("with %j there is colour: %s", async (env, colour) => {
    const { stdout } = await main(["explain", "BANNED"], {}, env);
    expect(stdout.includes("\u001b[")).toBe(colour);
  });

  test("exits with the code of the command", async () => {
    expect(await main(["overveiw"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean overview?"),
    });
    expect(await main(["explain", "-1021"])).toMatchObject({ code: 0, stderr: "" });
  });
});
