import { describe, expect, test, vi } from "vitest";
import { createClient, servers } from "../../src/index.js";
import { startMock } from "../../src/mock/index.js";
import { errorOf } from "../support/errors.js";
import { everyKindOfKey, hmacKey, type TestKey } from "../support/keys.js";
import { call, control, outcome } from "../support/raw.js";

describe("a key", () => {
  const key = hmacKey().mock as { apiKey: string; secret: string };
  const refused = {
    code: -2015,
    msg: "Invalid API-key, IP, or permissions for action, request ip: 127.0.0.1",
  };

  test("may be limited to a server", async () => {
    await using mock = await startMock({ keys: [{ ...key, servers: ["dapi"] }] });
    expect((await call(mock, "/dapi/v1/account")).status).toBe(200);
    const reply = await call(mock, "/papi/v1/account");
    expect([reply.status, reply.body]).toEqual([401, refused]);
  });

  test("may be limited to addresses", async () => {
    await using mock = await startMock({ keys: [{ ...key, addresses: ["127.0.0.2"] }] });
    expect((await call(mock)).body).toEqual(refused);
    expect((await call(mock, undefined, "", { localAddress: "127.0.0.2" })).status).toBe(200);
  });

  test.each([
    [
      { servers: ["spot"] },
      `\`servers\` of a key must be a list of ${Object.keys(servers).join(" or ")}; received "spot".`,
    ],
    [
      { addresses: ["localhost"] },
      '`addresses` of a key must be a list of IP addresses; received "localhost".',
    ],
  ])("with %o is refused", async (limits, message) => {
    expect((await errorOf(() => startMock({ keys: [{ ...key, ...limits } as never] }))).message).toContain(
      message,
    );
  });
});

describe("an account of one's own, made while the mock runs", () => {
  test("takes a key of any kind, over HTTP too", async () => {
    await using mock = await startMock();
    for (const { kind, mock: key, client } of everyKindOfKey()) {
      const { status, body } = await control(mock.url, "POST", "/keys", { ...key, scenario: "hedge" });
      const expected = {
        apiKey: client.apiKey,
        url: mock.url,
        ...(kind === "HMAC" && { secret: client.secret }),
      };
      expect([status, body]).toEqual([200, expected]);
      const binance = createClient({ ...client, baseUrl: mock.url });
      expect((await binance.getUmAccount()).positions).toHaveLength(4);
    }
    expect(mock.journal.entries).toEqual([]);
  });

  test("takes servers and addresses, with a key of its own or a throw-away one", async () => {
    await using mock = await startMock();
    const dapiOnly = mock.createAccount({ servers: ["dapi"] });
    expect((await call(dapiOnly, "/dapi/v1/account")).status).toBe(200);
    expect((await call(dapiOnly)).status).toBe(401);
    const elsewhere = mock.createAccount({ apiKey: "other", secret: "place", addresses: ["127.0.0.2"] });
    expect((await call(elsewhere)).body.code).toBe(-2015);
    expect((await call(elsewhere, undefined, "", { localAddress: "127.0.0.2" })).status).toBe(200);
  });

  test("is refused where its key is taken, or half of one", async () => {
    await using mock = await startMock();
    const messages = [{ apiKey: mock.apiKey, secret: "x" }, { secret: "x" }, { apiKey: "x" }].map((key) =>
      errorOf(() => mock.createAccount(key as never)),
    );
    expect((await Promise.all(messages)).map(({ message }) => message)).toEqual([
      "`apiKey` must name each key once; received one that the mock has.",
      expect.stringContaining("`apiKey`"),
      expect.stringContaining("`secret`"),
    ]);
  });

  test("can be removed with its key; the first cannot", async () => {
    await using mock = await startMock();
    const account = mock.createAccount({ faults: [{ fault: "hang", nth: 2 }] });
    expect((await call(account)).status).toBe(200);
    const hanging = outcome(account);
    await vi.waitFor(() => expect(account.journal.entries).toHaveLength(2));
    expect((await control(mock.url, "DELETE", "/keys", undefined, account.apiKey)).status).toBe(204);
    expect(await hanging).toBe("ECONNRESET");
    expect((await call(account)).body.code).toBe(-2015);
    const titles = [
      (await control(mock.url, "DELETE", "/keys", undefined, account.apiKey)).body.title,
      (await control(mock.url, "DELETE", "/keys")).body.title,
      (await control(mock.url, "DELETE", "/keys", undefined, mock.apiKey)).body.title,
    ];
    expect(titles).toEqual([
      "`X-MBX-APIKEY` must be the key of an account; received a key that no account has.",
      "`X-MBX-APIKEY` must be the key of the account to remove; received none.",
      "The first account of a mock cannot be removed; `reset()` it.",
    ]);
  });
});

describe("a test does not write three properties", () => {
  test("credentials and client reach the account, with options", async () => {
    await using mock = await startMock();
    const account = mock.createAccount({ scenario: "hedge" });
    expect(account.credentials).toEqual({
      baseUrl: mock.url,
      apiKey: account.apiKey,
      secret: account.secret,
      budget: expect.anything(),
    });
    expect(account.url).toBe(mock.url);
    expect((await createClient(account.credentials).getUmAccount()).positions).toHaveLength(4);
    expect((await account.client({ recvWindow: 4000 }).getUmAccount()).positions).toHaveLength(4);
    expect(account.journal.entries.map(({ parameters }) => parameters.recvWindow)).toEqual([
      undefined,
      "4000",
    ]);
  });

  test("of a public key, the client takes the private one", async () => {
    const { client, mock: key } = everyKindOfKey()[2] as TestKey;
    await using mock = await startMock({ keys: [key] });
    expect(
      (await mock.client({ privateKey: String(client.privateKey) }).getPortfolioAccount()).accountStatus,
    ).toBe("NORMAL");
    expect((await errorOf(() => mock.credentials)).message).toMatch(
      /^`credentials` must be those of an HMAC key/,
    );
  });
});
