import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  type KeyPairKeyObjectResult,
  randomBytes,
  verify,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import { type ClientOptions, createClient, type PrivateJwk } from "../../src/index.js";
import { createSigner } from "../../src/signing/keys.js";
import { errorOf } from "../support/errors.js";
import { hmacKey } from "../support/keys.js";

// Node reads a key when the client is made; WebCrypto may know only at the first call. Either way nothing is sent.
const onNode = process.env.PLATFORM !== "web";
const refuse = (options: object) => {
  const binance = createClient({
    ...(options as ClientOptions),
    fetch: () => Promise.reject(new Error("A request was sent.")),
  });
  return onNode ? undefined : binance.getUmAccount();
};

const payload = "pair=BTCUSD&timestamp=1657707212154";
const passphrase = "correct horse";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");

const pem = (key: KeyObject, options: object = {}) =>
  key.export({ type: "pkcs8", format: "pem", ...options }).toString();
const encryption = { cipher: "aes-256-cbc", passphrase };
const subtleImport = (key: KeyObject, algorithm: object) =>
  crypto.subtle.importKey(
    "pkcs8",
    key.export({ type: "pkcs8", format: "der" }) as Buffer<ArrayBuffer>,
    algorithm as never,
    false,
    ["sign"],
  );

/** PKCS#8 version 2 (RFC 5958), as Rust and Java libraries write it. */
function withPublicHalf(key: KeyObject): Buffer {
  const { d = "", x = "" } = key.export({ format: "jwk" });
  return Buffer.concat([
    Buffer.from("3051020101300506032b657004220420", "hex"),
    Buffer.from(d, "base64url"),
    Buffer.from("812100", "hex"),
    Buffer.from(x, "base64url"),
  ]);
}

const rsaAlgorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
const forms = [
  ["RSA PKCS#8", rsa, { privateKey: pem(rsa.privateKey) }],
  ["RSA PKCS#1", rsa, { privateKey: pem(rsa.privateKey, { type: "pkcs1" }) }],
  ["RSA PKCS#8, encrypted", rsa, { privateKey: pem(rsa.privateKey, encryption), passphrase }],
  [
    "RSA PKCS#1, encrypted",
    rsa,
    { privateKey: pem(rsa.privateKey, { type: "pkcs1", ...encryption }), passphrase },
  ],
  ["RSA, CRLF", rsa, { privateKey: pem(rsa.privateKey).replaceAll("\n", "\r\n") }],
  [
    "RSA, literal \\n as in an environment variable",
    rsa,
    { privateKey: pem(rsa.privateKey).replaceAll("\n", "\\n") },
  ],
  [
    "RSA, indented and with text around it",
    rsa,
    { privateKey: `my key:\n${pem(rsa.privateKey).replaceAll(/^/gm, "   ")}\nend` },
  ],
  ["RSA CryptoKey", rsa, { privateKey: await subtleImport(rsa.privateKey, rsaAlgorithm) }],
  ["Ed25519 PKCS#8", ed25519, { privateKey: pem(ed25519.privateKey) }],
  ["Ed25519, encrypted", ed25519, { privateKey: pem(ed25519.privateKey, encryption), passphrase }],
  ["Ed25519, literal \\r\\n", ed25519, { privateKey: pem(ed25519.privateKey).replaceAll("\n", "\\r\\n") }],
  ["RSA, line breaks escaped twice", rsa, { privateKey: pem(rsa.privateKey).replaceAll("\n", "\\\\n") }],
  ["RSA, bytes of a PEM", rsa, { privateKey: Buffer.from(pem(rsa.privateKey)) }],
  [
    "RSA, bytes of a PEM with a byte order mark",
    rsa,
    { privateKey: Buffer.from(`\ufeff${pem(rsa.privateKey)}`) },
  ],
  ["RSA, UTF-16 bytes", rsa, { privateKey: Buffer.from(`\ufeff${pem(rsa.privateKey)}`, "utf16le") }],
  [
    "RSA, UTF-16 bytes, the other way round",
    rsa,
    { privateKey: Buffer.from(`\ufeff${pem(rsa.privateKey)}`, "utf16le").swap16() },
  ],
  [
    "RSA, UTF-16 read as UTF-8",
    rsa,
    { privateKey: Buffer.from(`\ufeff${pem(rsa.privateKey)}`, "utf16le").toString("utf8") },
  ],
  ["RSA, DER of PKCS#8", rsa, { privateKey: rsa.privateKey.export({ type: "pkcs8", format: "der" }) }],
  ["RSA, DER of PKCS#1", rsa, { privateKey: rsa.privateKey.export({ type: "pkcs1", format: "der" }) }],
  ["RSA, JWK", rsa, { privateKey: rsa.privateKey.export({ format: "jwk" }) as PrivateJwk }],
  ["RSA KeyObject, Node only", rsa, { privateKey: rsa.privateKey }],
  ["Ed25519, DER", ed25519, { privateKey: ed25519.privateKey.export({ type: "pkcs8", format: "der" }) }],
  [
    "Ed25519, DER, encrypted",
    ed25519,
    { privateKey: ed25519.privateKey.export({ type: "pkcs8", format: "der", ...encryption }), passphrase },
  ],
  ["Ed25519, PKCS#8 with the public half, DER", ed25519, { privateKey: withPublicHalf(ed25519.privateKey) }],
  [
    "Ed25519, PKCS#8 with the public half, PEM",
    ed25519,
    {
      privateKey: `-----BEGIN PRIVATE KEY-----\n${withPublicHalf(ed25519.privateKey).toString("base64")}\n-----END PRIVATE KEY-----`,
    },
  ],
  [
    "Ed25519, JWK that says what it may be used for",
    ed25519,
    {
      privateKey: {
        ...(ed25519.privateKey.export({ format: "jwk" }) as PrivateJwk),
        use: "sig",
        key_ops: ["verify"],
        ext: false,
      },
    },
  ],
  ["Ed25519 KeyObject, Node only", ed25519, { privateKey: ed25519.privateKey }],
  ["Ed25519 CryptoKey", ed25519, { privateKey: await subtleImport(ed25519.privateKey, { name: "Ed25519" }) }],
] as const;

const readable = forms.filter(([name]) => onNode || !/encrypted|Node only/.test(name));

test.each(readable)("%s signs what its public key verifies", async (_name, { publicKey }, options) => {
  const signature = await createSigner(options)(payload);
  const digest = publicKey.asymmetricKeyType === "rsa" ? "sha256" : null;
  expect(verify(digest, Buffer.from(payload), publicKey, Buffer.from(signature, "base64"))).toBe(true);
});

test("an HMAC CryptoKey signs as its secret does", async () => {
  const secret = randomBytes(32).toString("hex");
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  expect(await createSigner({ secret: key })(payload)).toBe(await createSigner({ secret })(payload));
});

/** Both halves as JWK. */
const pairOf = ({ privateKey, publicKey }: KeyPairKeyObjectResult) => ({
  private: privateKey.export({ format: "jwk" }),
  public: publicKey.export({ format: "jwk" }),
});
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
const sealed = pem(ed25519.privateKey, encryption);
const usages = ["sign", "verify"] as const;
const table: [what: string, options: Record<string, unknown>, message: RegExp][] = [
  ["EC, PKCS#8", { privateKey: pem(ec.privateKey) }, /key of type ec; Binance takes RSA and Ed25519/],
  [
    "EC, SEC 1",
    { privateKey: pem(ec.privateKey, { type: "sec1" }) },
    /an EC key; Binance takes RSA and Ed25519/,
  ],
  ["RSA-PSS", { privateKey: pem(pss.privateKey) }, /key of type rsa-pss/],
  [
    "X25519",
    { privateKey: pem(generateKeyPairSync("x25519").privateKey) },
    /key of type x25519|neither an RSA nor an Ed25519 key/,
  ],
  [
    "public key",
    { privateKey: createPublicKey(rsa.privateKey).export({ type: "spki", format: "pem" }) },
    /public key, the half that Binance has/,
  ],
  [
    "certificate",
    { privateKey: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
    /a certificate; the private key is needed/,
  ],
  [
    "OpenSSH",
    { privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----" },
    /RSA key can be rewritten: `ssh-keygen -p -m PKCS8 -f <copy>`\. For Ed25519 make a new key: `openssl genpkey -algorithm ed25519`/,
  ],
  ["empty", { privateKey: "" }, /`privateKey` is empty/],
  ["white space", { privateKey: " \n" }, /`privateKey` is empty/],
  ["a path", { privateKey: "/home/me/key.pem" }, /not the path of a file/],
  ["truncated", { privateKey: pem(rsa.privateKey).slice(0, 400) }, /must be a PEM/],
  ["bytes that are no key", { privateKey: Buffer.from("hello") }, /must be a PEM/],
  [
    "DER cut short",
    { privateKey: rsa.privateKey.export({ type: "pkcs8", format: "der" }).subarray(0, 200) },
    /damaged/,
  ],
  ["EC, JWK", { privateKey: pairOf(ec).private }, /key of type EC; Binance takes RSA and Ed25519/],
  ["public JWK", { privateKey: pairOf(rsa).public }, /public key, the half that Binance has/],
  ...(onNode
    ? ([
        [
          "public KeyObject",
          { privateKey: rsa.publicKey },
          /must be a private KeyObject; received a public one/,
        ],
      ] as never[])
    : ([["KeyObject", { privateKey: rsa.privateKey }, /A KeyObject needs Node/]] as never[])),
  ["damaged", { privateKey: pem(rsa.privateKey).replace(/\n.{40}/, "\n") }, /damaged/],
  [
    "no passphrase",
    { privateKey: sealed },
    /is encrypted; give its `passphrase`|is encrypted, which only Node can open/,
  ],
  [
    "wrong passphrase",
    { privateKey: sealed, passphrase: "wrong" },
    /`passphrase` is wrong|is encrypted, which only Node can open/,
  ],
  [
    "not text",
    { privateKey: 7 },
    /must be the text or bytes of a key file, a JWK, a CryptoKey or a KeyObject; received 7/,
  ],
  ["empty secret", { secret: "" }, /`secret` is empty/],
  [
    "secret with a line break",
    { secret: "abc\n" },
    /`secret` begins or ends with white space, perhaps the line break of a file/,
  ],
  [
    "secret in quotation marks",
    { secret: '"abc"' },
    /^`secret` is in quotation marks, perhaps those of a .env file; leave them out\.$/,
  ],
  ["secret with a space inside", { secret: "abc def" }, /`secret` holds a character that no key has/],
  ["PEM as secret", { secret: pem(rsa.privateKey) }, /`secret` holds a PEM; give it as `privateKey`/],
  [
    "ECDSA CryptoKey",
    {
      privateKey: (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, usages))
        .privateKey,
    },
    /CryptoKey for ECDSA/,
  ],
  [
    "public CryptoKey",
    { privateKey: ((await crypto.subtle.generateKey("Ed25519", false, usages)) as CryptoKeyPair).publicKey },
    /a public CryptoKey; a private one/,
  ],
  [
    "RSA CryptoKey for SHA-512",
    { privateKey: await subtleImport(rsa.privateKey, { ...rsaAlgorithm, hash: "SHA-512" }) },
    /SHA-512; Binance takes SHA-256/,
  ],
  [
    "HMAC CryptoKey as private key",
    { privateKey: await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]) },
    /a secret CryptoKey; a private one/,
  ],
];

describe("a key that cannot be used is refused, by what is wrong with it", () => {
  test.each(table)("%s", async (_what, options, message) => {
    const error = await errorOf(() => refuse({ apiKey: "key", ...options }));
    expect([error.code, error.message, error.attempts]).toEqual([
      "INVALID_KEY",
      expect.stringMatching(message),
      0,
    ]);
    for (const secret of Object.values(options)) {
      if (typeof secret === "string")
        for (const line of secret.split(/\r?\n/))
          if (/^[A-Za-z0-9+/=]{20,}$/.test(line)) expect(printed(error)).not.toContain(line);
    }
  });

  const printed = (error: Error) =>
    `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;

  test.each([
    ["API key with a line break", "abc\n", /`apiKey` begins or ends with white space/],
    ["API key in quotation marks", "'abc'", /^`apiKey` is in quotation marks/],
    ["empty API key", "", /`apiKey` is empty/],
    ["API key beyond ASCII", "kеy", /`apiKey` holds a character that no key has/],
    ["no API key", undefined, /`apiKey` must be text; received undefined/],
  ])("%s", async (_what, apiKey, message) => {
    const error = await errorOf(() => createClient({ ...hmacKey().client, apiKey: apiKey as string }));
    expect([error.code, error.message]).toEqual(["INVALID_KEY", expect.stringMatching(message)]);
  });

  test.each([
    ["neither secret nor private key", {}],
    ["both", { secret: "a", privateKey: "b" }],
  ])("%s", async (_what, options) => {
    const error = await errorOf(() => createClient({ apiKey: "key", ...options } as never));
    expect([error.code, error.message]).toEqual([
      "INVALID_ARGUMENT",
      expect.stringMatching(
        /^Give one of `secret` .* or `sign` .*; received (none of them|`secret` and `privateKey`)\.$/,
      ),
    ]);
  });

  test("a CryptoKey that fails to sign is named as the reason, not the connection", async () => {
    const own = {
      type: { value: "private" },
      usages: { value: ["sign"] },
      algorithm: { value: { name: "Ed25519" } },
    };
    const broken = Object.create(CryptoKey.prototype, own) as CryptoKey;
    const error = await errorOf(() => createClient({ apiKey: "key", privateKey: broken }).getUmAccount());
    expect([error.code, error.message, error.attempts]).toEqual([
      "INVALID_KEY",
      expect.stringMatching(/cannot sign/),
      0,
    ]);
  });
});
