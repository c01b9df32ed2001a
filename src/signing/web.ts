import { invalidKey } from "../errors.js";
import { bytesOf, derLength } from "./pem.js";
import type { PrivateJwk, PrivateKeySource, Sign } from "./signer.js";
import { type Scheme, schemes, signWith } from "./webcrypto.js";

/** Creates a signer with HMAC-SHA256, as lower-case hex. */
export function hmac(secret: string): Sign {
  return signWith(schemes.hmac, importLater("raw", new TextEncoder().encode(secret), schemes.hmac));
}

/** Creates a signer with RSA (PKCS#1 v1.5 with SHA-256) or Ed25519, whichever the key is, as base64. */
export function privateKey(source: PrivateKeySource, _passphrase: string | undefined): Sign {
  if (source.kind === "keyObject")
    throw invalidKey("A KeyObject needs Node; give a CryptoKey, a PEM or a JWK.");
  if (source.kind === "jwk") {
    const scheme = source.jwk.kty === "RSA" ? schemes.rsa : schemes.ed25519;
    return signWith(scheme, importLater("jwk", source.jwk, scheme));
  }
  const { pem } = source;
  if (pem.encrypted)
    throw invalidKey(
      "`privateKey` is encrypted, which only Node can open; decrypt it with `openssl pkey`, or give a CryptoKey.",
    );
  const der = bytesOf(pem);
  if (!der) throw invalidKey("`privateKey` cannot be read: it is damaged or incomplete.");
  if (pem.label === "RSA PRIVATE KEY")
    return signWith(schemes.rsa, importLater("pkcs8", pkcs8FromPkcs1(der), schemes.rsa));
  const scheme = schemeOf(der);
  return signWith(scheme, importLater("pkcs8", der, scheme));
}

/** Starts the import at once; a failure shows at the first use, because WebCrypto is asynchronous. */
function importLater(
  format: "raw" | "pkcs8" | "jwk",
  key: Uint8Array<ArrayBuffer> | PrivateJwk,
  { algorithm }: Scheme,
): Promise<CryptoKey> {
  const imported = crypto.subtle
    .importKey(format as never, key as never, algorithm, false, ["sign"])
    .catch(() => {
      throw invalidKey(
        "`privateKey` cannot be read: it is damaged or incomplete, or this platform does not know its algorithm.",
      );
    });
  imported.catch(() => {}); // the first signature reports it; here it would be an unhandled rejection
  return imported;
}

// The object identifiers of RFC 8017 and RFC 8410, as DER.
const oids = {
  rsa: "06092a864886f70d010101",
  ed25519: "06032b6570",
  ec: "06072a8648ce3d0201",
  "rsa-pss": "06092a864886f70d01010a",
};

/** Finds the scheme that a PKCS#8 key names: SEQUENCE { INTEGER 0, SEQUENCE { OBJECT IDENTIFIER … } … }. */
function schemeOf(der: Uint8Array): Scheme {
  const start = Array.from(der.subarray(0, 40), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const header = /^30(?:[0-7].|81..|82....)0201(?:00|01)30(?:[0-7].|81..)/.exec(start)?.[0];
  const oid = header === undefined ? "" : start.slice(header.length);
  const name = (Object.keys(oids) as (keyof typeof oids)[]).find((name) => oid.startsWith(oids[name]));
  if (name === "rsa" || name === "ed25519") return schemes[name];
  throw invalidKey(
    name
      ? `\`privateKey\` holds a key of type ${name}; Binance takes RSA and Ed25519 keys.`
      : "`privateKey` holds neither an RSA nor an Ed25519 key, or it is damaged.",
  );
}

/** Wraps a PKCS#1 RSA key in PKCS#8 (RFC 5208), which names the algorithm. */
function pkcs8FromPkcs1(pkcs1: Uint8Array): Uint8Array<ArrayBuffer> {
  const version = [0x02, 0x01, 0x00];
  const rsaEncryption = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
  ];
  const key = [0x04, ...derLength(pkcs1.length), ...pkcs1];
  return Uint8Array.from([
    0x30,
    ...derLength(version.length + rsaEncryption.length + key.length),
    ...version,
    ...rsaEncryption,
    ...key,
  ]);
}
