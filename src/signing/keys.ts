import * as platform from "#platform";
import { invalidArgument, invalidKey } from "../errors.js";
import { describe, readFunction } from "../input.js";
import { safeCause } from "../redact.js";
import { readKeyBytes, readPem } from "./pem.js";
import type { PrivateJwk, PrivateKeySource, Sign } from "./signer.js";
import { signWithCryptoKey } from "./webcrypto.js";

/** A `CryptoKey` of WebCrypto, as the types of any runtime describe it. */
export interface WebCryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** A private `KeyObject` of node:crypto, as the types of any version describe it. */
export interface NodePrivateKey {
  readonly type: string;
  readonly asymmetricKeyType?: string | undefined;
}

/** An HMAC key. */
export interface HmacCredentials {
  /** Secret of the key, as text or as an HMAC-SHA-256 `CryptoKey`. */
  secret: string | WebCryptoKey;
  privateKey?: undefined;
  passphrase?: undefined;
  sign?: undefined;
}

/** An RSA or Ed25519 key; the key itself says which it is. */
export interface PrivateKeyCredentials {
  /**
   * Text or bytes of a PEM file (PKCS#8, or PKCS#1 for RSA; line ends may be CRLF or escaped), bytes of a DER file, a JWK, a
   * `CryptoKey`, or, on Node, a `KeyObject`.
   */
  privateKey: string | Uint8Array | PrivateJwk | WebCryptoKey | NodePrivateKey;
  /** Opens an encrypted PEM or DER. Node, Bun and Deno only; elsewhere use an unencrypted key or a `CryptoKey`. */
  passphrase?: string | undefined;
  secret?: undefined;
  sign?: undefined;
}

/** A key that never enters the program, such as one in a KMS or HSM. */
export interface SignerCredentials {
  /**
   * Signs the payload's UTF-8 bytes: HMAC-SHA-256 as hex; RSA (PKCS#1 v1.5 with SHA-256) or Ed25519 as base64. The client
   * percent-encodes the result.
   */
  sign: (payload: string) => string | Promise<string>;
  secret?: undefined;
  privateKey?: undefined;
  passphrase?: undefined;
}

/** An API key, and one way to sign for it. */
export type Credentials = {
  /** The API key, as API management shows it. It is not a secret, but identifies you. */
  apiKey: string;
} & (HmacCredentials | PrivateKeyCredentials | SignerCredentials);

/** Names of the options for credentials. */
export const credentialNames = ["apiKey", "secret", "privateKey", "passphrase", "sign"] as const;

type Given = { [Name in (typeof credentialNames)[number]]?: unknown };

/**
 * Creates the signer for an API key.
 * @throws {BinanceError} INVALID_KEY if the key cannot be used. WebCrypto reads keys asynchronously, so there the first call throws.
 */
export function createSigner({ secret, privateKey, passphrase, sign }: Given): Sign {
  const given = Object.entries({ secret, privateKey, sign }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => `\`${name}\``).join(" and ") || "none of them";
    throw invalidArgument(
      `Give one of \`secret\` (an HMAC key), \`privateKey\` (an RSA or Ed25519 key) or \`sign\` (a key that is elsewhere); received ${names}.`,
    );
  }
  if (passphrase !== undefined && typeof passphrase !== "string")
    throw invalidArgument(`\`passphrase\` must be text; received ${describe(passphrase)}.`);
  if (sign !== undefined) return checkedSign(readFunction("sign", sign as SignerCredentials["sign"]) as Sign);
  if (secret !== undefined) {
    if (isCryptoKey(secret)) return signWithCryptoKey(secret, "secret");
    return platform.hmac(checkToken("secret", secret));
  }
  if (isCryptoKey(privateKey)) return signWithCryptoKey(privateKey, "private");
  return platform.privateKey(readPrivateKey(privateKey), passphrase);
}

/** Wraps a caller's signer so that its mistakes are named. */
function checkedSign(sign: Sign): Sign {
  return async (payload) => {
    let signature: unknown;
    try {
      signature = await sign(payload);
    } catch (error) {
      throw invalidKey("`sign` must resolve with a signature; it failed.", safeCause(error));
    }
    if (typeof signature === "string" && /^[\x21-\x7e]{16,}$/.test(signature)) return signature;
    throw invalidKey(
      `\`sign\` must resolve with a signature as text, hex or base64; received ${describe(signature)}.`,
    );
  };
}

/** Checks that a key or secret is printable ASCII. Messages name the usual mistakes and never show the value. */
export function checkToken(name: "apiKey" | "secret", value: unknown): string {
  if (typeof value !== "string") throw invalidKey(`\`${name}\` must be text; received ${describe(value)}.`);
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

function readPrivateKey(value: unknown): PrivateKeySource {
  if (typeof value === "string") return { kind: "pem", pem: readPem(value) };
  if (ArrayBuffer.isView(value))
    return {
      kind: "pem",
      pem: readKeyBytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
    };
  if (typeof value === "object" && value !== null) {
    if ("kty" in value) return { kind: "jwk", jwk: checkJwk(value as PrivateJwk) };
    if ("asymmetricKeyType" in value) return { kind: "keyObject", key: value };
  }
  throw invalidKey(
    `\`privateKey\` must be the text or bytes of a key file, a JWK, a CryptoKey or a KeyObject; received ${describe(value)}.`,
  );
}

function checkJwk({ kty, crv, d, ...rest }: PrivateJwk): PrivateJwk {
  const kind = kty === "OKP" ? String(crv) : kty;
  if (kind !== "RSA" && kind !== "Ed25519")
    throw invalidKey(
      `\`privateKey\` holds a key of type ${/^[\w-]{1,20}$/.test(kind) ? kind : "unknown"}; Binance takes RSA and Ed25519 keys.`,
    );
  if (typeof d !== "string")
    throw invalidKey(
      "`privateKey` holds a public key, the half that Binance has; the private half is needed to sign.",
    );
  // Usage restrictions of a JWK do not matter here, and could refuse the import.
  const { use: _use, key_ops: _operations, ext: _ext, alg: _algorithm, ...numbers } = rest;
  return { ...numbers, kty, d, ...(crv !== undefined && { crv }) };
}

const isCryptoKey = (value: unknown): value is CryptoKey =>
  typeof CryptoKey !== "undefined" && value instanceof CryptoKey;
