import { describe, expect, test } from "vitest";
import { startMock } from "../../src/mock/index.js";
import { send } from "../support/raw.js";

const apiKey = `${"K".repeat(30)}0123456789abcdefghijklmnopqrstuvwx`;
const secret = `${"s3cr3tS".repeat(9)}Z`;
const path = "/papi/v1/um/account";
const base64 = Buffer.from(secret).toString("base64");
const pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u\n";
const escapeAll = (text: string) => text.replace(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`);

describe("no key, secret or signature stands in the journal, and whoever sends one is told", () => {
  test.each<[what: string, target: string, headers: Record<string, string>, warning: RegExp | undefined]>([
    ["in a header", path, { "X-MBX-SECRETKEY": secret }, /the secret was sent in a header/],
    ["in a header of any name", path, { "X-Debug": `sent ${secret}, so` }, /the secret was sent in a header/],
    [
      "as Basic authorization",
      path,
      { Authorization: `Basic ${Buffer.from(`${apiKey}:${secret}`).toString("base64")}` },
      undefined,
    ],
    ["in a parameter", `${path}?secretKey=${secret}`, {}, /the secret was sent in the query/],
    ["in a parameter of any name", `${path}?note=x${"%20"}${secret}`, {}, /the secret was sent in the query/],
    ["as the name of a parameter", `${path}?${secret}=1`, {}, /the secret was sent in the query/],
    ["in percent escapes", `${path}?note=${escapeAll(secret)}`, {}, /the secret was sent in the query/],
    [
      "in percent escapes, twice",
      `${path}?note=${escapeAll(escapeAll(secret))}`,
      {},
      /the secret was sent in the query/,
    ],
    ["in base64", `${path}?note=${encodeURIComponent(base64)}`, {}, /the secret was sent in the query/],
    ["in hex", `${path}?note=${Buffer.from(secret).toString("hex")}`, {}, /the secret was sent in the query/],
    ["in upper case", `${path}?note=${secret.toUpperCase()}`, {}, /the secret was sent in the query/],
    ["in the path", `/papi/${secret}/account`, {}, /the secret was sent in the path/],
    ["as an API key in a parameter", `${path}?apiKey=${apiKey}`, {}, /the API key was sent in the query/],
    ["as a private key", `${path}?key=${encodeURIComponent(pem)}`, {}, /a private key was sent in the query/],
    [
      "as a private key, as a form writes it",
      `${path}?${new URLSearchParams({ key: pem })}`,
      {},
      /a private key was sent in the query/,
    ],
  ])("%s", async (_what, target, headers, warning) => {
    await using mock = await startMock({ keys: [{ apiKey, secret }] });
    await send(mock.url, target, { headers: { "X-MBX-APIKEY": apiKey, ...headers } });
    const text = JSON.stringify(mock.journal.entries) + JSON.stringify(mock.journal.toHar());
    for (const hidden of [
      secret,
      apiKey,
      base64,
      "MC4CAQAwBQYDK2Vw",
      Buffer.from(`${apiKey}:${secret}`).toString("base64"),
    ])
      expect(text.toLowerCase()).not.toContain(hidden.toLowerCase());
    expect(text).not.toMatch(/(?:%(?:25)?[0-9a-f]{2}){40}/);
    const leaks = mock.journal.warnings.filter((text) => / was sent in /.test(text));
    if (warning) expect(leaks).toEqual([expect.stringMatching(warning)]);
    else expect(leaks).toEqual([]);
  });

  test("the secret in a body is told of", async () => {
    await using mock = await startMock({ keys: [{ apiKey, secret }] });
    await send(mock.url, path, { headers: { "X-MBX-APIKEY": apiKey }, body: JSON.stringify({ secret }) });
    expect(mock.journal.warnings).toContainEqual(expect.stringMatching(/the secret was sent in the body/));
  });

  test.each(["signature", "Signature", "%73ignature", "sign%61ture"])(
    "a signature under the name %s is replaced",
    async (name) => {
      await using mock = await startMock();
      await send(mock.url, `${path}?timestamp=1&${name}=abcdef0123`, {
        headers: { "X-MBX-APIKEY": mock.apiKey },
      });
      expect(JSON.stringify(mock.journal.entries)).not.toContain("abcdef0123");
      expect(mock.journal.entries[0]?.query).toBe(`timestamp=1&${name}=<redacted>`);
    },
  );

  test("the key of a removed account is no longer looked for, a short one never within a word", async () => {
    await using mock = await startMock({ keys: [{ apiKey: "k", secret: "s" }] });
    const other = mock.createAccount();
    mock.removeAccount(other);
    const headers = { "X-MBX-APIKEY": "k", "X-Note": `ski ${other.apiKey}` };
    await send(mock.url, `${path}?sky=sks&s=s`, { headers });
    expect(mock.journal.entries[0]).toMatchObject({
      query: "sky=sks&<redacted>=<redacted>",
      headers: { "x-note": `ski ${other.apiKey}`, "x-mbx-apikey": "<redacted>" },
    });
  });
});
