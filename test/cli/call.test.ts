import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { BinanceError } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { examples } from "../support/document.js";
import { ed25519Key } from "../support/keys.js";
import { serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

describe("call", () => {
  test("prints one response, as JSON when asked", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const { code, stdout } = await runCommand(
      ["call", "getCmPositionRisk", "--pair", "BTCUSD", "--recvWindow", "3000", "--json"],
      environmentOf(mock),
    );
    const hedge = examples.find(
      ({ operationId, name }) => operationId === "getCmPositionRisk" && name === "hedge",
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, hedge?.value]);
    const table = await runCommand(["call", "getCmPositionRisk"], environmentOf(mock));
    expect(table.stdout).toMatch(/BTCUSD_201225 +LONG +1 +11707\.70000003/);
  });

  test("signs with the private key of a file", async () => {
    const { client, mock: key } = ed25519Key();
    await using mock = await startMock({ keys: [key] });
    const folder = await mkdtemp(join(tmpdir(), "binance-accounts-"));
    const file = join(folder, "key.pem");
    await writeFile(file, String(client.privateKey));
    const env = {
      BINANCE_BASE_URL: mock.url,
      BINANCE_API_KEY: client.apiKey,
      BINANCE_PRIVATE_KEY_FILE: file,
    };
    const { code } = await runCommand(["call", "getUmAccount"], env);
    await rm(folder, { recursive: true });
    expect(code).toBe(0);
  });

  test("says that there is nothing to show", async () => {
    await using mock = await startMock({ scenario: "noPositions" });
    expect((await runCommand(["call", "getCmPositionRisk"], environmentOf(mock))).stdout).toMatch(
      /\n {2}none\n$/,
    );
  });

  test("exits with 1 and Binance's words when the call fails", async () => {
    await using mock = await startMock();
    const { code, stdout, stderr } = await runCommand(["call", "getUmAccount"], {
      ...environmentOf(mock),
      BINANCE_API_KEY: "0".repeat(64),
    });
    expect([code, stdout]).toEqual([1, ""]);
    const [message, help] = stderr.split("\n");
    expect(message).toMatch(
      /^error: Invalid API-key, IP, or permissions for action.* \(-2015, HTTP 401\)\. On papi, .* \[UNAUTHORIZED\]$/,
    );
    expect(help).toBe(new BinanceError("UNAUTHORIZED", "").help);
  });

  test("says what -2015 can mean on dapi", async () => {
    await using mock = await startMock();
    const env = { ...environmentOf(mock), BINANCE_API_KEY: "0".repeat(64) };
    expect((await runCommand(["call", "getCoinMAccount"], env)).stderr).toContain(
      "On dapi, -2015 can also mean that the account is in Portfolio Margin: such an account is read on papi.",
    );
  });

  test("prints what failed as JSON when asked for JSON", async () => {
    await using mock = await startMock();
    const env = { ...environmentOf(mock), BINANCE_API_KEY: "0".repeat(64) };
    const { code, stdout } = await runCommand(["call", "getUmAccount", "--json"], env);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      error: expect.objectContaining({
        ...{ name: "BinanceError", code: "UNAUTHORIZED", binanceCode: -2015, status: 401 },
        ...{ operationId: "getUmAccount", retryable: false },
        help: new BinanceError("UNAUTHORIZED", "").help,
      }),
    });
  });

  test("gives up after --timeout", async () => {
    await using server = await serve(() => {});
    const env = environmentOf({ url: server.url, apiKey: "k", secret: "s" });
    const { code, stderr } = await runCommand(["call", "getUmAccount", "--timeout", "150ms"], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining("took longer than 150 ms. [TIMEOUT]")]);
  });
});
