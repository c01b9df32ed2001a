import type { KeyObject } from "node:crypto";
import { builtin } from "../builtin.js";
import { invalidKey } from "../errors.js";
import { safeCause } from "../redact.js";
import { tidyPem } from "./pem.js";
import type { PrivateKeySource, Sign } from "./signer.js";

const crypto = () => builtin("node:crypto");

/** Creates a signer with HMAC-SHA256, as lower-case hex. */
export function hmac(secret: string): Sign {
  const { createHmac, createSecretKey } = crypto();
  const key = createSecretKey(secret, "utf8");
  return (payload) => createHmac("sha256", key).update(payload).digest("hex");
}

/** Creates a signer with RSA (PKCS#1 v1.5 with SHA-256) or Ed25519, whichever the key is, as base64. */
export function privateKey(source: PrivateKeySource, passphrase: string | undefined): Sign {
  const { sign } = crypto();
  const key = open(source, passphrase);
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return (payload) => sign(null, Buffer.from(payload), key).toString("base64");
    case "rsa":
      // An RSA-4096 signature takes milliseconds: the callback form runs it off the event loop.
      return (payload) =>
        new Promise((resolve, reject) => {
          sign("sha256", Buffer.from(payload), key, (error, signature) =>
            error ? reject(error) : resolve(signature.toString("base64")),
          );
        });
    default:
      // Node would sign with RSA-PSS and EC keys too, by schemes that Binance refuses.
      throw invalidKey(
        `\`privateKey\` holds a key of type ${key.asymmetricKeyType}; Binance takes RSA and Ed25519 keys.`,
      );
  }
}

function open(source: PrivateKeySource, passphrase: string | undefined): KeyObject {
  if (source.kind === "keyObject") {
    const key = source.key as KeyObject;
    if (key.type === "private") return key;
    throw invalidKey(`\`privateKey\` must be a private KeyObject; received a ${key.type} one.`);
  }
  const encrypted = source.kind === "pem" && source.pem.encrypted;
  if (encrypted && passphrase === undefined)
    throw invalidKey("`privateKey` is encrypted; give its `passphrase`.");
  try {
    return source.kind === "jwk"
      ? crypto().createPrivateKey({ key: source.jwk as Record<string, string>, format: "jwk" })
      : crypto().createPrivateKey({ key: tidyPem(source.pem), ...(encrypted && { passphrase }) });
  } catch (error) {
    throw invalidKey(
      encrypted
        ? "`privateKey` cannot be opened: its `passphrase` is wrong, or it is damaged."
        : "`privateKey` cannot be read: it is damaged or incomplete.",
      safeCause(error),
    );
  }
}
