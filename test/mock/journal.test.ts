import { constants, createHash, createHmac, sign as signWith } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createClient } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { createSigner } from "../../src/signing/keys.js";
import { errorOf } from "../support/errors.js";
import { ed25519Key, hmacKey, rsaKey, type TestKey } from "../support/keys.js";
import { call, control, send } from "../support/raw.js";

const um = "/papi/v1/um/account";
const risk = "/papi/v1/cm/positionRisk";
const overloaded = { fault: "error", example: "overloaded" } as const;

describe("calls", () => {
  test("groups the attempts of a call, with timestamps and weight", async () => {
    await using mock = await startMock({
      faults: [{ ...overloaded, operation: "getUmAccount", nth: [1, 2] }],
    });
    const binance = createClient({
      baseUrl: mock.url,
      apiKey: mock.apiKey,
      secret: mock.secret,
      retry: { baseDelay: 5, maxDelay: 10 },
    });
    await binance.getUmAccount();
    await binance.getUmAccount();
    await binance.getCmAccount();
    const calls = mock.journal.calls("getUmAccount");
    expect(calls.map(({ attempts }) => attempts.map(({ status, attempt }) => [status, attempt]))).toEqual([
      [
        [503, 1],
        [503, 2],
        [200, 3],
      ],
      [[200, 1]],
    ]);
    expect(calls.map(({ distinctTimestamps, weight }) => ({ distinctTimestamps, weight }))).toEqual([
      { distinctTimestamps: true, weight: 15 },
      { distinctTimestamps: true, weight: 5 },
    ]);
    expect(mock.journal.calls()).toHaveLength(3);
    expect(mock.journal.weights).toEqual({ papi: 25 });
    expect(mock.journal.warnings).toEqual([]);
  });

  test("a request with other parameters, or after a good answer, is another call", async () => {
    await using mock = await startMock({ faults: [{ fault: "html", nth: 1 }] });
    await call(mock, risk, "pair=BTCUSD");
    await call(mock, risk);
    await call(mock, risk, "pair=BTCUSD");
    await call(mock, risk, "pair=BTCUSD");
    expect(mock.journal.entries.map(({ call, attempt }) => [call, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
      [3, 1],
    ]);
  });
});

describe("warnings", () => {
  test("a retry with the same timestamp", async () => {
    await using mock = await startMock({ now: () => 1_657_707_212_154, faults: [{ ...overloaded, nth: 1 }] });
    await call(mock);
    await call(mock);
    expect(mock.journal.warnings).toEqual([
      "getUmAccount: the same timestamp as in the attempt before: a later attempt is signed anew",
    ]);
    expect(mock.journal.calls()[0]?.distinctTimestamps).toBe(false);
  });

  test("a request before Retry-After has passed, and none after it", async () => {
    await using mock = await startMock({ now: () => 1_657_707_200_000, limits: { papi: 0 } });
    await call(mock);
    mock.clock.advance(1000);
    await call(mock);
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/^getUmAccount: sent 39000 ms before Retry-After had passed/),
    ]);
    mock.journal.clear();
    mock.clock.advance(39_000);
    await call(mock);
    expect(mock.journal.warnings).toEqual([]);
  });

  test("requests that were on their way when the limit was met are no discourtesy", async () => {
    await using mock = await startMock({ limits: { papi: 25 } });
    await Promise.all([
      call(mock),
      call(mock, "/papi/v1/account"),
      call(mock, "/papi/v1/cm/account"),
      call(mock, risk),
    ]);
    expect(mock.journal.warnings).toEqual([]);
  });

  test.each([
    ["recvWindow=5", /a recvWindow of 5 is so many milliseconds: .* are seconds meant\?/],
    ["recvWindow=60", /a recvWindow of 60 is so many milliseconds/],
  ])("%s", async (query, warning) => {
    await using mock = await startMock({ now: () => 1_657_707_200_000 });
    await call(mock, um, query);
    expect(mock.journal.warnings).toEqual([expect.stringMatching(warning)]);
  });

  test("parameters in the body of a GET, a timestamp in seconds", async () => {
    await using mock = await startMock();
    const headers = { "X-MBX-APIKEY": mock.apiKey };
    const { body } = await send(mock.url, um, {
      headers: { ...headers, "content-type": "application/x-www-form-urlencoded" },
      body: "timestamp=1&signature=x",
    });
    expect(body.code).toBe(-1102);
    await send(mock.url, `${um}?timestamp=1657707212&signature=${"0".repeat(64)}`, { headers });
    expect(mock.journal.warnings).toEqual([
      expect.stringMatching(/parameters stand in the body, which a GET does not read/),
      expect.stringMatching(/the timestamp is in seconds/),
    ]);
  });
});

test("keeps requests as received, without key and signature", async () => {
  await using mock = await startMock({ scenario: "hedge" });
  await call(mock, risk, "pair=BTCUSD&recvWindow=5000", {
    headers: { "X-MBX-APIKEY": mock.apiKey, Cookie: "session=1", "User-Agent": "mine" },
  });
  const [entry] = mock.journal.entries;
  expect(entry).toMatchObject({
    ...{
      number: 1,
      operation: "getCmPositionRisk",
      server: "papi",
      method: "GET",
      path: risk,
      weight: 1,
      status: 200,
    },
    query: expect.stringMatching(/^pair=BTCUSD&recvWindow=5000&timestamp=\d{13}&signature=<redacted>$/),
    parameters: { pair: "BTCUSD", recvWindow: "5000", timestamp: expect.stringMatching(/^\d{13}$/) },
    headers: { "x-mbx-apikey": "<redacted>", cookie: "<redacted>", "user-agent": "mine" },
    warnings: [],
  });
  const { body } = await control(mock.url, "GET", "/journal");
  expect(body.entries).toHaveLength(1);
  expect((await control(mock.url, "DELETE", "/journal")).status).toBe(204);
  expect(mock.journal.entries).toEqual([]);
});

test("keeps the last 10,000 requests", async () => {
  const { Journal } = await import("../../src/mock/journal.js");
  const journal = new Journal();
  const arrival = {
    receivedAt: 0,
    operation: undefined,
    server: undefined,
    method: "GET",
    path: "/",
    query: "",
    parameters: {},
    headers: {},
    weight: 0,
  };
  for (let n = 0; n < 12_345; n++) journal.finish(journal.begin(arrival), { status: 200 });
  expect(journal.entries.length).toBeGreaterThan(8_000);
  expect(journal.entries.length).toBeLessThanOrEqual(10_000);
  expect(journal.entries.at(-1)?.number).toBe(12_345);
});

describe("-1022: the journal says why, the answer does not", () => {
  const hmac = hmacKey();
  const other = hmacKey();
  const rsa = rsaKey();
  const ed25519 = ed25519Key();
  const now = 1_657_707_212_154;
  const t = `timestamp=${now}`;
  const sign = (key: TestKey, payload: string) => createSigner(key.client)(payload);
  const secret = String(hmac.client.secret);
  const escaped = encodeURIComponent;
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  /** A query whose signature begins with 0. */
  const withZero = (write: (text: string) => string) => {
    for (let recvWindow = 5000; ; recvWindow++) {
      const text = `recvWindow=${recvWindow}&${t}`;
      if (digest(text).startsWith("0")) return `${text}&signature=${write(text)}`;
    }
  };
  const digest = (payload: string, key = secret, name = "sha256") =>
    createHmac(name, key).update(payload).digest("hex");

  test.each<[because: RegExp, key: TestKey, query: () => string | Promise<string>, signed?: string]>([
    [
      /signed first and percent-encoded afterwards/,
      hmac,
      () => `marginAsset=%E5%B8%81&${t}&signature=${digest(`marginAsset=币&${t}`)}`,
    ],
    [
      /percent-encoded twice/,
      hmac,
      () => `marginAsset=%2541&${t}&signature=${digest(`marginAsset=%41&${t}`)}`,
      `marginAsset=%41&${t}`,
    ],
    [
      /' was rewritten to %27/,
      hmac,
      () => `marginAsset=a%27%20&${t}&signature=${digest(`marginAsset=a'%20&${t}`)}`,
    ],
    [
      /spaces as \+, and sent with %20/,
      hmac,
      () => `marginAsset=a%20b%21&${t}&signature=${digest(`marginAsset=a+b%21&${t}`)}`,
    ],
    [
      /sent without the encoding/,
      hmac,
      () => `marginAsset=a[b&${t}&signature=${digest(`marginAsset=a%5Bb&${t}`)}`,
    ],
    [
      /sent without the encoding/,
      hmac,
      () => `marginAsset=a'%20b/&${t}&signature=${digest(`marginAsset=a%27%20b%2F&${t}`)}`,
    ],
    [
      /in the other case, such as %2f for %2F/,
      hmac,
      () => `marginAsset=a%2F%27&${t}&signature=${digest(`marginAsset=a%2f%27&${t}`)}`,
    ],
    [
      /alphabetical order/,
      hmac,
      () =>
        `recvWindow=5000&marginAsset=BTC&${t}&signature=${digest(`marginAsset=BTC&recvWindow=5000&${t}`)}`,
      `marginAsset=BTC&recvWindow=5000&${t}`,
    ],
    [
      /opposite order/,
      hmac,
      () => `marginAsset=BTC&${t}&signature=${digest(`${t}&marginAsset=BTC`)}`,
      `${t}&marginAsset=BTC`,
    ],
    [/question mark was signed too/, hmac, () => `${t}&signature=${digest(`?${t}`)}`],
    [/path was signed too/, hmac, () => `${t}&signature=${digest(`${risk}?${t}`)}`],
    [/signed as JSON/, hmac, () => `${t}&signature=${digest(JSON.stringify({ timestamp: String(now) }))}`],
    [/The empty text was signed/, hmac, () => `${t}&signature=${digest("")}`],
    [/`recvWindow` was added after signing/, hmac, () => `${t}&recvWindow=5000&signature=${digest(t)}`, t],
    [
      /it is not the last parameter/,
      hmac,
      () => `${t}&signature=${digest(`${t}&recvWindow=5000`)}&recvWindow=5000`,
    ],
    [
      /written as hex, this one is base64/,
      hmac,
      () => `${t}&signature=${encodeURIComponent(Buffer.from(digest(t), "hex").toString("base64"))}`,
    ],
    [/API key in the place of the secret/, hmac, () => `${t}&signature=${digest(t, hmac.client.apiKey)}`],
    [/line break at its end/, hmac, () => `${t}&signature=${digest(t, `${secret}\n`)}`],
    [/HMAC and sha512/, hmac, () => `${t}&signature=${digest(t, secret, "sha512")}`],
    [/a plain SHA-256; HMAC/, hmac, () => `${t}&signature=${hash(`${secret}${t}`)}`],
    [
      /decoded from hex or base64 first/,
      hmac,
      () => `${t}&signature=${createHmac("sha256", Buffer.from(secret, "hex")).update(t).digest("hex")}`,
    ],
    [/leading zeros of the hex are missing/, hmac, () => withZero((text) => digest(text).replace(/^0+/, ""))],
    [
      /padding of the base64 is missing/,
      ed25519,
      async () => `${t}&signature=${escaped((await sign(ed25519, t)).replaceAll("=", ""))}`,
    ],
    [
      /A hash of the text was signed/,
      ed25519,
      async () => `${t}&signature=${escaped(await sign(ed25519, hash(t)))}`,
    ],
    [
      /RSA and sha512/,
      rsa,
      () =>
        `${t}&signature=${escaped(signWith("sha512", Buffer.from(t), String(rsa.client.privateKey)).toString("base64"))}`,
    ],
    [/key of another API key/, hmac, () => `${t}&signature=${digest(t, String(other.client.secret))}`],
    [/No usual mistake explains it/, hmac, () => `${t}&signature=${digest(t, "something else")}`],
    [
      /this one is hex/,
      ed25519,
      async () => `${t}&signature=${Buffer.from(await sign(ed25519, t), "base64").toString("hex")}`,
    ],
    [
      /RSA-PSS/,
      rsa,
      () => {
        const key = { key: String(rsa.client.privateKey), padding: constants.RSA_PKCS1_PSS_PADDING };
        return `${t}&signature=${escaped(signWith("sha256", Buffer.from(t), key).toString("base64"))}`;
      },
    ],
  ])("%s", async (because, key, query, signed) => {
    await using mock = await startMock({
      keys: [hmac, other, rsa, ed25519].map(({ mock }) => mock),
      now: () => now,
    });
    const reply = await send(mock.url, `${risk}?${await query()}`, {
      headers: { "X-MBX-APIKEY": key.client.apiKey },
    });
    expect([reply.status, reply.body]).toEqual([
      400,
      { code: -1022, msg: "Signature for this request is not valid." },
    ]);
    const entry = (await control(mock.url, "GET", "/journal", undefined, key.client.apiKey)).body.entries as {
      mistake: { because: string; signed?: string };
    }[];
    expect(entry.at(-1)?.mistake.because).toMatch(because);
    if (signed !== undefined) expect(entry.at(-1)?.mistake.signed).toBe(signed);
    const text = JSON.stringify(entry);
    for (const hidden of [secret, hmac.client.apiKey, digest(t)]) expect(text).not.toContain(hidden);
  });

  test.each([
    [/A \+ of the signature arrived as a space/, (text: string) => text],
    [
      /This is base64url/,
      (text: string) => text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "%3D"),
    ],
  ])("%s", async (because, write) => {
    await using mock = await startMock({ keys: [ed25519.mock], now: () => now });
    for (let timestamp = now; ; timestamp--) {
      const signature = await sign(ed25519, `timestamp=${timestamp}`);
      if (!signature.includes("+")) continue;
      await send(mock.url, `${um}?timestamp=${timestamp}&signature=${write(signature)}`, {
        headers: { "X-MBX-APIKEY": ed25519.client.apiKey },
      });
      expect(mock.journal.entries[0]?.mistake?.because).toMatch(because);
      return;
    }
  });

  test("a signature of an earlier request that is sent again", async () => {
    await using mock = await startMock({ keys: [hmac.mock], now: () => now });
    const headers = { "X-MBX-APIKEY": hmac.client.apiKey };
    const old = `timestamp=${now - 5}`;
    await send(mock.url, `${um}?${old}&signature=${digest(old)}`, { headers });
    await send(mock.url, `${um}?${t}&signature=${digest(old)}`, { headers });
    expect(mock.journal.entries[1]?.mistake).toMatchObject({
      received: t,
      signed: old,
      because: expect.stringMatching(/belongs to an earlier request/),
    });
  });
});

test("the SDK leaves a journal without warnings, whatever breaks", async () => {
  await using mock = await startMock({
    faults: [
      { ...overloaded, probability: 0.3 },
      { fault: "reset", probability: 0.1 },
      { fault: "empty", probability: 0.05 },
      { fault: "truncatedBody", probability: 0.05 },
      { fault: "redirect", probability: 0.05 },
      { fault: "error", example: "overWeight", probability: 0.03 },
    ],
  });
  const binance = createClient({
    baseUrl: mock.url,
    apiKey: mock.apiKey,
    secret: mock.secret,
    timeout: 2000,
    retry: { baseDelay: 1, maxDelay: 4 },
  });
  for (let n = 0; n < 60; n++)
    await binance.getUmAccount().catch((error) => expect(error.name).toBe("BinanceError"));
  expect(mock.journal.warnings).toEqual([]);
  expect(mock.journal.calls().every(({ distinctTimestamps }) => distinctTimestamps)).toBe(true);
  expect((await errorOf(() => binance.getUmAccount({ recvWindow: 0 }))).code).toBe("INVALID_ARGUMENT");
});
