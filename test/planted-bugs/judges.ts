import assert from "node:assert/strict";
import type { ErrorExample, JournalEntry, Scenario } from "../../src/mock/index.js";
import type { Bench } from "./bench.js";
import { type Client, Failure } from "./client.js";

/**
 * Integration tests as a team writes them. Each runs against either server, with what that server offers:
 * `journal` is there for our mock only, and so are most faults. They throw when the client is at fault.
 */
export type Judge = (client: Client, bench: Bench) => Promise<void>;

/** A name with everything that is written in more than one way: an apostrophe, a space, a plus, a slash, Chinese. */
const odd = "R'N B+/币";
const oddContracts = {
  markPrices: { [`${odd}USD_PERP`]: "2.5" },
  cm: {
    positions: [
      { symbol: "BTCUSD_201225" },
      { symbol: `${odd}USD_PERP`, positionAmt: "4", entryPrice: "2.4" },
    ],
  },
};

/** Nothing was refused, and nothing was done that is punished later. */
function nothingWrong(bench: Bench): void {
  for (const entry of bench.journal?.entries ?? []) assert.equal(entry.status, 200, reasonOf(entry));
  noWarnings(bench);
}

function reasonOf({ status, code, rule, mistake }: JournalEntry): string {
  if (mistake) return `${code}: ${mistake.because}`;
  return rule ? `${code}, broken rule: ${rule}` : `answered with ${status}`;
}

function noWarnings({ journal }: Pick<Bench, "journal">): void {
  assert.deepEqual(journal?.warnings ?? [], [], journal?.warnings[0]?.replace(/^\w+: /, ""));
}

async function failure(call: Promise<unknown>, what: string): Promise<Failure | Error> {
  const outcome = await call.then(
    (data) => ({ data }),
    (error: unknown) => error as Error,
  );
  if (outcome instanceof assert.AssertionError) throw outcome;
  assert(outcome instanceof Error, `${what} is taken for data`);
  return outcome;
}

async function success<T>(call: Promise<T>, bench: Bench): Promise<T> {
  return call.catch((error: Error) => {
    const last = bench.journal?.entries.at(-1);
    assert.fail(last?.rule ? reasonOf(last) : `the call fails: ${error.message}`);
  });
}

const repetitions = (bench: Bench, least: number, most: number) =>
  assert(
    bench.requests >= least && bench.requests <= most,
    `sends ${bench.requests} request${bench.requests > 1 ? "s" : ""}, not ${most > least ? `${least} to ` : ""}${most}`,
  );

export const readsPair: Judge = async (client, bench) => {
  const contracts = await success(client.contracts({ pair: "BTCUSD" }), bench);
  assert.deepEqual(contracts, ["BTCUSD_201225"]);
  nothingWrong(bench);
};

export const readsOddAsset: Judge = async (client, bench) => {
  const known = bench.state(oddContracts);
  const contracts = await success(client.contracts({ marginAsset: odd }), bench);
  assert.deepEqual(
    contracts,
    known ? [`${odd}USD_PERP`] : ["BTCUSD_201225"],
    `lists ${contracts.length} contracts`,
  );
  nothingWrong(bench);
};

export const readsWithoutFilter: Judge = async (client, bench) => {
  const known = bench.state(oddContracts);
  const contracts = await success(client.contracts({ marginAsset: undefined, pair: undefined }), bench);
  assert.equal(contracts.length, known ? 2 : 1, `lists ${contracts.length} contracts`);
  nothingWrong(bench);
};

/** Often enough for every character that a signature can begin with or hold. */
export const readsOften: Judge = async (client, bench) => {
  const times = typeof client.to.secret === "string" ? 100 : 20;
  for (let pair = 0; pair < times; pair++)
    await success(client.contracts({ pair: "BTCUSD" }), bench).then(() => nothingWrong(bench));
};

export const readsAccount: Judge = async (client, bench) => {
  const { ratio, equity, available } = await success(client.health(), bench);
  assert.deepEqual(
    { ratio, equity, available },
    { ratio: "5167.92171923", equity: "122607.35137903", available: undefined },
  );
  nothingWrong(bench);
};

export const runsForDays: Judge = async (client, bench) => {
  for (let day = 0; day < 3; day++) {
    await success(client.health(), bench);
    await bench.connection.sleep(24 * 3_600_000);
  }
  nothingWrong(bench);
};

/** A monitor that asks every second. */
const pollsTimes =
  (times: number): Judge =>
  async (client, bench) => {
    for (let call = 0; call < times; call++) {
      await success(client.health(), bench);
      await success(client.contracts({ pair: "BTCUSD" }), bench);
      await bench.connection.sleep(1000);
    }
    nothingWrong(bench);
  };

export const polls = pollsTimes(4);
export const pollsOften = pollsTimes(15);

// Limits

/** The call fails; what counts is that no haste makes it worse. */
export const meetsLongOverload: Judge = async (client, bench) => {
  bench.error("overloaded");
  await failure(client.held(), "an overload");
  noWarnings(bench);
};

export const survivesOverload: Judge = async (client, bench) => {
  bench.error("overloaded", 1);
  const outcome = await client.held().catch((error: Failure) => error);
  repetitions(bench, 2, 4);
  const [{ distinctTimestamps = true, attempts = [] } = {}] = bench.journal?.calls() ?? [];
  assert(distinctTimestamps, "sends the same timestamp again");
  const { code, mistake } = attempts.at(-1) ?? {};
  assert(!mistake, `${code}: ${mistake?.because}`);
  if (bench.journal) assert(!(outcome instanceof Error), "one overload ends the call");
  noWarnings(bench);
};

export const givesUpInTheEnd: Judge = async (client, bench) => {
  bench.error("serviceUnavailable");
  await failure(within(5000, client.held()), "a 503");
  repetitions(bench, 2, 5);
};

export const obeysLimit: Judge = async (client, bench) => {
  bench.limit(9);
  await client.held().catch(() => undefined);
  const outcome = await client.held().catch((error: Error) => error);
  noWarnings(bench);
  if (bench.journal) assert(!(outcome instanceof Error), "the second call fails");
  else assert(bench.slept >= 29_900 * (bench.requests - 1), "sends before Retry-After has passed");
};

export const endsInBan: Judge = async (client, bench) => {
  bench.error("ipBanned");
  await failure(client.held(), "a ban");
  repetitions(bench, 1, 1);
  await failure(client.health(), "a ban");
  noWarnings(bench);
  repetitions(bench, 1, 1);
};

export const staysBelowLimit: Judge = async (client, bench) => {
  bench.limit(100);
  client.to.weightLimit = 100;
  for (let poll = 0; poll < 12; poll++) await success(client.health(), bench);
  nothingWrong(bench);
};

export const sharesTheMinute: Judge = async (client, bench) => {
  bench.limit(100);
  client.to.weightLimit = 100;
  await success(client.health(), bench);
  await bench.others(3);
  for (let poll = 0; poll < 3; poll++) await success(client.health(), bench);
  nothingWrong(bench);
};

// Clocks

const hasClockWrongBy =
  (ms: number): Judge =>
  async (client, bench) => {
    bench.skew(ms);
    await success(client.held(), bench);
    await success(client.held(), bench);
    repetitions(bench, 2, 3);
    noWarnings(bench);
  };

export const hasFastClock = hasClockWrongBy(3_700);
export const hasSlowClock = hasClockWrongBy(-60_000);

// Answers that are none

const mustFail =
  (what: string, fault: Parameters<Bench["fault"]>[0]): Judge =>
  async (client, bench) => {
    bench.fault(fault);
    client.to.timeout = 600;
    await failure(within(4000, client.contracts({})), what);
    repetitions(bench, 1, 3);
    noWarnings(bench);
  };

export const meetsHang = mustFail("no answer", { fault: "hang" });
export const meetsSlowBody = mustFail("a body that never ends", { fault: "slowBody", ms: 60_000 });
export const meetsTruncatedBody = mustFail("half a body", { fault: "truncatedBody" });
export const meetsEmptyAnswer = mustFail("an empty 200", { fault: "empty" });
export const meetsEmptyAccepted = mustFail("an empty 202", { fault: "empty", status: 202 });
export const meetsWrongShape = mustFail("another shape", { fault: "wrongShape" });
export const meetsRedirect = mustFail("a redirect", { fault: "redirect" });

export const meetsReset: Judge = async (client, bench) => {
  bench.fault({ fault: "reset", times: 1 });
  await success(client.held(), bench);
};

const refusedOnce =
  (name: ErrorExample, code?: number): Judge =>
  async (client, bench) => {
    bench.error(name);
    const error = await failure(client.contracts({}), name);
    assert(error instanceof Failure && error.code === code, "the reason is lost");
    repetitions(bench, 1, 1);
  };

export const meetsFirewall = refusedOnce("firewall");
export const meetsRefusedSignature = refusedOnce("invalidSignature", -1022);
export const meetsRefusedKey = refusedOnce("keyRejected", -2015);

// What an account holds

export const readsHedge: Judge = async (client, bench) => {
  bench.scenario("hedge");
  const held = await success(client.held(), bench);
  assert.deepEqual(held, { BTCUSDT: "0.03", ETHUSDT: "0" }, `holds ${held.BTCUSDT ?? "no"} BTCUSDT`);
};

const alarms =
  (scenario: Scenario): Judge =>
  async (client, bench) => {
    bench.scenario(scenario);
    const { alarm } = await success(client.health(), bench);
    assert(alarm, `no alarm at ${scenario}`);
  };

export const alarmsAtMarginCall = alarms("marginCall");
export const alarmsAtLiquidation = alarms("forceLiquidation");

export const readsUnknownStatus: Judge = async (client, bench) => {
  bench.state({ account: { accountStatus: "ADDED_BY_BINANCE" } });
  const { alarm } = await success(client.health(), bench);
  assert.equal(alarm, bench.journal !== undefined, "no alarm at a status that nobody knows");
};

export const readsNewFields: Judge = async (client, bench) => {
  bench.scenario("newFields");
  await success(client.health(), bench);
  assert.equal((await success(client.held(), bench)).BTCUSDT, "0.03");
};

export const readsEmptyDecimals: Judge = async (client, bench) => {
  bench.scenario("emptyDecimals", "normal");
  assert.equal(
    (await success(client.health(), bench)).available,
    undefined,
    "an empty decimal is taken for 0",
  );
};

export const readsNoPositions: Judge = async (client, bench) => {
  bench.scenario("noPositions");
  const { ratio, alarm } = await success(client.health(), bench);
  assert.deepEqual({ ratio, alarm }, { ratio: "99999999", alarm: false }, `ratio ${ratio}`);
};

export const readsMany: Judge = async (client, bench) => {
  bench.scenario("manyPositions");
  assert.equal(Object.keys(await success(client.held(), bench)).length, 500, "not all positions are read");
};

export const readsOneOfMany: Judge = async (client, bench) => {
  bench.scenario("manyPositions");
  assert.deepEqual(
    await success(client.contracts({ pair: "COIN007USD" }), bench),
    ["COIN007USD_PERP"],
    "reads other contracts",
  );
};

export const readsLargeAmounts: Judge = async (client, bench) => {
  const known = bench.state({ account: { accountEquity: "9007199254740993.00000001" } });
  const { equity } = await success(client.health(), bench);
  assert.equal(equity, known ? "9007199254740993.00000001" : "122607.35137903", `reads ${equity}`);
};

export const seesPricesMove: Judge = async (client, bench) => {
  bench.scenario("noPositions");
  const before = await success(client.health(), bench);
  bench.scenario("marginCall");
  const after = await success(client.health(), bench);
  assert.notEqual(before.ratio, after.ratio, "shows the ratio of before");
};

function within<T>(ms: number, call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((_, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `not over after ${ms / 1000} s` })),
      ms,
    );
  });
  call.catch(() => undefined);
  return Promise.race([call, late]).finally(() => clearTimeout(timer));
}
