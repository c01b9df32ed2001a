import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../generated/operations.js";
import { createClient, type OperationId } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { goodBody } from "../faults/server.js";
import { callableIds } from "../support/document.js";
import { hmacKey } from "../support/keys.js";
import { serve } from "../support/server.js";
import { environmentOf, runCommand } from "../support/terminal.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "record-command-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Every text of a value by its path. */
const leaves = (value: unknown, path = ""): [path: string, text: string][] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, field]) => leaves(field, `${path}.${name}`))
    : typeof value === "string"
      ? [[path, value]]
      : [];

describe("record", () => {
  test("writes answers that the mock serves: other amounts, the same ratios and prices", async () => {
    await using exchange = await startMock({ scenario: "hedge" });
    const out = join(folder, "recorded.json");
    const { code, stdout, stderr } = await runCommand(["record", "--out", out], environmentOf(exchange));
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toContain(`Written to ${out}, all amounts multiplied by one number that is not kept.`);
    const text = await readFile(out, "utf8");
    for (const hidden of [exchange.apiKey, String(exchange.secret), "5032.71660099", "0.00241969"])
      expect(text).not.toContain(hidden);

    await using copy = await startMock({ state: JSON.parse(text) });
    const [real, recorded] = [exchange, copy].map((mock) =>
      createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret }),
    );
    const [a, b] = await Promise.all([real?.getPortfolioAccount(), recorded?.getPortfolioAccount()]);
    expect(b?.uniMMR).toBe(a?.uniMMR);
    expect(Number(b?.accountEquity) / Number(b?.accountMaintMargin)).toBeCloseTo(Number(a?.uniMMR), 1);
    const [before, after] = await Promise.all([
      real?.getCmPositionRisk({ pair: "BTCUSD" }),
      recorded?.getCmPositionRisk({ pair: "BTCUSD" }),
    ]);
    expect(after?.map(({ symbol, markPrice, leverage }) => ({ symbol, markPrice, leverage }))).toEqual(
      before?.map(({ symbol, markPrice, leverage }) => ({ symbol, markPrice, leverage })),
    );
    expect(after?.map(({ positionAmt }) => Math.sign(Number(positionAmt)))).toEqual([1, -1]);
  });

  test("multiplies every amount by one number, and leaves as it is only what is public of the market", async () => {
    await using server = await serve((request, response) => {
      response.end(goodBody((request.url ?? "").split("?", 1)[0] ?? ""));
    });
    const out = join(folder, "ratios.json");
    await runCommand(["record", "--out", out], environmentOf({ url: server.url, apiKey: "k", secret: "s" }));
    const { answers } = JSON.parse(await readFile(out, "utf8"));
    const real = Object.fromEntries(callableIds.map((id) => [id, JSON.parse(goodBody(operations[id].path))]));
    // Six digits or more: with fewer, rounding hides the number.
    const amounts = leaves(real).filter(([, value]) => /^-?[0.]*[1-9][\d.]{5,}$/.test(value));
    const written = new Map(leaves(answers));
    const same = amounts.filter(([path, value]) => written.get(path) === value);
    const ofTheMarket = [
      "uniMMR",
      "entryPrice",
      "breakEvenPrice",
      "markPrice",
      "liquidationPrice",
      "maxNotional",
      "maxQty",
    ];
    for (const [path] of same) expect(ofTheMarket).toContain(path.split(".").at(-1));
    const ratios = amounts
      .filter((amount) => !same.includes(amount))
      .map(([path, value]) => Number(written.get(path)) / Number(value));
    expect(ratios.length).toBeGreaterThan(10);
    for (const ratio of ratios) expect(ratio / (ratios[0] ?? 0)).toBeCloseTo(1, 2);
  });

  test("keeps amounts when told to, and does not overwrite unless told to", async () => {
    await using exchange = await startMock({ scenario: "manyPositions" });
    const out = join(folder, "kept.json");
    expect((await runCommand(["record", "--out", out, "--keep-amounts"], environmentOf(exchange))).code).toBe(
      0,
    );
    const { answers } = JSON.parse(await readFile(out, "utf8"));
    const binance = createClient({ baseUrl: exchange.url, apiKey: exchange.apiKey, secret: exchange.secret });
    expect(answers.getUmAccount).toEqual(await binance.getUmAccount());
    const again = await runCommand(["record", "--out", out], environmentOf(exchange));
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining(`${out} exists; name another file with --out, or --overwrite it.`),
    ]);
    expect((await runCommand(["record", "--out", out, "--overwrite"], environmentOf(exchange))).code).toBe(0);
  });

  test("says where it cannot write, before anything is asked", async () => {
    await using exchange = await startMock();
    const out = join(folder, "nowhere", "recorded.json");
    const { code, stderr } = await runCommand(["record", "--out", out], environmentOf(exchange));
    expect([code, stderr]).toEqual([
      2,
      `error: ${out} cannot be written (ENOENT); name another file with --out.\nSee binance-accounts record --help.\n`,
    ]);
    expect(exchange.journal.entries).toEqual([]);
    const onFolder = await runCommand(["record", "--out", folder, "--overwrite"], environmentOf(exchange));
    expect([onFolder.code, onFolder.stderr]).toEqual([
      2,
      expect.stringContaining(`error: ${folder} cannot be written (EISDIR)`),
    ]);
  });

  test("without a key explains what is missing, and exits with 2", async () => {
    const { code, stdout, stderr } = await runCommand(["record"]);
    expect([code, stdout, stderr]).toEqual([
      2,
      "",
      expect.stringMatching(
        /^error: BINANCE_API_KEY is not set\. Set it and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY_FILE/,
      ),
    ]);
  });

  test("keeps what answered, says what did not, and exits with 1", async () => {
    await using exchange = await startMock({
      faults: [{ fault: "wrongShape", operation: "getCoinMAccount" }],
    });
    const out = join(folder, "partly.json");
    const { code, stderr } = await runCommand(["record", "--out", out], environmentOf(exchange));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^getCoinMAccount: The response does not match the document/m);
    expect(stderr).toMatch(/^getUmAccount: matches the document$/m);
    const { answers } = JSON.parse(await readFile(out, "utf8"));
    expect(Object.keys(answers)).toEqual(callableIds.filter((id) => id !== "getCoinMAccount"));
  });

  test.each([
    ["papi", "getCoinMAccount"],
    ["dapi", "getUmAccount"],
  ] as const)("of an account that %s alone answers is good, with %s named", async (server, missing) => {
    const key = hmacKey();
    await using exchange = await startMock({ keys: [{ ...key.mock, servers: [server] }] });
    const out = join(folder, `${server}.json`);
    const env = environmentOf({ url: exchange.url, ...key.client });
    const { code, stderr } = await runCommand(["record", "--out", out], env);
    expect(code).toBe(0);
    expect(stderr).toContain(`${missing}: not available to this account (-2015)\n`);
    expect(stderr).not.toContain("error:");
    const state = JSON.parse(await readFile(out, "utf8"));
    await using copy = await startMock({ state });
    const served = Object.keys(state.answers) as OperationId[];
    expect(served).toEqual(callableIds.filter((id) => operations[id].server === server));
    const binance = createClient({ baseUrl: copy.url, apiKey: copy.apiKey, secret: copy.secret });
    for (const id of served) await binance[id]();
  });

  test("writes nothing when nothing answers", async () => {
    await using exchange = await startMock();
    const out = join(folder, "failed.json");
    const env = { ...environmentOf(exchange), BINANCE_API_KEY: "0".repeat(64) };
    const { code, stderr } = await runCommand(["record", "--out", out], env);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: Invalid API-key.*\[UNAUTHORIZED\]$/m)]);
    expect(stderr).not.toContain("not available");
    await expect(readFile(out)).rejects.toThrow(/ENOENT/);
  });

  test("leaves out and names what the document does not know, so that nothing gives the factor away", async () => {
    const unknown = {
      newDecimal: "73.21987654",
      newInteger: 918273645,
      newNumber: 55.125,
      newText: "you hold 4455.66 USDT",
      newObject: { held: "818.181818", list: [{ deeper: "31.4159265", n: 271828 }] },
      newList: ["1618.0339", 602214],
    };
    const good = (path: string) => {
      const body = JSON.parse(goodBody(path));
      const row = (one: object) => ({ ...one, ...unknown });
      if (Array.isArray(body)) return body.map(row);
      const lists = Object.entries(body).map(([name, list]) => [
        name,
        Array.isArray(list) ? list.map(row) : list,
      ]);
      return { ...Object.fromEntries(lists), ...unknown };
    };
    await using server = await serve((request, response) => {
      response.end(JSON.stringify(good(new URL(request.url ?? "", "http://x").pathname)));
    });
    const out = join(folder, "unknown.json");
    const env = environmentOf({ url: server.url, apiKey: "k", secret: "s" });
    const { code, stderr } = await runCommand(["record", "--out", out], env);
    expect(code).toBe(0);
    for (const name of [
      "getUmAccount.newDecimal",
      "getUmAccount.positions[].newObject",
      "getCmPositionRisk[].newList",
    ])
      expect(stderr).toContain(name);
    const text = await readFile(out, "utf8");
    for (const name of Object.keys(unknown)) expect(text).not.toContain(name);
    // Each amount was multiplied by the same number: any true value beside them would be a ratio that nothing else has.
    const truths = [
      "73.21987654",
      "918273645",
      "55.125",
      "4455.66",
      "818.181818",
      "31.4159265",
      "271828",
      "1618.0339",
      "602214",
    ];
    for (const truth of truths) expect(text).not.toContain(truth);
    for (const truth of truths) expect(stderr).not.toContain(truth);
  });

  test("explains itself", async () => {
    const { code, stdout } = await runCommand(["record", "--help"]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("--keep-amounts")]);
  });
});
