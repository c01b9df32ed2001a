import { invalidKey } from "../errors.js";
import type { Pem } from "./signer.js";

/**
 * Finds the key in the text of a PEM file, even if an editor or an environment variable changed its line breaks.
 * @throws {BinanceError} INVALID_KEY if there is no private key that Binance takes.
 */
export function readPem(given: string): Pem {
  if (given.trim() === "") throw invalidKey("`privateKey` is empty.");
  if (given.length > 100_000) throw invalidKey("`privateKey` is too long to be a key.");
  // UTF-16 that was read as UTF-8 has a NUL beside each letter; line breaks may be escaped, once or more often.
  const text = given.replaceAll("\0", "").replace(/\\+r/g, "").replace(/\\+n/g, "\n").replace(/\r\n?/g, "\n");
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)];
  const block = blocks.find(([, label]) => label?.endsWith("PRIVATE KEY")) ?? blocks[0];
  const label = block?.[1];
  if (!block || !label) {
    const path = text.includes("\n") ? "" : ", not the path of a file";
    throw invalidKey(
      `\`privateKey\` must be a PEM, from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----${path}.`,
    );
  }
  const mistake = mistakes.find(([end]) => label.endsWith(end));
  if (mistake) throw invalidKey(`\`privateKey\` holds ${mistake[1]}`);
  if (label !== "PRIVATE KEY" && label !== "RSA PRIVATE KEY" && label !== "ENCRYPTED PRIVATE KEY") {
    throw invalidKey(`\`privateKey\` holds ${label}; Binance takes RSA and Ed25519 keys.`);
  }
  const encrypted = label === "ENCRYPTED PRIVATE KEY" || /Proc-Type:\s*4,\s*ENCRYPTED/.test(block[0]);
  return withoutPublicHalf({ label, text: block[0], encrypted });
}

const mistakes = [
  ["PUBLIC KEY", "a public key, the half that Binance has; the private half is needed to sign."],
  ["CERTIFICATE", "a certificate; the private key is needed to sign."],
  ["EC PRIVATE KEY", "an EC key; Binance takes RSA and Ed25519 keys."],
  ["DSA PRIVATE KEY", "a DSA key; Binance takes RSA and Ed25519 keys."],
  [
    "OPENSSH PRIVATE KEY",
    "a key in OpenSSH's own format. An RSA key can be rewritten: `ssh-keygen -p -m PKCS8 -f <copy>`. For Ed25519 make a new key: `openssl genpkey -algorithm ed25519`.",
  ],
] as const;

/** Reads the bytes of a key file: PEM in UTF-8 or UTF-16, or DER. */
export function readKeyBytes(bytes: Uint8Array): Pem {
  const [first, second] = bytes;
  const sequence = 0x30;
  if (first !== sequence || second === 0) {
    const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe ? "utf-16be" : "utf-8";
    return readPem(new TextDecoder(encoding).decode(bytes));
  }
  const label = labelOf(bytes);
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const text = `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----`;
  return withoutPublicHalf({ label, text, encrypted: label === "ENCRYPTED PRIVATE KEY" });
}

/** Names the format of a DER key: encrypted if it begins with an algorithm, PKCS#8 with a version and an algorithm, else PKCS#1. */
function labelOf(der: Uint8Array): Pem["label"] {
  const [first, second] = partsOf(der);
  if (first?.tag === 0x30) return "ENCRYPTED PRIVATE KEY";
  return second?.tag === 0x30 ? "PRIVATE KEY" : "RSA PRIVATE KEY";
}

/**
 * Rewrites PKCS#8 version 2 (RFC 5958), which Rust and Java libraries write, as version 1: OpenSSL 3.0 and WebCrypto read no other.
 */
function withoutPublicHalf(pem: Pem): Pem {
  if (pem.label !== "PRIVATE KEY") return pem;
  const der = bytesOf(pem);
  const [version, algorithm, key] = der ? partsOf(der) : [];
  if (!der || version?.bytes.at(-1) !== 1 || !algorithm || !key) return pem;
  const inner = [0x02, 0x01, 0x00, ...algorithm.bytes, ...key.bytes];
  const first = btoa(String.fromCharCode(0x30, ...derLength(inner.length), ...inner));
  return { ...pem, text: `-----BEGIN PRIVATE KEY-----\n${first}\n-----END PRIVATE KEY-----` };
}

/** Returns the DER bytes of a PEM; undefined if it is not base64. */
export function bytesOf({ text }: Pem): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/-----[^-]+-----|\s/g, "")), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

interface Part {
  tag: number;
  /** With tag and length. */
  bytes: Uint8Array;
}

/** Returns the parts of a DER sequence, as far as they can be read. */
function partsOf(der: Uint8Array): Part[] {
  const parts: Part[] = [];
  let at = contentOf(der, 0).start;
  while (at < der.length) {
    const { start, length } = contentOf(der, at);
    if (length < 0 || start + length > der.length) break;
    parts.push({ tag: der[at] as number, bytes: der.subarray(at, start + length) });
    at = start + length;
  }
  return parts;
}

/** Returns where the content of the value at an offset begins, and its length. */
function contentOf(der: Uint8Array, at: number): { start: number; length: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { start: at + 2, length: first };
  const size = first & 0x7f;
  let length = 0;
  for (let i = 0; i < size; i++) length = length * 256 + (der[at + 2 + i] ?? 0);
  return { start: at + 2 + size, length: size > 4 ? -1 : length };
}

export function derLength(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  return [0x82, length >> 8, length & 0xff];
}

/** Returns the text with the line breaks that OpenSSL expects. */
export function tidyPem({ label, text }: Pem): string {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const lines = text
    .slice(begin.length, -end.length)
    .split("\n")
    .map((line) => line.trim());
  // Headers of an encrypted PKCS#1 key stand before the first empty line and keep their breaks.
  const headers = lines.filter((line) => line.includes(":"));
  const base64 = lines
    .filter((line) => !line.includes(":"))
    .join("")
    .replace(/\s/g, "");
  const wrapped = base64.replace(/.{64}/g, "$&\n").trimEnd();
  return [begin, ...headers, ...(headers.length > 0 ? [""] : []), wrapped, end, ""].join("\n");
}
