import { invalidKey } from "../errors.js";
import type { Sign } from "./signer.js";

/** Binance's schemes: WebCrypto's name for each, and the encoding of its signatures. */
export const schemes = {
  hmac: { algorithm: { name: "HMAC", hash: "SHA-256" }, encode: toHex },
  rsa: { algorithm: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, encode: toBase64 },
  ed25519: { algorithm: { name: "Ed25519" }, encode: toBase64 },
} as const;

export type Scheme = (typeof schemes)[keyof typeof schemes];

// Not when this is loaded: jsdom has no TextEncoder, and other keys need none.
let utf8: TextEncoder | undefined;

export const signWith =
  (scheme: Scheme, key: Promise<CryptoKey> | CryptoKey): Sign =>
  async (payload) => {
    utf8 ??= new TextEncoder();
    const bytes = utf8.encode(payload);
    return scheme.encode(new Uint8Array(await crypto.subtle.sign(scheme.algorithm.name, await key, bytes)));
  };

/**
 * Creates a signer with a key that the caller imported.
 * @throws {BinanceError} INVALID_KEY if Binance takes no such key, or if it may not sign.
 */
export function signWithCryptoKey(key: CryptoKey, wanted: "secret" | "private"): Sign {
  const option = wanted === "secret" ? "secret" : "privateKey";
  if (Object.prototype.toString.call(key) !== "[object CryptoKey]" || !key.algorithm)
    throw invalidKey(`\`${option}\` is not a CryptoKey.`);
  const { name } = key.algorithm;
  if (key.type !== wanted)
    throw invalidKey(`\`${option}\` is a ${key.type} CryptoKey; a ${wanted} one is needed to sign.`);
  const scheme = Object.values(schemes).find(({ algorithm }) => algorithm.name === name);
  if (!scheme || (scheme === schemes.hmac) !== (wanted === "secret")) {
    throw invalidKey(
      `\`${option}\` is a CryptoKey for ${name}; Binance takes HMAC, RSASSA-PKCS1-v1_5 and Ed25519.`,
    );
  }
  const { hash } = key.algorithm as { hash?: { name: string } };
  if ("hash" in scheme.algorithm && hash?.name !== scheme.algorithm.hash) {
    throw invalidKey(`\`${option}\` is a CryptoKey for ${hash?.name}; Binance takes SHA-256.`);
  }
  if (!key.usages.includes("sign"))
    throw invalidKey(`\`${option}\` is a CryptoKey that may not sign; import it with the usage "sign".`);
  return signWith(scheme, key);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
