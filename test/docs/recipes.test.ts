import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { guidesFolder, readSample } from "../../scripts/docs/guides.js";
import { metricsOf } from "../../src/cli/metrics.js";
import { note, nothingSeen } from "../../src/cli/seen.js";
import { BinanceError, createClient } from "../../src/index.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { examples } from "../support/document.js";
import { root, runModule } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";
import { json, serve } from "../support/server.js";
import { environmentOf } from "../support/terminal.js";

// Recipes run on, or have a server around them: each is run as it is meant to be, and ended as it is meant to end.

const packages = join(root, "test/recipes/node_modules");
const hasPackages = existsSync(packages);
if (!hasPackages) {
  const how = "Recipes with packages of others skipped; to have them: `npm ci --prefix test/recipes`.";
  if (process.env.SITE_TESTS === "required") throw new Error(how);
  console.log(how);
}
const recipes = readdirSync(new URL("samples/", guidesFolder)).filter((name) => /^recipe-.*\.ts$/.test(name));
const needsPackages = (name: string) => /express|fastify|big|decimal-js/.test(name);

test("each recipe has at most 25 lines, and is run here or by what it prints", () => {
  const here = readFileSync(new URL(import.meta.url), "utf8");
  for (const name of recipes) {
    expect(readSample(name).trimEnd().split("\n").length, name).toBeLessThanOrEqual(25);
    const isPrinted = existsSync(new URL(`samples/${name.replace(/ts$/, "out")}`, guidesFolder));
    expect(isPrinted || here.includes(`"${name}"`), name).toBe(true);
  }
});

describe.each([
  ["alone", recipes.filter((name) => !needsPackages(name)), undefined],
  ["with packages of others", recipes.filter(needsPackages), packages],
] as const)("%s", (_which, names, modules) => {
  test.skipIf(modules && !hasPackages)("they compile", async () => {
    await using folder = await sampleFolder(modules);
    for (const name of names) await writeFile(join(folder.path, name), readSample(name));
    expect(await runModule("typescript-7/bin/tsc", ["-p", folder.path])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });
});

/** A recipe that runs, until it has ended. */
async function start(name: string, env: NodeJS.ProcessEnv) {
  const folder = await sampleFolder(needsPackages(name) ? packages : undefined);
  await writeFile(join(folder.path, name), readSample(name));
  const isOld = typeof WebSocket === "undefined";
  const guard = `--import ${new URL("../support/loopback-only.js", import.meta.url)} --no-warnings${isOld ? " --experimental-websocket" : ""}`;
  const tsx = new URL("../../node_modules/tsx/dist/esm/index.mjs", import.meta.url);
  const child = spawn(process.execPath, ["--import", String(tsx), name], {
    cwd: folder.path,
    env: { ...process.env, NODE_OPTIONS: guard, NO_COLOR: "1", BINANCE_TEST: "1", ...env },
  });
  const text = { stdout: "", stderr: "" };
  const changed = new EventTarget();
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (part) => {
      text[stream] += part;
      changed.dispatchEvent(new Event("text"));
    });
  const ended = new Promise<number | null>((resolve) =>
    child.once("exit", (code) => {
      resolve(code);
      changed.dispatchEvent(new Event("text"));
    }),
  );
  return {
    text,
    /** Resolves when it has printed this. */
    async prints(what: RegExp): Promise<RegExpExecArray> {
      for (;;) {
        const found = what.exec(text.stdout);
        if (found) return found;
        if (child.exitCode !== null) throw new Error(`It has ended: ${text.stdout}${text.stderr}`);
        await new Promise((resolve) => changed.addEventListener("text", resolve, { once: true }));
      }
    },
    async stop(): Promise<number | null> {
      child.kill("SIGTERM");
      return ended;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      await folder[Symbol.asyncDispose]();
    },
  };
}
const account = examples.find(
  ({ operationId, name }) => operationId === "getPortfolioAccount" && name === "marginCall",
)?.value;
const portOf = ([, port]: RegExpExecArray) => Number(port);

describe("with a mock", { timeout: 60_000 }, () => {
  test("recipe-alert-loop.ts tells the level, and what it becomes, and stops when it is asked to", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    await using recipe = await start("recipe-alert-loop.ts", environmentOf(mock));
    await recipe.prints(/^NORMAL at uniMMR 1118\.18394839\n/);
    mock.set({ scenario: "marginCall" });
    await recipe.prints(/\nMARGIN_CALL at uniMMR 1\.35000000\n/);
    expect(await recipe.stop()).toBe(0);
    expect(recipe.text).toEqual({ stdout: expect.stringMatching(/\nstopped\n$/), stderr: "" });
  });

  test("recipe-exporter.ts serves what Prometheus reads", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    await using recipe = await start("recipe-exporter.ts", { ...environmentOf(mock), PORT: "0" });
    const port = portOf(await recipe.prints(/port: (\d+)/));
    let text = "";
    while (!text.includes("uni_mmr")) text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(text).toMatch(
      /^binance_weight_used \d+\nbinance_uni_mmr 1118\.18394839\nbinance_equity_usd 5032\.71660099\nbinance_data_age_seconds [\d.]+\n$/,
    );
  });

  test("recipe-accounts.ts watches accounts that share what their address may spend", async () => {
    await using mock = await startMock({ shareLimits: true, scenario: "hedge" });
    const second = mock.createAccount({ scenario: "marginCall" });
    const keyOf = ({ apiKey, secret }: Pick<Mock, "apiKey" | "secret">) => ({ apiKey, secret });
    const accounts = JSON.stringify({ one: keyOf(mock), two: keyOf(second) });
    await using recipe = await start("recipe-accounts.ts", {
      ...{ BINANCE_ACCOUNTS: accounts, BINANCE_BASE_URL: mock.url },
    });
    await recipe.prints(/one: NORMAL 1118\.18394839\n/);
    await recipe.prints(/two: MARGIN_CALL 1\.35000000\n/);
    expect([await recipe.stop(), recipe.text.stderr]).toEqual([0, ""]);
  });

  test("recipe-changed-positions.ts names what changes, and by how much", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    await using recipe = await start("recipe-changed-positions.ts", environmentOf(mock));
    await recipe.prints(/^4 positions\n/);
    const positions = mock.state.um?.positions ?? [];
    mock.set({
      um: {
        positions: positions.map((row) =>
          row.positionAmt === "0.050" ? { ...row, positionAmt: "0.070" } : row,
        ),
      },
    });
    await recipe.prints(/\nBTCUSDT LONG changed by 0\.02 to 0\.070\n/);
    expect([await recipe.stop(), recipe.text.stderr]).toEqual([0, ""]);
  });

  test("recipe-wake.ts looks when the stream says so, long before its time", async () => {
    await using mock = await startMock({ scenario: "hedge" });
    await using stream = await startStream();
    await using recipe = await start("recipe-wake.ts", { ...environmentOf(mock), STREAM_URL: stream.url });
    await recipe.prints(/^NORMAL 1118\.18394839\n/);
    mock.set({ scenario: "marginCall" });
    stream.send('{"e":"ACCOUNT_UPDATE"}');
    await recipe.prints(/\nMARGIN_CALL 1\.35000000\n/);
    expect([await recipe.stop(), recipe.text.stderr]).toEqual([0, ""]);
  });

  test.skipIf(!hasPackages).each(["recipe-express.ts", "recipe-fastify.ts"])(
    "%s answers, says what failed, and ends the call of a client that has gone",
    async (name) => {
      let answer: RequestListener = json(account);
      await using exchange = await serve((request, response) => answer(request, response));
      await using recipe = await start(name, {
        ...environmentOf({ url: exchange.url, apiKey: "key", secret: "secret" }),
        PORT: "0",
      });
      const url = `http://127.0.0.1:${portOf(await recipe.prints(/port: (\d+)/))}/margin`;
      const good = await fetch(url);
      expect([good.status, await good.json()]).toEqual([
        200,
        { uniMMR: "1.35000000", status: "MARGIN_CALL" },
      ]);
      answer = (_request, response) => response.writeHead(403).end("<html>");
      const failed = await fetch(url);
      expect([failed.status, await failed.json()]).toEqual([502, { code: "BLOCKED" }]);
      // A request that hangs is given up when the one who asked is gone.
      const gone = new AbortController();
      const givenUp = new Promise((resolve) => {
        answer = (request) => {
          request.on("close", resolve);
          gone.abort();
        };
      });
      await expect(fetch(url, { signal: gone.signal })).rejects.toThrow("aborted");
      await givenUp;
    },
  );

  test.skipIf(!hasPackages).each(["recipe-big.ts", "recipe-decimal-js.ts"])(
    "%s computes what binance-accounts/decimal does",
    async (name) => {
      await using mock = await startMock();
      await using recipe = await start(name, environmentOf(mock));
      await recipe.prints(/^5167\.92171923 0\.00084\n$/);
    },
  );

  test("recipe-lambda.ts takes the key from the extension for secrets, once", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const secret = JSON.stringify({ apiKey: mock.apiKey, secret: mock.secret });
    await using extension = await serve(json({ SecretString: secret }));
    const env = {
      ...{ BINANCE_BASE_URL: mock.url, SECRET_ID: "prod/binance", AWS_SESSION_TOKEN: "token" },
      PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: new URL(extension.url).port,
    };
    const { stdout, stderr } = await runHandler(
      "recipe-lambda.ts",
      "await handler(); console.log(JSON.stringify(await handler()));",
      env,
    );
    expect(JSON.parse(stdout)).toEqual({ level: "MARGIN_CALL", uniMMR: "1.35000000" });
    expect(stderr).toBe("MARGIN_CALL at uniMMR 1.35000000\n".repeat(2));
    expect(
      extension.requests.map(({ url, headers }) => [url, headers["x-aws-parameters-secrets-token"]]),
    ).toEqual([["/secretsmanager/get?secretId=prod%2Fbinance", "token"]]);
  });

  test("recipe-worker.ts takes the key from the store for secrets, and posts an alarm", async () => {
    await using mock = await startMock({ scenario: "marginCall" });
    const alarms: string[] = [];
    await using pager = await serve(async (request, response) => {
      for await (const part of request) alarms.push(String(part));
      response.end();
    });
    const code = `const get = (value) => ({ get: async () => value });
const { env } = process;
await recipe.scheduled(undefined, {
  BINANCE_API_KEY: get(env.KEY), BINANCE_API_SECRET: get(env.SECRET),
  BINANCE_BASE_URL: env.URL, ALERT_URL: env.ALERT,
});`;
    const env = { KEY: mock.apiKey, SECRET: String(mock.secret), URL: mock.url, ALERT: pager.url };
    expect(await runHandler("recipe-worker.ts", code, env)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(alarms).toEqual(["MARGIN_CALL at uniMMR 1.35000000"]);
  });
});

/** Runs what a platform would: calls what a recipe exports. */
async function runHandler(name: string, code: string, env: NodeJS.ProcessEnv) {
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, name), readSample(name));
  const what = name.includes("worker") ? "recipe" : "{ handler }";
  await writeFile(join(folder.path, "platform.mjs"), `import ${what} from "./${name}";\n${code}\n`);
  return await runModule("tsx/dist/cli.mjs", ["platform.mjs"], { cwd: folder.path, env });
}

/** A server of WebSockets that speaks to whoever has come. */
async function startStream() {
  const sockets: Duplex[] = [];
  const server = createServer();
  server.on("upgrade", ({ headers }, socket) => {
    const key = `${headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash("sha1").update(key).digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("error", () => {});
    // Closing is answered, as the protocol asks.
    socket.on("data", ([first]: Buffer) => first === 0x88 && socket.end(Buffer.from([0x88, 0])));
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send(text: string): void {
      for (const socket of sockets)
        socket.write(Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test("the example of alert rules and the dashboard ask for metrics that the command serves, and for no others", () => {
  const all = nothingSeen();
  for (const seen of all) {
    const data = examples.find(
      ({ operationId, name }) => operationId === seen.id && /hedge|normal/.test(name),
    )?.value;
    note(seen, { data, at: 0, age: 0, changed: true });
    note(seen, { error: new BinanceError("TIMEOUT", "") });
  }
  const weight = createClient({ apiKey: "a", secret: "b" }).weight;
  const served = new Set(metricsOf(all, weight).match(/(?<=^# TYPE )\w+/gm));
  const rules = parse(readSample("prometheus-alerts.yaml")) as { groups: { rules: { expr: string }[] }[] };
  const dashboard = JSON.parse(readSample("grafana-dashboard.json")) as {
    panels: { targets: { expr: string }[] }[];
  };
  const asked = [
    ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];
  expect(asked.length).toBeGreaterThan(14);
  for (const name of asked.flatMap((expr) => expr.match(/binance_accounts_\w+/g) ?? []))
    expect([name, served.has(name)]).toEqual([name, true]);
});
