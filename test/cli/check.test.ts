import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { hmacKey } from "../support/keys.js";
import { environmentOf, runCommand } from "../support/terminal.js";

describe("check", () => {
  test.each([
    ["hedge", [], 0, "ok NORMAL 1118.18394839\n"],
    ["marginCall", [], 3, "alarm MARGIN_CALL 1.35000000 (status MARGIN_CALL)\n"],
    ["marginCall", ["--alert", "uniMMR<1.2"], 0, "ok MARGIN_CALL 1.35000000\n"],
    ["hedge", ["--alert", "toLiquidation<50"], 3, "alarm toLiquidation<50 (47.66)\n"],
  ] as const)("of %s with %j ends with %i", async (scenario, args, expected, line) => {
    await using mock = await startMock({ scenario });
    const { code, stdout, stderr } = await runCommand(["check", ...args], environmentOf(mock));
    expect([code, stdout, stderr]).toEqual([expected, line, ""]);
  });

  test("takes a status that it does not know for an alarm", async () => {
    await using mock = await startMock({
      scenario: "hedge",
      state: { account: { accountStatus: "A_NEW_STATUS" } },
    });
    const { code, stdout } = await runCommand(["check"], environmentOf(mock));
    expect([code, stdout]).toEqual([3, expect.stringContaining("(status A_NEW_STATUS)")]);
  });

  test("prints one line of JSON", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const { code, stdout } = await runCommand(["check", "--json"], environmentOf(mock));
    expect(code).toBe(3);
    expect(stdout.trimEnd()).not.toContain("\n");
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ state: "alarm", alarms: ["MARGIN_CALL 1.35000000 (status MARGIN_CALL)"] },
      levels: [{ level: "MARGIN_CALL", next: { level: "REDUCE_ONLY", at: "1.2", distance: "0.15" } }],
    });
  });

  test("fails where a call fails, and names it", async () => {
    await using mock = await startMock({ faults: [{ fault: "html", operation: "getCmAccount" }] });
    const { code, stdout, stderr } = await runCommand(["check"], environmentOf(mock));
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^failed /)]);
    expect(stderr).toContain("error: getCmAccount: ");
  });

  test("of an account that has no Portfolio Margin part is fine when the rest answers", async () => {
    const key = hmacKey();
    await using mock = await startMock({ keys: [{ ...key.mock, servers: ["dapi"] }] });
    const outcome = await runCommand(["check"], environmentOf({ url: mock.url, ...key.client }));
    expect(outcome).toEqual({ code: 0, stdout: "ok\n", stderr: "" });
  });
});
