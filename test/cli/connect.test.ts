import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { connect } from "../../src/cli/connect.js";
import type { Io } from "../../src/cli/io.js";
import { startMock } from "../../src/mock/index.js";

const options = { orMock: false, timeout: undefined };
const ioOf = (env: Io["env"]): Io => ({ env, stdout: process.stdout, stderr: process.stderr });

describe("connect", () => {
  test("signs with a secret of a file", async () => {
    await using mock = await startMock();
    const folder = await mkdtemp(join(tmpdir(), "connect-"));
    await writeFile(join(folder, "secret"), `${mock.secret}\n`);
    await using connected = await connect(
      ioOf({
        BINANCE_BASE_URL: mock.url,
        BINANCE_API_KEY: mock.apiKey,
        BINANCE_API_SECRET_FILE: join(folder, "secret"),
      }),
      options,
    );
    await rm(folder, { recursive: true });
    expect((await connected.client.getPortfolioAccount()).accountStatus).toBe("NORMAL");
  });

  test("reaches a mock on another machine over http only when that is allowed", async () => {
    await using mock = await startMock({ host: "0.0.0.0", allowRemote: true });
    const env = {
      // Leads to this machine, which the client does not know of it.
      BINANCE_BASE_URL: mock.url.replace("127.0.0.1", "0.0.0.0"),
      BINANCE_API_KEY: mock.apiKey,
      BINANCE_API_SECRET: mock.secret,
    };
    await expect(connect(ioOf(env), options)).rejects.toThrow(
      /^BINANCE_BASE_URL must be https.* For a mock on another machine set BINANCE_ALLOW_HTTP=1\.$/,
    );
    await expect(connect(ioOf({ ...env, BINANCE_ALLOW_HTTP: "yes" }), options)).rejects.toThrow(
      "BINANCE_ALLOW_HTTP must be 1 or 0; received something else.",
    );
    await using connected = await connect(ioOf({ ...env, BINANCE_ALLOW_HTTP: "1" }), options);
    expect((await connected.client.getPortfolioAccount()).accountStatus).toBe("NORMAL");
  });

  test("says that it is Binance when no address is set", async () => {
    await using connected = await connect(ioOf({ BINANCE_API_KEY: "k", BINANCE_SECRET_KEY: "s" }), options);
    expect(connected.source).toBe("Answers of Binance.");
  });

  test.each<[message: string, env: Record<string, string>]>([
    ["BINANCE_BASE_URL is set, but BINANCE_API_KEY is not.", { BINANCE_BASE_URL: "http://localhost:1" }],
    [
      "BINANCE_API_KEY is not set. Set it and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY_FILE, or try --or-mock.",
      {},
    ],
    ["BINANCE_BASE_URL", { BINANCE_API_KEY: "k", BINANCE_API_SECRET: "s", BINANCE_BASE_URL: "localhost" }],
    ["BINANCE_PRIVATE_KEY_FILE", { BINANCE_API_KEY: "k", BINANCE_PRIVATE_KEY_FILE: "package.json" }],
    ["BINANCE_API_SECRET", { BINANCE_API_KEY: "k", BINANCE_API_SECRET: "s\n" }],
    ["BINANCE_SECRET_KEY", { BINANCE_API_KEY: "k", BINANCE_SECRET_KEY: "s s" }],
    ["BINANCE_API_KEY", { BINANCE_API_KEY: " k", BINANCE_API_SECRET: "s" }],
  ])("a mistake is named by the variable that holds it: %s", async (message, env) => {
    await expect(connect(ioOf(env), options)).rejects.toThrow(
      new RegExp(`^${message.replaceAll(".", "\\.")}`),
    );
  });
});
