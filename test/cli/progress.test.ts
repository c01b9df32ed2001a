import { describe, expect, test, vi } from "vitest";
import { withProgress } from "../../src/cli/progress.js";
import { goodBody } from "../faults/server.js";
import { callableIds } from "../support/document.js";
import { serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

describe("progress", () => {
  /** Calls a server that answers when the terminal has shown that it is waited for. */
  async function whileWaiting(args: string[], terminal: { columns?: number }) {
    let answer = () => {};
    const seen = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await using server = await serve(async (request, response) => {
      await seen;
      response.end(goodBody((request.url ?? "").split("?", 1)[0] ?? ""));
    });
    const env = environmentOf({ url: server.url, apiKey: "k", secret: "s" });
    const onText = (text: string, stream: string) => {
      if (stream === "stderr" && /Waiting for .*: 1 s/.test(text)) answer();
    };
    return await runCommand(args, env, { ...terminal, onText });
  }

  test("a line moves on a terminal while a call takes longer than a second, and is gone after it", async () => {
    const { code, stdout, stderr } = await whileWaiting(["call", "getUmAccount"], { columns: 80 });
    expect(code).toBe(0);
    expect(stderr).toMatch(/\r⠋ Waiting for getUmAccount: 1 s/);
    const last = stderr.split("\r").slice(-2);
    expect(last).toEqual([expect.stringMatching(/^ +$/), ""]);
    expect(last[0]?.length).toBe(Math.max(...stderr.split("\r").map((line) => line.length)));
    expect(stdout).not.toContain("Waiting");
  });

  test("overview says how many calls are open", async () => {
    const { stderr } = await whileWaiting(["overview"], { columns: 80 });
    expect(stderr).toContain(`Waiting for ${callableIds.length} of ${callableIds.length} calls: 1 s`);
  });

  test("never fills a narrow terminal's line, which would then stay", async () => {
    const lines: string[] = [];
    const stream = { isTTY: true, columns: 12, write: (text: string) => lines.push(text) };
    let done = () => {};
    const work = new Promise<void>((resolve) => {
      done = resolve;
    });
    const waiting = withProgress(stream as never, () => "Waiting for a long name", work);
    while (lines.length < 3) await new Promise((resolve) => setImmediate(resolve));
    done();
    await waiting;
    for (const line of lines) expect(line.replaceAll("\r", "").length).toBeLessThan(12);
    expect(new Set(lines.slice(0, 3)).size).toBe(3); // it moves
  });

  test.each([
    [true, 1],
    [false, 0],
  ])("where isTTY is %s, there are %i timers", async (isTTY, timers) => {
    vi.useFakeTimers();
    let done = () => {};
    const work = new Promise<void>((resolve) => {
      done = resolve;
    });
    const waiting = withProgress({ isTTY, write: () => true } as never, () => "", work);
    const running = vi.getTimerCount();
    done();
    await waiting;
    const left = vi.getTimerCount();
    vi.useRealTimers();
    expect([running, left]).toEqual([timers, 0]);
  });

  test("a failure passes", async () => {
    const stream = { isTTY: true, write: () => true };
    await expect(withProgress(stream as never, () => "", Promise.reject(new Error("no")))).rejects.toThrow(
      "no",
    );
  });
});
