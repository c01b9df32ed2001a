import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { examples } from "../support/document.js";
import { ed25519Key, hmacKey } from "../support/keys.js";
import { json, serve } from "../support/server.js";
import { runCommand } from "../support/terminal.js";

const ids = Object.keys(operations);
const environment = ({ url, apiKey, secret }: Mock) => ({
  BINANCE_BASE_URL: url,
  BINANCE_API_KEY: apiKey,
  BINANCE_API_SECRET: secret,
});

describe("overview", () => {
  test("shows every operation of a mock when no key is set, and says that it is a mock", async () => {
    const { code, stdout, stderr } = await runCommand(["overview", "--or-mock"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Answers of a mock on this machine, not of Binance: the numbers are examples\./);
    for (const id of ids) expect(stdout).toContain(id);
    expect(stdout).toMatch(/accountStatus +NORMAL\n +uniMMR +1118\.18394839/);
    expect(stdout).toMatch(/BTCUSDT +SHORT +-0\.020 +11900\.00000/);
    expect(stdout).not.toContain("ETHUSDT");
    expect(stdout).toContain("2 with positionAmt 0 left out; --all shows everything");
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
    const { code, stdout } = await runCommand(["overview", "--or-mock"], environment(mock));
    expect(code).toBe(0);
    expect(stdout).toContain(`Answers of ${new URL(mock.url).host} (BINANCE_BASE_URL).`);
  });

  test("shows what it has when some calls fail, and exits with 1", async () => {
    await using mock = await startMock();
    const env = { ...environment(mock), BINANCE_API_SECRET: "wrong" };
    const { code, stdout, stderr } = await runCommand(["overview"], env);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^See https:.*\/errors\/#signature_rejected\n$/),
    ]);
    expect(stdout.match(/Signature for this request is not valid\. \(-1022, HTTP 400\)/g)).toHaveLength(
      ids.length,
    );
    const asJson = await runCommand(["overview", "--json"], env);
    expect([asJson.code, JSON.parse(asJson.stdout)]).toEqual([1, {}]);
    expect(asJson.stderr).toContain("error: getUmAccount: Signature for this request is not valid.");
  });

  test("prints JSON alone on standard output", async () => {
    const { code, stdout, stderr } = await runCommand(["overview", "--or-mock", "--json"]);
    expect([code, Object.keys(JSON.parse(stdout))]).toEqual([0, ids]);
    expect(stderr).toMatch(/^Answers of a mock/);
  });
});

describe("call", () => {
  test("prints one answer, as JSON when asked", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    const { code, stdout } = await runCommand(
      ["call", "getCmPositionRisk", "--pair", "BTCUSD", "--recvWindow", "3000", "--json"],
      environment(mock),
    );
    const hedge = examples.find(
      ({ operationId, name }) => operationId === "getCmPositionRisk" && name === "hedge",
    );
    expect([code, JSON.parse(stdout)]).toEqual([0, hedge?.value]);
    const table = await runCommand(["call", "getCmPositionRisk"], environment(mock));
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
    expect((await runCommand(["call", "getUmAccount"], env)).stderr).toContain(
      "BINANCE_PRIVATE_KEY_FILE cannot be read (ENOENT); it is the path of a PEM file.",
    );
  });

  test("says that there is nothing to show", async () => {
    await using mock = await startMock({ scenario: "noPositions" });
    expect((await runCommand(["call", "getCmPositionRisk"], environment(mock))).stdout).toMatch(
      /\n {2}none\n$/,
    );
  });

  test("exits with 1 and Binance's words when the call fails", async () => {
    await using mock = await startMock();
    const { code, stdout, stderr } = await runCommand(["call", "getUmAccount"], {
      ...environment(mock),
      BINANCE_API_KEY: "0".repeat(64),
    });
    expect([code, stdout, stderr]).toEqual([
      1,
      "",
      expect.stringMatching(
        /^error: Invalid API-key, IP, or permissions for action.* \(-2015, HTTP 401\) \[UNAUTHORIZED\]\nSee https:.*\/errors\/#unauthorized\n$/,
      ),
    ]);
  });
});

describe("mock", () => {
  test("prints what a client needs, answers, and ends when it is told to", async () => {
    let called: Promise<unknown> | undefined;
    const onText = (text: string) => {
      if (called || !text.includes("BINANCE_API_SECRET=")) return;
      const env = Object.fromEntries(
        [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
      );
      called = runCommand(["call", "getUmAccount"], env).finally(() => process.emit("SIGTERM"));
    };
    const { code, stdout, stderr } = await runCommand(["mock", "--scenario", "hedge"], {}, { onText });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^(export BINANCE_\w+=\S+\n){3}$/);
    expect(stderr).toMatch(
      /^A mock exchange is ready at http:\/\/127\.0\.0\.1:\d+, with a key made for this run\. It is not Binance\. .*\n[\d:.]+ getUmAccount 200 weight 5\n$/,
    );
    expect(await called).toMatchObject({ code: 0, stderr: "" });
  });

  test("says that a port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await runCommand(["mock", "--port", String(port)]);
    server.close();
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`error: --port must be free on 127.0.0.1; received ${port} (EADDRINUSE).`),
    ]);
  });
});

describe("a mistake is named on standard error, and the exit code is 2", () => {
  const key = { BINANCE_API_KEY: "key" };
  test.each<[message: string, args: string[], env: Record<string, string>]>([
    ["Say what to do.", [], {}],
    ['There is no command "overvew".', ["overvew"], {}],
    ["Unknown option '--jsn'", ["overview", "--jsn"], {}],
    ["call needs an operationId; there are getPortfolioAccount, ", ["call"], {}],
    ['There is no operation "getAccount"; there are ', ["call", "getAccount"], {}],
    ["Unknown option '--pair'", ["call", "getUmAccount", "--pair", "BTCUSD"], key],
    [
      '--recvWindow is a whole number, not "5s".',
      ["call", "getUmAccount", "--recvWindow", "5s"],
      { ...key, BINANCE_API_SECRET: "s" },
    ],
    [
      "marginAsset and pair exclude each other; send one of them.",
      ["call", "getCmPositionRisk", "--pair", "A", "--marginAsset", "B"],
      { ...key, BINANCE_API_SECRET: "s" },
    ],
    [
      "BINANCE_API_KEY is set, but neither BINANCE_API_SECRET nor BINANCE_PRIVATE_KEY_FILE is.",
      ["overview"],
      key,
    ],
    [
      "BINANCE_API_SECRET is set, but BINANCE_API_KEY is not.",
      ["overview", "--or-mock"],
      { BINANCE_API_SECRET: "s" },
    ],
    [
      "BINANCE_BASE_URL is set, but BINANCE_API_KEY is not.",
      ["overview", "--or-mock"],
      { BINANCE_BASE_URL: "http://localhost:1" },
    ],
    [
      "BINANCE_API_SECRET and BINANCE_PRIVATE_KEY_FILE are both set",
      ["overview"],
      { ...key, BINANCE_API_SECRET: "s", BINANCE_PRIVATE_KEY_FILE: "f" },
    ],
    [
      "BINANCE_BASE_URL is an absolute URL",
      ["overview"],
      { ...key, BINANCE_API_SECRET: "s", BINANCE_BASE_URL: "localhost" },
    ],
    [
      "BINANCE_PRIVATE_KEY_FILE is not a PEM: it needs the text from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.",
      ["overview"],
      { ...key, BINANCE_PRIVATE_KEY_FILE: "package.json" },
    ],
    [
      "BINANCE_API_SECRET begins or ends with white space",
      ["overview"],
      { ...key, BINANCE_API_SECRET: "s\n" },
    ],
    ['--port must be an integer of at least 0; received "http".', ["mock", "--port", "http"], {}],
    ['Unknown scenario "crash". Expected one of: oneWay, hedge,', ["mock", "--scenario", "crash"], {}],
  ])("%s", async (message, args, env) => {
    const { code, stdout, stderr } = await runCommand(args, env);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`error: ${message}`)]);
  });
});

test("text of a server cannot steer the terminal", async () => {
  const { client: key } = hmacKey();
  await using server = await serve(json({ code: -1, msg: "\u001b[2J\u0007evil\nline" }, 400));
  const env = {
    BINANCE_BASE_URL: server.url,
    BINANCE_API_KEY: key.apiKey,
    BINANCE_API_SECRET: String(key.secret),
  };
  for (const args of [["overview"], ["overview", "--json"], ["call", "getUmAccount"]]) {
    const { stdout, stderr } = await runCommand(args, env);
    expect(stdout + stderr).toContain("evil\ufffdline");
    for (const control of ["\u001b", "\u0007"]) expect(stdout + stderr).not.toContain(control);
  }
});

describe("help", () => {
  test("--version prints the version", async () => {
    expect(await runCommand(["--version"])).toEqual({ code: 0, stdout: "0.1.0\n", stderr: "" });
  });

  test.each([["--help"], ["-h"], ["help"]])(
    "%s lists commands, operations, environment and exit codes",
    async (flag) => {
      const { code, stdout } = await runCommand([flag]);
      expect(code).toBe(0);
      for (const word of ["overview", "call", "mock", "BINANCE_API_KEY", "Exit codes", ...ids])
        expect(stdout).toContain(word);
    },
  );

  test.each([
    [["overview", "--help"], "--or-mock"],
    [["mock", "--help"], "hedge"],
    [["call", "--help"], "getCmPositionRisk    CM positions and their risk"],
    [
      ["call", "getCmPositionRisk", "--help"],
      "--marginAsset <text>\n      Only positions margined in this asset.",
    ],
  ])("%j explains itself", async (args, text) => {
    const { code, stdout } = await runCommand(args);
    expect([code, stdout]).toEqual([0, expect.stringContaining(text)]);
  });
});

describe("on a terminal", () => {
  test("there is colour, and none where there is no terminal", async () => {
    const { stdout } = await runCommand(["overview", "--or-mock"], {}, { columns: 200 });
    expect(stripVTControlCharacters(stdout)).not.toBe(stdout);
    const piped = await runCommand(["overview", "--or-mock"]);
    expect(stripVTControlCharacters(piped.stdout)).toBe(piped.stdout);
  });

  test("no line is wider than the terminal where fields fit", async () => {
    const { stdout } = await runCommand(["overview", "--or-mock"], {}, { columns: 80 });
    const [, ...lines] = stripVTControlCharacters(stdout).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stripVTControlCharacters(stdout)).toMatch(/symbol +BTCUSDT\n +positionSide +SHORT/);
  });
});

test("no output shows a secret", async () => {
  const { client, mock: key } = hmacKey();
  await using mock = await startMock({ keys: [key] });
  const env = {
    BINANCE_BASE_URL: mock.url,
    BINANCE_API_KEY: client.apiKey,
    BINANCE_API_SECRET: String(client.secret),
  };
  for (const args of [["overview"], ["overview", "--json"], ["call", "getUmAccount", "--all"]]) {
    const { stdout, stderr } = await runCommand(args, env);
    for (const secret of [client.apiKey, String(client.secret)])
      expect(stdout + stderr).not.toContain(secret);
  }
});
