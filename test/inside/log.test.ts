import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { type CommonOptions, createBudget } from "../../src/index.js";
import { redisStore } from "../../src/redis.js";
import { errorOf } from "../support/errors.js";
import { key, observed, um } from "../support/observed.js";
import { runModule } from "../support/process.js";
import { sampleFolder } from "../support/samples.js";
import { World } from "../support/world.js";

function recorder() {
  const lines: [level: string, line: string][] = [];
  const at = (level: string) => (line: string) => void lines.push([level, line]);
  return { lines, logger: { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") } };
}

/** What is logged of a call that is refused with 503, then with 429, then answered with a new field by a clock that is off. */
async function logged(options: CommonOptions): Promise<[string, string][]> {
  const { lines, logger } = recorder();
  const start = new Date(1_657_707_212_154);
  const later = { "retry-after": "5", "x-mbx-used-weight-1m": "6000" };
  const world = new World(
    ({ seen }) =>
      [
        { latency: 7, status: 503, body: '{"code":-1001,"msg":"later"}' },
        { latency: 2, status: 429, body: '{"code":-1003,"msg":"slow"}', headers: later },
      ][seen.length - 1] ?? {
        latency: 30,
        status: 200,
        body: JSON.stringify({ ...(um as object), brandNew: "1" }),
        headers: { "x-mbx-used-weight-1m": "5" },
      },
    { logger, retry: { attempts: 3, baseDelay: 0 }, ...options },
    () => 0,
  );
  world.offset = -60_000;
  expect(world.time).toBe(start.getTime());
  await world.binance.getUmAccount();
  return lines;
}

test("one line per attempt says operation, status, weight, duration and what happens next", async () => {
  const lines = await logged({ logLevel: "debug" });
  expect(lines.filter(([, line]) => line.includes("attempt"))).toEqual([
    ["info", "binance-accounts: getUmAccount attempt 1: 503 UNAVAILABLE -1001, 7 ms, again in 0 ms"],
    [
      "info",
      "binance-accounts: getUmAccount attempt 2: 429 RATE_LIMITED -1003, weight 6000 of 6000, 2 ms, again in 5000 ms",
    ],
    ["debug", "binance-accounts: getUmAccount attempt 3: 200, weight 5 of 6000, 30 ms, done"],
  ]);
});

test("the other lines name waits, pauses, a wrong clock and what is new", async () => {
  const lines = await logged({ logLevel: "debug" });
  expect(lines.filter(([, line]) => !line.includes("attempt"))).toEqual([
    ["warn", "binance-accounts: the server's clock minus this machine's is -59.7 s"],
    ["warn", "binance-accounts: papi wants no request before 2022-07-13T10:13:37.163Z, RATE_LIMITED"],
    ["info", "binance-accounts: getUmAccount waits 5000 ms, RATE_LIMITED"],
    ["warn", "binance-accounts: getUmAccount returned a field that the document does not have, at brandNew"],
  ]);
});

test("a watch that slows down or misses a look is told, and a store that does not answer", async () => {
  const { lines, logger } = recorder();
  const store = redisStore({ send: () => Promise.reject(new Error("down")) });
  let request = 0;
  const world = new World(
    () => ({
      ...{ latency: 1, headers: { "x-mbx-used-weight-1m": "5300" } },
      ...(++request === 2 ? { status: 503, body: '{"code":-1008,"msg":"Busy."}' } : { status: 200 }),
    }),
    { logger, logLevel: "info", budget: createBudget({ store }), retry: { attempts: 1 } },
  );
  for await (const _look of world.binance.watch("getUmAccount", { every: 1000 })) if (request > 2) break;
  expect(lines).toEqual(
    expect.arrayContaining([
      [
        "warn",
        "binance-accounts: the store that shares the weight of papi does not answer, this process keeps to its share",
      ],
      ["info", expect.stringMatching(/: the watch of getUmAccount looks every \d+ ms, 1000 ms is wanted$/)],
      ["info", "binance-accounts: the watch of getUmAccount missed a look, UNAVAILABLE"],
    ]),
  );
});

test.each<[CommonOptions, string[]]>([
  [{ logLevel: "off" }, []],
  [{ logLevel: "error" }, []],
  [{}, ["warn", "warn", "warn"]],
  [{ logLevel: "info" }, ["warn", "info", "warn", "info", "info", "warn"]],
])("%j logs %j", async (options, levels) => {
  expect((await logged(options)).map(([level]) => level).sort()).toEqual([...levels].sort());
});

test("a ban is an error", async () => {
  const { lines, logger } = recorder();
  const { binance } = observed({ logger, logLevel: "error" }, () =>
    Response.json({ code: -1003, msg: "banned" }, { status: 418, headers: { "retry-after": "120" } }),
  );
  await errorOf(() => binance.getUmAccount());
  expect(lines).toEqual([["error", expect.stringMatching(/papi wants no request before .*, BANNED$/)]]);
});

test("nothing that is logged holds a key or a signature", async () => {
  const { lines, logger } = recorder();
  const { binance, url } = observed({ logger, logLevel: "debug" }, () =>
    Response.json({ code: -2015, msg: `wrong key ${key.apiKey}` }, { status: 401 }),
  );
  await errorOf(() => binance.getUmAccount());
  expect(lines).toHaveLength(1);
  for (const secret of [key.apiKey, String(key.secret), String(url().searchParams.get("signature"))])
    expect(JSON.stringify(lines)).not.toContain(secret);
});

test("the level is that of the variable, unless the option says another", async () => {
  vi.stubEnv("BINANCE_ACCOUNTS_LOG", "info");
  expect(await logged({})).toHaveLength(6);
  expect(await logged({ logLevel: "off" })).toEqual([]);
  vi.stubEnv("BINANCE_ACCOUNTS_LOG", "all");
  const error = await errorOf(() => logged({}));
  expect(error.message).toBe(
    '`BINANCE_ACCOUNTS_LOG` must be "off", "error", "warn", "info" or "debug"; received a string.',
  );
  vi.unstubAllEnvs();
});

const program = `import { createClient } from "binance-accounts";
await createClient({ apiKey: "k", secret: "s", fetch: async () => Response.json(${JSON.stringify(um)}) }).getUmAccount();
console.log("done");`;

test.each([
  [
    "NODE_DEBUG",
    "binance-accounts",
    /^BINANCE-ACCOUNTS \d+: binance-accounts: getUmAccount attempt 1: 200, \d+ ms, done\n$/,
  ],
  ["BINANCE_ACCOUNTS_LOG", "debug", /^binance-accounts: getUmAccount attempt 1: 200, \d+ ms, done\n$/],
  ["NODE_DEBUG", "http2", /^$/],
])("%s=%s writes to standard error", async (name, value, expected) => {
  await using folder = await sampleFolder();
  await writeFile(join(folder.path, "program.ts"), program);
  const options = { cwd: folder.path, env: { [name]: value } };
  const { stdout, stderr } = await runModule("tsx/dist/cli.mjs", ["program.ts"], options);
  expect([stdout, stderr]).toEqual(["done\n", expect.stringMatching(expected)]);
});
