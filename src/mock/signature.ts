import { createHmac, type KeyObject, timingSafeEqual, verify } from "node:crypto";

/** What the mock knows of an API key: an HMAC secret, or the public half of an RSA or Ed25519 key, read once. */
export type KnownKey = { secret: KeyObject } | { publicKey: KeyObject };

export function verifies(key: KnownKey, payload: string, signature: string): boolean {
  if ("secret" in key) {
    // timingSafeEqual throws where lengths differ.
    if (!/^[0-9a-f]{64}$/i.test(signature)) return false;
    return timingSafeEqual(Buffer.from(signature.toLowerCase()), Buffer.from(hmac(key.secret, payload)));
  }
  const raw = Buffer.from(signature, "base64");
  const bytes = Buffer.from(payload, "latin1");
  return raw.toString("base64") === signature && verify(digestOf(key.publicKey), bytes, key.publicKey, raw);
}

/** As hex. Node decodes the request line as latin1, so that its bytes are the characters of the payload. */
export const hmac = (secret: string | Buffer | KeyObject, payload: string, digest = "sha256") =>
  createHmac(digest, secret).update(payload, "latin1").digest("hex");
const digestOf = (key: KeyObject) => (key.asymmetricKeyType === "rsa" ? "sha256" : null);
