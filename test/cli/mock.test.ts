import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient, servers } from "../../src/index.js";
import { certificateFor } from "../support/certificate.js";
import { ed25519Key, hmacKey } from "../support/keys.js";
import { runProgram } from "../support/process.js";
import { call, control, send } from "../support/raw.js";
import { runCommand } from "../support/terminal.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mock-command-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

interface Running {
  url: string;
  env: Record<string, string>;
}

/** Runs `binance-accounts mock` until `use` is done; gives what it has printed. */
async function whileRunning(
  args: string[],
  env: Record<string, string>,
  use: (mock: Running) => Promise<unknown>,
) {
  let using: Promise<unknown> | undefined;
  const onText = (printed: string) => {
    const url = /export BINANCE_BASE_URL=(\S+)\n/.exec(printed)?.[1];
    if (using || !url) return;
    const exported = Object.fromEntries(
      [...printed.matchAll(/export (\w+)=(\S+)\n/g)].map(([, name, value]) => [name, value]),
    );
    using = use({ url, env: exported }).finally(() => process.emit("SIGTERM"));
  };
  const result = await runCommand(["mock", ...args], env, { onText });
  await using;
  return result;
}

const hasPython = spawnSync("python3", ["--version"]).status === 0;

const keyOf = ({ url, env }: Running) => ({
  url,
  apiKey: env.BINANCE_API_KEY ?? "",
  secret: env.BINANCE_API_SECRET,
  clock: { now: Date.now },
});

describe("mock", () => {
  test("takes scenario, state, faults, limits, patience and seed", async () => {
    const state = await file("state.json", { account: { accountStatus: "REDUCE_ONLY" } });
    const faults = await file("faults.json", [{ fault: "html", operation: "getCmAccount" }]);
    const args = [
      "--scenario",
      "hedge",
      "--state",
      state,
      "--faults",
      faults,
      "--limits",
      "papi=45, dapi=10",
      "--patience",
      "0",
      "--seed",
      "5",
    ];
    const { code } = await whileRunning(args, {}, async (running) => {
      await control(running.url, "PUT", "/clock", { frozen: true }); // a new minute would grant new weight
      const { body } = await call(keyOf(running), "/papi/v1/account");
      expect([body.accountStatus, body.uniMMR]).toEqual(["REDUCE_ONLY", "1118.18394839"]);
      expect((await call(keyOf(running), "/papi/v1/cm/account")).status).toBe(403);
      expect((await call(keyOf(running), "/papi/v1/account")).status).toBe(200);
      expect((await call(keyOf(running), "/papi/v1/account")).status).toBe(418);
    });
    expect(code).toBe(0);
  });

  test("takes the same from the environment, where a flag wins", async () => {
    const env = {
      BINANCE_MOCK_SCENARIO: "bankrupted",
      BINANCE_MOCK_LIMITS: "papi=20",
      BINANCE_MOCK_PATIENCE: "5",
      BINANCE_MOCK_QUIET: "1",
    };
    const { stderr } = await whileRunning(["--scenario", "marginCall"], env, async (running) => {
      expect((await call(keyOf(running), "/papi/v1/account")).body.accountStatus).toBe("MARGIN_CALL");
      expect((await call(keyOf(running), "/papi/v1/account")).status).toBe(429);
    });
    expect(stderr.split("\n")).toHaveLength(2);
  });

  test("counts all keys together when told to, and names addresses for other machines", async () => {
    const args = ["--share-limits", "--limits", "papi=20", "--host", "0.0.0.0", "--allow-remote"];
    const { stdout, stderr } = await whileRunning(args, {}, async (running) => {
      await control(running.url, "PUT", "/clock", { frozen: true });
      const { body } = await control(running.url, "POST", "/keys");
      const other = { ...keyOf(running), ...(body as { apiKey?: string; secret?: string }) };
      expect((await call(keyOf(running), "/papi/v1/account")).status).toBe(200);
      expect((await call(other as ReturnType<typeof keyOf>, "/papi/v1/account")).status).toBe(429);
    });
    expect(stdout).toMatch(/^export BINANCE_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(stderr).toContain(`Other machines reach it at http://${hostname()}:`);
  });

  test("accepts a key of the user's, and does not print its secret", async () => {
    const { client } = hmacKey();
    const secret = String(client.secret);
    const { stdout, stderr } = await whileRunning(
      ["--api-key", client.apiKey],
      { BINANCE_MOCK_API_SECRET: secret },
      async ({ url }) => {
        expect((await call({ url, apiKey: client.apiKey, secret, clock: { now: Date.now } })).status).toBe(
          200,
        );
      },
    );
    expect(stdout).toMatch(/^export BINANCE_BASE_URL=\S+\n$/);
    expect(stdout + stderr).not.toContain(secret);
    expect(stderr).toContain("with the key that you gave");
  });

  test("accepts a public key", async () => {
    const { client, mock } = ed25519Key();
    const pem = await file("public.pem", (mock as { publicKey: string }).publicKey);
    await whileRunning(["--api-key", client.apiKey, "--public-key", pem], {}, async ({ url }) => {
      expect((await createClient({ ...client, baseUrl: url }).getPortfolioAccount()).accountStatus).toBe(
        "NORMAL",
      );
    });
  });

  test("lists requests, and below one that is wrongly signed what was signed and what was received", async () => {
    const { createHmac } = await import("node:crypto");
    const { stderr } = await whileRunning([], {}, async (running) => {
      const { apiKey, secret = "" } = keyOf(running);
      const timestamp = `timestamp=${Date.now() + 900}`; // ahead, as far as is allowed: a busy machine is slower than 50 ms
      const signature = createHmac("sha256", secret).update(timestamp).digest("hex");
      await send(running.url, `/papi/v1/um/account?recvWindow=50&${timestamp}&signature=${signature}`, {
        headers: { "X-MBX-APIKEY": apiKey },
      });
      await control(running.url, "POST", "/faults", { fault: "reset", nth: 1 });
      await call(keyOf(running)).catch(() => {});
      await send(running.url, "/api/v3/order", { method: "POST" });
    });
    const lines = stderr.replace(/\d\d:\d\d:\d\d\.\d{3}|\d{13}/g, "T").split("\n");
    expect(lines.slice(1)).toEqual([
      "T getUmAccount 400 -1022 weight 5",
      "  broken: signature is the last parameter and signs the raw text before it with this key",
      "  received  recvWindow=50&timestamp=T",
      "  signed    timestamp=T",
      "            ^",
      "  `recvWindow` was added after signing; everything before the signature is signed.",
      "  warning: recvWindow is in milliseconds, and 50 ms is less than a slow network takes: are seconds meant?",
      "T getUmAccount no answer weight 5",
      "  fault: reset",
      "T POST /api/v3/order 404",
      "",
    ]);
  });

  test.each<[message: string, args: string[] | (() => Promise<string[]>), env?: Record<string, string>]>([
    ['--seed must be an integer of at least 0; received "x".', ["--seed", "x"]],
    ['--limits must be a list such as papi=100,dapi=50; received "papi".', ["--limits", "papi"]],
    [
      `--limits has an unknown server "spot". Expected one of: ${Object.keys(servers).join(", ")}.`,
      ["--limits", "spot=1"],
    ],
    ["Cannot read no-such-file.json, the file of --faults (ENOENT).", ["--faults", "no-such-file.json"]],
    ["The file of --state must hold JSON:", async () => ["--state", await file("broken.json", "{")]],
    [
      'Unknown fault "crash". Expected one of: error, html,',
      async () => ["--faults", await file("wrong.json", [{ fault: "crash" }])],
    ],
    [
      "`faults` must be a list of rules; received an object.",
      async () => ["--faults", await file("object.json", {})],
    ],
    [
      "The state cannot be used: unknown field `position` in um. Expected one of: assets, positions,",
      async () => ["--state", await file("typo.json", { um: { position: [] } })],
    ],
    [
      '--host must be a loopback address unless --allow-remote is set; received "0.0.0.0".',
      ["--host", "0.0.0.0"],
    ],
    [
      '--host must be an address of this machine; received "192.0.2.1" (EADDRNOTAVAIL).',
      ["--host", "192.0.2.1", "--allow-remote"],
    ],
    [
      '--allow-origin must be a list of origins such as https://example.com, without a path; received "example.com".',
      ["--allow-origin", "example.com"],
    ],
    [
      "--api-key must come with --public-key <file>, or with its secret in BINANCE_MOCK_API_SECRET.",
      ["--api-key", "k"],
    ],
    ["--api-key must be given with --public-key.", ["--public-key", "x.pem"]],
    [
      "Give either --public-key or BINANCE_MOCK_API_SECRET; received both.",
      ["--api-key", "k", "--public-key", "x.pem"],
      { BINANCE_MOCK_API_SECRET: "s" },
    ],
    [
      "--public-key must be the PEM of an RSA or Ed25519 public key; received something else.",
      async () => ["--api-key", "k", "--public-key", await file("no.pem", "x")],
    ],
    [
      "Unknown variable BINANCE_MOCK_SCENARO. Expected one of: BINANCE_MOCK_PORT, BINANCE_MOCK_HOST,",
      [],
      { BINANCE_MOCK_SCENARO: "hedge" },
    ],
    ['BINANCE_MOCK_ALLOW_REMOTE must be 1 or 0; received "yes".', [], { BINANCE_MOCK_ALLOW_REMOTE: "yes" }],
  ])("a mistake is named, and the exit code is 2: %s", async (message, args, env = {}) => {
    const { code, stdout, stderr } = await runCommand(
      ["mock", ...(typeof args === "function" ? await args() : args)],
      env,
    );
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`error: ${message}`)]);
  });

  test("runs as a process with its environment alone, and ends with 0 when it is told to", async () => {
    const env = {
      PATH: process.env.PATH,
      BINANCE_MOCK_HOST: "127.0.0.2",
      BINANCE_MOCK_SCENARIO: "hedge",
      BINANCE_MOCK_PORT: "tcp://10.0.0.1:80",
      BINANCE_MOCK_SERVICE_HOST: "10.0.0.1",
      BINANCE_MOCK_SERVICE_PORT_HTTP: "80",
      BINANCE_MOCK_PORT_80_TCP_ADDR: "10.0.0.1",
    };
    const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", "mock"], { env });
    let text = "";
    for await (const chunk of child.stdout) {
      text += chunk;
      if (text.includes("BINANCE_API_SECRET=")) break;
    }
    const url = /BINANCE_BASE_URL=(\S+)/.exec(text)?.[1] ?? "";
    expect((await control(url, "GET", "/health")).body.status).toBe("ok");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

describe("mock, in this process", () => {
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

  test("with --tls, prints where the authority is that clients have to trust; the file goes with the mock", async () => {
    let used: Promise<unknown[]> | undefined;
    let file = "";
    const onText = (text: string) => {
      if (used || !text.includes("CURL_CA_BUNDLE=")) return;
      const env = Object.fromEntries(
        [...text.matchAll(/export (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]),
      );
      file = env.SSL_CERT_FILE ?? "";
      const health = `${env.BINANCE_BASE_URL}/__mock/health`;
      const python = `import urllib.request; print(urllib.request.urlopen("${health}").status)`;
      const call = ["--import", "tsx", "src/cli/main.ts", "call", "getUmAccount", "--json"];
      used = Promise.all([
        runProgram(process.execPath, call, { env }),
        runProgram("curl", ["-sSf", health], { env }),
        ...(hasPython ? [runProgram("python3", ["-c", python], { env })] : []),
      ]).finally(() => process.emit("SIGTERM"));
    };
    const { code, stdout } = await runCommand(["mock", "--tls", "--scenario", "hedge"], {}, { onText });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^export BINANCE_BASE_URL=https:\/\/127\.0\.0\.1:\d+\n(export \w+=\S+\n){6}$/),
    ]);
    for (const program of (await used) ?? [])
      expect(program).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/"positions"|"status": "ok"|^200$/m),
      });
    expect(existsSync(file)).toBe(false);
  });

  test("takes a certificate of yours, or writes the authority to a file of yours", async () => {
    using own = certificateFor("127.0.0.1");
    const key = await file("own-key.pem", own.key);
    const mine = await whileRunning(["--tls-cert", own.file, "--tls-key", key], {}, async ({ url, env }) => {
      expect(env.NODE_EXTRA_CA_CERTS).toBeUndefined();
      const [baseUrl, tls] = [url, { ca: own.cert }];
      const binance = createClient({
        baseUrl,
        tls,
        apiKey: env.BINANCE_API_KEY ?? "",
        secret: env.BINANCE_API_SECRET ?? "",
      });
      expect((await binance.getUmAccount()).positions).toHaveLength(1);
    });
    expect(mine.code).toBe(0);
    const ca = join(folder, "authority.pem");
    const made = await whileRunning(
      ["--tls-names", "binance-mock, other", "--tls-ca", ca, "--tls"],
      {},
      async ({ env }) => expect(env.SSL_CERT_FILE).toBe(ca),
    );
    expect([made.code, existsSync(ca)]).toEqual([0, true]);
  });

  test.each([
    [["--tls-cert", "cert.pem"], "--tls-cert and --tls-key must be given together, without --tls-names."],
    [
      ["--tls-cert", "/none/cert.pem", "--tls-key", "k"],
      "Cannot read /none/cert.pem, the file of --tls-cert (ENOENT).",
    ],
    [["--tls-names", "a b"], '--tls-names must be a list of host names and addresses; received "a b".'],
    [
      ["--tls-ca", "ca.pem"],
      "--tls-ca must come with --tls; a certificate of yours has an authority of its own.",
    ],
    [["--tls", "--tls-ca", "/none/ca.pem"], "Cannot write /none/ca.pem, the file of --tls-ca (ENOENT)."],
  ])("names what is wrong with %j", async (args, message) => {
    const { code, stdout, stderr } = await runCommand(["mock", ...args]);
    expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`error: ${message}`)]);
  });

  test("says that a port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const { code, stderr } = await runCommand(["mock", "--port", String(port)]);
    server.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}.*EADDRINUSE`));
  });
});

test.each([
  [/^error: --port .*"http"\.\n/, ["--port", "http"]],
  [/^error: .*scenario.* oneWay, hedge/, ["--scenario", "crash"]],
])("a mistake is named, and the exit code is 2: %s", async (message, args) => {
  const { code, stdout, stderr } = await runCommand(["mock", ...args]);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringMatching(message)]);
});
