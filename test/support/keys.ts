import { generateKeyPairSync, type KeyPairKeyObjectResult, randomBytes } from "node:crypto";
import type { MockKey } from "../../src/mock/index.js";
import type { Credentials } from "../../src/signing/keys.js";

const pems = ({ publicKey, privateKey }: KeyPairKeyObjectResult) => ({
  publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
  privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
});

/** A throw-away key of one kind: what the client signs with, and what the mock verifies with. */
export interface TestKey {
  kind: "HMAC" | "RSA" | "Ed25519";
  client: Credentials;
  mock: MockKey;
}

const apiKey = () => randomBytes(32).toString("hex");

export function hmacKey(): TestKey {
  const key = { apiKey: apiKey(), secret: randomBytes(32).toString("hex") };
  return { kind: "HMAC", client: key, mock: key };
}

export function rsaKey(): TestKey {
  const pair = pems(generateKeyPairSync("rsa", { modulusLength: 2048 }));
  const key = apiKey();
  return {
    kind: "RSA",
    client: { apiKey: key, privateKey: pair.privateKey },
    mock: { apiKey: key, publicKey: pair.publicKey },
  };
}

export function ed25519Key(): TestKey {
  const pair = pems(generateKeyPairSync("ed25519"));
  const key = apiKey();
  return {
    kind: "Ed25519",
    client: { apiKey: key, privateKey: pair.privateKey },
    mock: { apiKey: key, publicKey: pair.publicKey },
  };
}

/** One throw-away key of each kind. */
export const everyKindOfKey = (): TestKey[] => [hmacKey(), rsaKey(), ed25519Key()];
