import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { BinanceError, type ErrorCode } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { callableIds, notCalled } from "../support/document.js";
import { hmacKey } from "../support/keys.js";
import { json, serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

const helpOf = (code: ErrorCode) => new BinanceError(code, "").help;

describe("overview", () => {
  test("shows every operation of a mock when no key is set, and says that it is a mock", async () => {
    const { code, stdout, stderr } = await runCommand(["overview", "--or-mock"]);
    expect([code, stderr]).toEqual([0, notCalled]);
    expect(stdout).toMatch(/^Answers of a mock on this machine, not of Binance: the numbers are examples\./);
    for (const id of callableIds) expect(stdout).toMatch(new RegExp(`^\\S.*  ${id}$`, "m"));
    expect(stdout).toMatch(/accountStatus +NORMAL\n +uniMMR +1118\.18394839/);
    expect(stdout).toMatch(/BTCUSDT +SHORT +-0\.020 +11900\.00000/);
    const [, um = ""] = stdout.split(/^\S.* {2}getUmAccount$/m);
    const [shown = ""] = um.split(/^\S/m);
    expect(shown).toMatch(/BTCUSDT/);
    expect(shown).not.toContain("ETHUSDT");
    expect(shown).toContain("2 with positionAmt 0 left out; --all shows everything");
  });

  test("shows every field and row with --all", async () => {
    const { stdout } = await runCommand(["overview", "--or-mock", "--all"]);
    expect(stdout).toContain("ETHUSDT");
    expect(stdout).toContain("totalMarginOpenLoss");
    expect(stdout).not.toContain("left out");
  });

  test("fails without a key unless a mock will do", async () => {
    const { code, stdout, stderr } = await runCommand(["overview"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(
      /^error: BINANCE_API_KEY is not set\. Set it and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY_FILE/,
    );
  });

  test("calls whom the environment names and says whom", async () => {
    await using mock = await startMock();
    const { code, stdout } = await runCommand(["overview", "--or-mock"], environmentOf(mock));
    expect(code).toBe(0);
    expect(stdout).toContain(`Answers of ${new URL(mock.url).host} (BINANCE_BASE_URL).`);
  });

  test("prints JSON alone on standard output", async () => {
    const { code, stdout, stderr } = await runCommand(["overview", "--or-mock", "--json"]);
    expect([code, Object.keys(JSON.parse(stdout))]).toEqual([0, callableIds]);
    expect(stderr).toMatch(new RegExp(`^Answers of a mock.*\\n${notCalled}$`));
  });
});

describe("when calls fail, overview", () => {
  const wrongSecret = (mock: Mock) => ({ ...environmentOf(mock), BINANCE_API_SECRET: "wrong" });

  test("says why, and what to do once, and exits with 1", async () => {
    await using mock = await startMock();
    const { code, stdout, stderr } = await runCommand(["overview"], wrongSecret(mock));
    expect([code, stderr]).toEqual([1, `${helpOf("SIGNATURE_REJECTED")}\n${notCalled}`]);
    expect(stdout.match(/Signature for this request is not valid\. \(-1022, HTTP 400\)/g)).toHaveLength(
      callableIds.length,
    );
  });

  test("gives them as JSON, by operation", async () => {
    await using mock = await startMock({
      faults: [{ fault: "html", operation: "getCmAccount" }],
    });
    const { code, stdout, stderr } = await runCommand(["overview", "--json"], environmentOf(mock));
    const { errors, ...data } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(Object.keys(data)).toEqual(callableIds.filter((id) => id !== "getCmAccount"));
    expect(Object.keys(errors)).toEqual(["getCmAccount"]);
    expect(errors.getCmAccount).toMatchObject({
      ...{ code: "BLOCKED", status: 403, retryable: false, operationId: "getCmAccount" },
      help: helpOf("BLOCKED"),
      message: expect.stringContaining("HTTP 403"),
    });
    expect(stderr).toContain("error: getCmAccount: The server answered HTTP 403");
  });

  test.each([
    ["papi", "getCoinMAccount"],
    ["dapi", "getUmAccount"],
  ] as const)(
    "of an account that %s alone answers, it shows the rest and exits with 0",
    async (server, missing) => {
      const key = hmacKey();
      await using mock = await startMock({ keys: [{ ...key.mock, servers: [server] }] });
      const env = environmentOf({ url: mock.url, ...key.client });
      const { code, stdout, stderr } = await runCommand(["overview"], env);
      expect([code, stderr]).toEqual([0, notCalled]);
      expect(stdout).toMatch(new RegExp(`${missing}\\n {2}not available to this account \\(-2015\\)\\n`));
      expect(stdout).not.toContain("Invalid API-key");
      const asJson = await runCommand(["overview", "--json"], env);
      expect([asJson.code, JSON.parse(asJson.stdout).errors[missing].code]).toEqual([0, "UNAUTHORIZED"]);
    },
  );

  test("with a key that nothing answers, it does not call everything unavailable", async () => {
    await using mock = await startMock();
    const env = { ...environmentOf(mock), BINANCE_API_KEY: "0".repeat(64) };
    const { code, stdout } = await runCommand(["overview"], env);
    expect(code).toBe(1);
    expect(stdout).not.toContain("not available");
    expect(stdout).toContain("Invalid API-key, IP, or permissions for action");
  });

  test("of an account that is not in Portfolio Margin, whatever the code", async () => {
    await using classic = await startMock();
    await using server = await serve(async (request, response) => {
      if (request.url?.startsWith("/papi"))
        return json({ code: -21001, msg: "USER_IS_NOT_UNIACCOUNT" }, 400)(request, response);
      const headers = { "x-mbx-apikey": String(request.headers["x-mbx-apikey"]) };
      const answer = await fetch(classic.url + request.url, { headers });
      response.writeHead(answer.status).end(await answer.text());
    });
    const env = environmentOf({ url: server.url, apiKey: classic.apiKey, secret: classic.secret });
    const { code, stdout } = await runCommand(["overview"], env);
    expect(code).toBe(0);
    expect(stdout.match(/not available to this account \(-21001\)/g)).toHaveLength(
      callableIds.filter((id) => operations[id].server === "papi").length,
    );
  });
});
