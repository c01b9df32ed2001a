import { X509Certificate } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { Agent, get } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BinanceError, createClient } from "../../src/index.js";
import { makeCertificate } from "../../src/mock/certificate.js";
import { type Mock, startMock } from "../../src/mock/index.js";
import { certificateFor } from "../support/certificate.js";
import { errorOf } from "../support/errors.js";
import { runProgram, temporaryFolder } from "../support/process.js";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let mock: Mock;
let authority: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  mock = await startMock({ tls: { names: ["binance-mock", "10.1.2.3", "2001:db8::17"] } });
  authority = join(folder.path, "ca.pem");
  await writeFile(authority, mock.ca ?? "");
});
afterAll(async () => {
  await mock.close();
  await folder[Symbol.asyncDispose]();
});

test("a client of the mock, and one with its credentials, trust it; one without its authority does not", async () => {
  expect(mock.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  expect((await mock.client().getPortfolioAccount()).accountStatus).toBe("NORMAL");
  expect((await createClient(mock.credentials).getPortfolioAccount()).accountStatus).toBe("NORMAL");
  const { url: baseUrl, apiKey, secret } = mock;
  const error = await errorOf(() => createClient({ baseUrl, apiKey, secret }).getPortfolioAccount());
  expect(error).toBeInstanceOf(BinanceError);
  expect([error.code, error.message]).toEqual(["CONNECTION", expect.stringContaining("`tls.ca`")]);
});

test("every account of the mock has the authority, and the control interface speaks TLS, too", async () => {
  const account = mock.createAccount({ scenario: "hedge" });
  expect((await account.client().getUmAccount()).positions).toHaveLength(4);
  const health = await fetched(`${mock.url}/__mock/health`, new Agent({ ca: mock.ca }));
  expect(JSON.parse(health)).toMatchObject({ status: "ok" });
});

const fetched = (url: string, agent: Agent) =>
  new Promise<string>((resolve, reject) => {
    get(url, { agent }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve(text);
    }).on("error", reject);
  });

test("the journal tells the session of each connection, and whether it was resumed; the archive, too", async () => {
  const account = mock.createAccount();
  const agent = new Agent({ ca: mock.ca, keepAlive: false });
  const { url: baseUrl, apiKey, secret } = account;
  const binance = createClient({ baseUrl, apiKey, secret, agent });
  for (let call = 0; call < 2; call++) await binance.getUmAccount();
  expect(account.journal.entries.map(({ tls }) => tls)).toEqual([
    { version: "TLSv1.3", resumed: false },
    { version: "TLSv1.3", resumed: true },
  ]);
  const [entry] = account.journal.toHar().log.entries;
  expect(entry).toMatchObject({ _tls: { version: "TLSv1.3", resumed: false } });
  expect(entry?.request.url).toMatch(/^https:/);
  agent.destroy();
});

/** What `openssl s_client` says of the mock's certificate, for one name. */
async function opensslOn(name: string) {
  const kind = /^[\d.]+$|:/.test(name) ? "-verify_ip" : "-verify_hostname";
  const strict = `-CAfile ${authority} -x509_strict -verify_return_error ${kind} ${name} -brief`;
  const command = `openssl s_client -connect ${new URL(mock.url).host} ${strict} < /dev/null`;
  return runProgram("sh", ["-c", command]);
}

test.each(["localhost", "binance-mock", "10.1.2.3", "2001:db8::17", "::1"])(
  "OpenSSL, strictly, takes the certificate for %s",
  async (name) => {
    const { code, stderr } = await opensslOn(name);
    expect([code, stderr]).toEqual([0, expect.stringContaining("Verification: OK")]);
  },
);

test("OpenSSL refuses it for another name", async () => {
  const { code, stderr } = await opensslOn("papi.binance.com");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/hostname mismatch/i)]);
});

describe("the certificate", () => {
  const [day, now] = [86_400_000, Date.UTC(2026, 0, 1)];

  test("is good from an hour before to 397 days later, belongs to its key and names a server only", () => {
    const { cert, ca, key } = makeCertificate(["localhost"], now);
    const [server, issuer] = [new X509Certificate(cert), new X509Certificate(ca)];
    expect([server.verify(issuer.publicKey), server.checkIssued(issuer), server.ca, issuer.ca]).toEqual([
      ...[true, true, false, true],
    ]);
    expect(Date.parse(server.validFrom)).toBe(now - 3_600_000);
    expect(Date.parse(server.validTo) - Date.parse(server.validFrom)).toBe(397 * day);
    expect(server.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  });

  test("reaches beyond 2049, where dates are written differently", () => {
    const { cert } = makeCertificate(["localhost"], Date.UTC(2049, 5, 1));
    expect(new Date(new X509Certificate(cert).validTo).getUTCFullYear()).toBe(2050);
  });

  test("names many hosts", () => {
    const names = Array.from({ length: 300 }, (_, index) => `host-${index}.example`);
    const { cert } = makeCertificate(names, now);
    expect(new X509Certificate(cert).subjectAltName).toBe(names.map((name) => `DNS:${name}`).join(", "));
  });
});

test("serves the certificate that it is given", async () => {
  using own = certificateFor("127.0.0.1");
  await using other = await startMock({ tls: { cert: own.cert, key: Buffer.from(own.key) } });
  expect(other.ca).toBeUndefined();
  const binance = other.client({ tls: { ca: own.cert } });
  expect((await binance.getPortfolioAccount()).accountStatus).toBe("NORMAL");
  const fingerprint = await new Promise((resolve) => {
    const socket = connect({ port: Number(new URL(other.url).port), host: "127.0.0.1", ca: own.cert }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
  });
  expect(fingerprint).toBe(new X509Certificate(own.cert).fingerprint256);
});

test.each([
  [1, /^`tls` must be true, { names }, or { cert, key }; received 1\.$/],
  [{ name: "a" }, /^`tls` has no option `name`\. Expected one of: cert, key, names\.$/],
  [{ names: "a" }, /^`tls\.names` must be a list of host names and addresses; received "a"\.$/],
  [{ names: ["a b"] }, /^`tls\.names` must be a list of host names and addresses; received "a b"\.$/],
  [{ cert: "x" }, /^`tls\.cert` and `tls\.key` must come together; received one of them\.$/],
  [{ cert: "x", key: 1 }, /^`tls\.key` must be PEM, as text or bytes; received 1\.$/],
  [
    { cert: "x", key: "y" },
    /^`tls\.key` must be the private key of `tls\.cert`; received another, or no PEM\.$/,
  ],
  [{ cert: "x", key: "y", names: ["a"] }, /^`tls\.names` must be left out where `tls\.cert` is given/],
])("refuses %j", async (tls, message) => {
  const error = await errorOf(() => startMock({ tls } as never));
  expect([error.code, error.message]).toEqual(["INVALID_ARGUMENT", expect.stringMatching(message)]);
});

test("refuses a key of another certificate, and shows neither", async () => {
  using own = certificateFor("localhost");
  const { key } = makeCertificate(["localhost"]);
  const error = await errorOf(() => startMock({ tls: { cert: own.cert, key } }));
  expect(error.message).toBe("`tls.key` must be the private key of `tls.cert`; received another, or no PEM.");
});
