import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/** A server's certificate and the authority that signed it, as PEM. The authority's key is forgotten. */
export interface MadeCertificate {
  key: string;
  cert: string;
  ca: string;
}

/** Makes an authority and a certificate for these names and addresses, good for 397 days, the longest that every system takes. */
export function makeCertificate(names: readonly string[], now = Date.now()): MadeCertificate {
  const [authority, server] = [newKeys(), newKeys()];
  const issuer = nameOf("binance-accounts mock authority");
  const shared = { issuer, signer: authority, now };
  const ca = certificate({ ...shared, subject: issuer, keys: authority, extensions: ofAuthority(authority) });
  const extensions = ofServer(names, authority);
  const cert = certificate({ ...shared, subject: nameOf("binance-accounts mock"), keys: server, extensions });
  const key = server.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  return { key, cert, ca };
}

interface Keys {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const newKeys = (): Keys => generateKeyPairSync("ec", { namedCurve: "P-256" });

// What follows is RFC 5280, as far as these two certificates need it, in DER (X.690).

interface Contents {
  issuer: Buffer;
  subject: Buffer;
  keys: Keys;
  signer: Keys;
  extensions: Buffer[];
  now: number;
}

const day = 86_400_000;

function certificate({ issuer, subject, keys, signer, extensions, now }: Contents): string {
  const serial = randomBytes(16);
  // Positive, and without a leading zero that DER would not have.
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const signed = sequence(
    explicit(0, integer(2)),
    der(0x02, serial),
    ecdsaWithSha256,
    issuer,
    // An hour early, for clocks that are slow.
    sequence(time(now - 3_600_000), time(now + 397 * day - 3_600_000)),
    subject,
    keys.publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions)),
  );
  const signature = sign("sha256", signed, signer.privateKey);
  const base64 = sequence(signed, ecdsaWithSha256, bits(signature)).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`;
}

const ofAuthority = (own: Keys) => [
  extension("2.5.29.19", sequence(truth), "critical"), // basic constraints: an authority
  extension("2.5.29.15", keyUsage(0x06, 1), "critical"), // signs certificates and lists
  extension("2.5.29.14", der(0x04, keyId(own))), // subject key identifier
];

const ofServer = (names: readonly string[], authority: Keys) => [
  extension("2.5.29.15", keyUsage(0x80, 7), "critical"), // signs
  extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.1"))), // a server of TLS
  extension("2.5.29.17", sequence(...names.map(alternative))), // its names
  extension("2.5.29.35", sequence(der(0x80, keyId(authority)))), // authority key identifier
];

const alternative = (name: string) =>
  isIP(name) > 0 ? der(0x87, addressBytes(name)) : der(0x82, Buffer.from(name, "ascii"));

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text = "") => text.split(":").filter((group) => group !== "");
  const zeros = Array(8 - groups(head).length - groups(tail).length).fill("0");
  const all = [...groups(head), ...(tail === undefined ? [] : zeros), ...groups(tail)];
  return Buffer.from(all.map((group) => group.padStart(4, "0")).join(""), "hex");
}

const keyId = ({ publicKey }: Keys) =>
  createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest()
    .subarray(0, 20);

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const explicit = (number: number, part: Buffer) => der(0xa0 | number, part);
const integer = (value: number) => der(0x02, Buffer.from([value]));
const bits = (bytes: Buffer, unused = 0) => der(0x03, Buffer.from([unused]), bytes);
const keyUsage = (usage: number, unused: number) => bits(Buffer.from([usage]), unused);
const truth = der(0x01, Buffer.from([0xff]));
const extension = (id: string, value: Buffer, critical?: "critical") =>
  sequence(oid(id), ...(critical ? [truth] : []), der(0x04, value));
const nameOf = (text: string) =>
  sequence(der(0x31, sequence(oid("2.5.4.3"), der(0x0c, Buffer.from(text, "utf8")))));

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const base128 = (value: number): number[] =>
    value < 0x80 ? [value] : [...base128(value >> 7).map((byte) => byte | 0x80), value & 0x7f];
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** UTCTime up to 2049, as RFC 5280 wants it. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  const isShort = text < "2050";
  return der(isShort ? 0x17 : 0x18, Buffer.from(isShort ? text.slice(2) : text, "ascii"));
}

const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));
