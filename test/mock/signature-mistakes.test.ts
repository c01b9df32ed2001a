import { constants, createHash, createHmac, sign as signWith } from "node:crypto";
import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { createSigner } from "../../src/signing/keys.js";
import { ed25519Key, hmacKey, rsaKey, type TestKey } from "../support/keys.js";
import { control, send } from "../support/raw.js";

const um = "/papi/v1/um/account";
const risk = "/papi/v1/cm/positionRisk";

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
    [
      /The timestamp was taken twice/,
      hmac,
      () => `${t}&signature=${digest(`timestamp=${now - 1}`)}`,
      `timestamp=${now - 1}`,
    ],
    [
      /The timestamp was taken twice/,
      ed25519,
      async () => `${t}&signature=${escaped(await sign(ed25519, `timestamp=${now - 7}`))}`,
    ],
    [/arguments of HMAC were swapped/, hmac, () => `${t}&signature=${digest(secret, t)}`],
    [/white space around it/, hmac, () => `${t}&signature=${digest(t, `${secret} `)}`],
    [/white space around it/, hmac, () => `${t}&signature=${digest(t, `\t${secret}`)}`],
    [/quotation marks around it/, hmac, () => `${t}&signature=${digest(t, `"${secret}"`)}`],
    [/byte order mark/, hmac, () => `${t}&signature=${digest(t, `\ufeff${secret}`)}`],
    [/secret was used in upper case/, hmac, () => `${t}&signature=${digest(t, secret.toUpperCase())}`],
    [/first 63 characters of the secret/, hmac, () => `${t}&signature=${digest(t, secret.slice(0, -1))}`],
    [/last 62 characters of the secret/, hmac, () => `${t}&signature=${digest(t, secret.slice(2))}`],
    [/The secret was empty/, hmac, () => `${t}&signature=${digest(t, "")}`],
    [
      /The whole URL was signed/,
      hmac,
      () => `${t}&signature=${digest(`https://papi.binance.com${risk}?${t}`)}`,
    ],
    [/The method was signed too/, hmac, () => `${t}&signature=${digest(`GET${risk}?${t}`)}`],
    [/The path was signed too/, hmac, () => `${t}&signature=${digest(`${risk}${t}`)}`],
    [/A & was signed behind the last/, hmac, () => `${t}&signature=${digest(`${t}&`)}`],
    [/`&signature=` was signed too/, hmac, () => `${t}&signature=${digest(`${t}&signature=`)}`],
    [/A line break was signed behind/, hmac, () => `${t}&signature=${digest(`${t}\n`)}`],
    [/signed in lower case/, hmac, () => `recvWindow=5000&${t}&signature=${digest(`recvwindow=5000&${t}`)}`],
    [/holds white space, such as the line breaks/, hmac, () => `${t}&signature=${digest(t)}%0A`],
    [/before it, such as `\(stdin\)= `/, hmac, () => `${t}&signature=%28stdin%29%3D%20${digest(t)}`],
    [/begins with 0x/, hmac, () => `${t}&signature=0x${digest(t)}`],
    [
      /holds white space, such as the line breaks/,
      rsa,
      async () => `${t}&signature=${escaped((await sign(rsa, t)).replace(/.{64}/g, "$&\n"))}`,
    ],
    [
      /holds white space, such as the line breaks/,
      ed25519,
      async () => `${t}&signature=${escaped(`${await sign(ed25519, t)}\n`)}`,
    ],
    [
      /percent-encoded twice\.$/,
      ed25519,
      async () => `${t}&signature=${escaped(escaped(await sign(ed25519, t)))}`,
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
