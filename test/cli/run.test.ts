import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { operationIds } from "../../src/operations.js";
import { hmacKey } from "../support/keys.js";
import { json, serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

const key = { BINANCE_API_KEY: "key", BINANCE_API_SECRET: "s" };

test("the bare command prints its usage, and exits as one that was called wrongly", async () => {
  const { code, stdout, stderr } = await runCommand([]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toBe((await runCommand(["--help"])).stdout);
});

test("--version prints the version", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8"));
  expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
});

describe("a mistake is named on standard error with the help that explains it, and the exit code is 2", () => {
  test.each<[message: string, args: string[], help: string]>([
    [
      'There is no command "overvew". Did you mean overview? Expected one of: overview, call, watch, check, record, mock, explain.',
      ["overvew"],
      "",
    ],
    ['There is no command "toString".', ["toString"], ""],
    ['There is no command "overview\ufffd".', ["overview\u0007"], ""],
    ["There is no flag --jsn here. Did you mean --json?", ["overview", "--jsn"], "overview "],
    [
      "There is no flag --overwritten here. Did you mean --overwrite?",
      ["record", "--overwritten"],
      "record ",
    ],
    [
      `call must be followed by an operation; received none. Expected one of: ${operationIds.join(", ")}.`,
      ["call"],
      "call ",
    ],
    ["call must be followed by an operation; received --all.", ["call", "--all"], "call "],
    ['There is no operation "getUmAcount". Did you mean getUmAccount?', ["call", "getUmAcount"], "call "],
    ['There is no operation "getumaccount". Did you mean getUmAccount?', ["call", "getumaccount"], "call "],
    [
      "There is no flag --pair here. Expected one of: --recvWindow, --or-mock, --all, --json, --timeout, --help.",
      ["call", "getUmAccount", "--pair", "BTCUSD"],
      "call getUmAccount ",
    ],
    [
      '--recvWindow must be a whole number; received "5s".',
      ["call", "getUmAccount", "--recvWindow", "5s"],
      "call getUmAccount ",
    ],
    [
      "--pair must be followed by a value; received the flag --all. Write --pair=--all if that is the value.",
      ["call", "getCmPositionRisk", "--pair", "--all"],
      "call getCmPositionRisk ",
    ],
    [
      '--timeout must be a time above 0, such as 500 (ms) or 2s; received "soon".',
      ["overview", "--timeout", "soon"],
      "overview ",
    ],
  ])("%s", async (message, args, help) => {
    const { code, stdout, stderr } = await runCommand(args, key);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`error: ${message}`);
    expect(stderr).toMatch(new RegExp(`^error: .*\\nSee binance-accounts ${help}--help\\.\\n$`));
  });

  test("in one line, also where Node says it in several", async () => {
    const { code, stderr } = await runCommand(["mock", "--port", "--quiet"]);
    expect([code, stderr.split("\n")]).toEqual([
      2,
      [expect.stringContaining("--port"), "See binance-accounts mock --help.", ""],
    ]);
    expect(stderr).not.toContain("\ufffd");
  });

  test("an error of the client, too", async () => {
    const args = ["call", "getCmPositionRisk", "--pair", "A", "--marginAsset", "B"];
    const { code, stderr } = await runCommand(args, key);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^error: .*marginAsset.*\[INVALID_ARGUMENT\]\n/),
    ]);
  });
});

describe("--json prints JSON, whatever happens", () => {
  test.each<[args: string[], env: Record<string, string>]>([
    [["call", "--json"], {}],
    [["call", "getNothing", "--json"], {}],
    [["call", "getUmAccount", "--json", "--what"], key],
    [["call", "getUmAccount", "--recvWindow", "x", "--json"], key],
    [["call", "getCmPositionRisk", "--pair", "--json"], key],
    [["overview", "--json"], {}],
    [["overview", "--json", "--jsno"], {}],
    [["overview", "--json"], { ...key, BINANCE_PRIVATE_KEY_FILE: "no-such" }],
    [["call", "getUmAccount", "--json"], { ...key, BINANCE_API_SECRET: " s" }],
    [["call", "getUmAccount", "--json"], { ...key, BINANCE_BASE_URL: "ftp://x" }],
    [["overvew", "--json"], {}],
  ])("%j", async (args, env) => {
    const { code, stdout, stderr } = await runCommand(args, env);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error).toMatchObject({ code: expect.stringMatching(/^INVALID_/), message: expect.any(String) });
    expect(stderr).toContain(`error: ${error.message.slice(0, 20)}`);
    expect(error.help).toContain("binance-accounts");
  });

  test("also when the connection fails", async () => {
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    const env = environmentOf({ url: server.url, apiKey: "k", secret: "s" });
    const { code, stdout } = await runCommand(["call", "getUmAccount", "--json"], env);
    const { error } = JSON.parse(stdout);
    expect([code, error.code, error.retryable]).toEqual([1, "CONNECTION", true]);
  });
});

test("text of a server cannot steer the terminal", async () => {
  const { client } = hmacKey();
  await using server = await serve(json({ code: -1, msg: "\u001b[2J\u0007\u009b2J\u202eevil\nline" }, 400));
  const env = environmentOf({ url: server.url, apiKey: client.apiKey, secret: client.secret });
  for (const args of [
    ["overview"],
    ["overview", "--json"],
    ["call", "getUmAccount"],
    ["call", "getUmAccount", "--json"],
  ]) {
    const { stdout, stderr } = await runCommand(args, env);
    expect(stdout + stderr).toContain("evil\ufffdline");
    for (const control of ["\u001b", "\u0007", "\u009b", "\u202e"])
      expect(stdout + stderr).not.toContain(control);
  }
  const { stdout } = await runCommand(["call", "getUmAccount", "--json"], env);
  expect(JSON.parse(stdout).error.binanceMessage).toBe("\u001b[2J\u0007\u009b2J\u202eevil\nline");
});

test("no output shows a secret", async () => {
  const { client, mock: permitted } = hmacKey();
  await using mock = await startMock({ keys: [permitted] });
  const env = environmentOf({ url: mock.url, apiKey: client.apiKey, secret: client.secret });
  const commands = [["overview"], ["overview", "--json"], ["call", "getUmAccount", "--all"]];
  for (const args of [...commands, ...operationIds.map((id) => ["call", id, "--json"])]) {
    for (const given of [env, { ...env, BINANCE_API_KEY: "0".repeat(64) }]) {
      const { stdout, stderr } = await runCommand(args, given);
      for (const secret of [client.apiKey, String(client.secret)])
        expect(stdout + stderr).not.toContain(secret);
    }
  }
});

test("on a terminal, what failed is told in lines that are broken between words", async () => {
  const { client } = hmacKey();
  await using mock = await startMock();
  const env = environmentOf({ url: mock.url, apiKey: client.apiKey, secret: client.secret });
  for (const args of [["call", "getUmAccount"], ["overview"], ["record", "--out", join(tmpdir(), "no")]]) {
    const { stdout, stderr } = await runCommand(args, env, { columns: 60 });
    const text = stripVTControlCharacters(stdout + stderr);
    expect(text.replace(/\s+/g, " ")).toContain(
      "the key was made before it joined: join, then make a new key.",
    );
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  }
});
