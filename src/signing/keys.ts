import * as platform from "#platform";
import { invalidArgument, invalidKey } from "../errors.js";
import type { Pem, Sign } from "./signer.js";
import { signWithCryptoKey } from "./webcrypto.js";

/** A key of WebCrypto: a `CryptoKey`, as the types of any runtime describe it. */
export interface WebCryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

export interface Credentials {
  /** The API key, as API management shows it. It is not secret but belongs to nobody else. */
  apiKey: string;
  /** Secret of an HMAC key: text, or an HMAC-SHA-256 `CryptoKey`. Either this or `privateKey`. */
  secret?: string | WebCryptoKey | undefined;
  /**
   * RSA or Ed25519 private key: the text of a PEM file (PKCS#8, or PKCS#1 for RSA; line ends may be CRLF or the two
   * characters `\n`), or a `CryptoKey`. The key itself says which algorithm it is.
   */
  privateKey?: string | WebCryptoKey | undefined;
  /** Opens an encrypted PEM. Node only; elsewhere bring an unencrypted PEM or a `CryptoKey`. */
  passphrase?: string | undefined;
}

/**
 * What signs a payload: hex for HMAC, base64 for RSA and Ed25519.
 * @throws {BinanceError} INVALID_KEY when the key cannot be used; on platforms that read keys asynchronously, only at the first call.
 */
export function createSigner({ secret, privateKey, passphrase }: Omit<Credentials, "apiKey">): Sign {
  if ((secret === undefined) === (privateKey === undefined)) {
    throw invalidArgument("Give either `secret` (an HMAC key) or `privateKey` (an RSA or Ed25519 key).");
  }
  if (passphrase !== undefined && typeof passphrase !== "string")
    throw invalidArgument(`\`passphrase\` is text, not a ${typeof passphrase}.`);
  if (secret !== undefined) {
    if (isCryptoKey(secret)) return signWithCryptoKey(secret, "secret");
    return platform.hmac(checkToken("secret", secret));
  }
  if (isCryptoKey(privateKey)) return signWithCryptoKey(privateKey, "private");
  return platform.privateKey(readPem(privateKey), passphrase);
}

/** `apiKey` and `secret` are printable ASCII; a line break from a file is the usual mistake. The value is never shown. */
export function checkToken(name: "apiKey" | "secret", value: unknown): string {
  if (typeof value !== "string")
    throw invalidKey(`\`${name}\` is text, not ${value === null ? "null" : typeof value}.`);
  if (value === "") throw invalidKey(`\`${name}\` is empty.`);
  if (value.includes("-----BEGIN")) throw invalidKey(`\`${name}\` holds a PEM; give it as \`privateKey\`.`);
  if (/^(["'`]).*\1$/s.test(value))
    throw invalidKey(`\`${name}\` is in quotation marks, perhaps those of a .env file; leave them out.`);
  if (/^\s|\s$/.test(value))
    throw invalidKey(
      `\`${name}\` begins or ends with white space, perhaps the line break of a file; trim it.`,
    );
  if (!/^[\x21-\x7e]+$/.test(value))
    throw invalidKey(`\`${name}\` holds a character that no key has (white space, control or beyond ASCII).`);
  return value;
}

function readPem(value: unknown): Pem {
  if (typeof value !== "string")
    throw invalidKey(
      `\`privateKey\` is the text of a PEM (a file's, read as utf8) or a CryptoKey, not ${value === null ? "null" : typeof value}.`,
    );
  if (value.trim() === "") throw invalidKey("`privateKey` is empty.");
  if (value.length > 100_000) throw invalidKey("`privateKey` is too long to be a key.");
  const lines = value.replaceAll("\\r", "").replaceAll("\\n", "\n").replace(/\r\n?/g, "\n");
  const blocks = [...lines.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)];
  const block = blocks.find(([, label]) => label?.endsWith("PRIVATE KEY")) ?? blocks[0];
  const label = block?.[1];
  if (!block || !label) {
    const path = lines.includes("\n") ? "" : ", not the path of a file";
    throw invalidKey(
      `\`privateKey\` is not a PEM: it needs the text from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----${path}.`,
    );
  }
  const mistake = mistakes.find(([end]) => label.endsWith(end));
  if (mistake) throw invalidKey(`\`privateKey\` holds ${mistake[1]}`);
  if (label !== "PRIVATE KEY" && label !== "RSA PRIVATE KEY" && label !== "ENCRYPTED PRIVATE KEY") {
    throw invalidKey(`\`privateKey\` holds ${label}; Binance takes RSA and Ed25519 keys.`);
  }
  const encrypted = label === "ENCRYPTED PRIVATE KEY" || /Proc-Type:\s*4,\s*ENCRYPTED/.test(block[0]);
  return { label, text: block[0], encrypted };
}

const mistakes = [
  ["PUBLIC KEY", "a public key, the half that Binance has; the private half is needed to sign."],
  ["CERTIFICATE", "a certificate; the private key is needed to sign."],
  ["EC PRIVATE KEY", "an EC key; Binance takes RSA and Ed25519 keys."],
  ["DSA PRIVATE KEY", "a DSA key; Binance takes RSA and Ed25519 keys."],
  [
    "OPENSSH PRIVATE KEY",
    "a key in OpenSSH's own format; rewrite a copy of it with `ssh-keygen -p -m PKCS8 -f <copy>`.",
  ],
] as const;

const isCryptoKey = (value: unknown): value is CryptoKey =>
  typeof CryptoKey !== "undefined" && value instanceof CryptoKey;
