import type { PrivateJwk } from "./keys.js";

/** Signs a payload, as hex for HMAC and as base64 for RSA and Ed25519. */
export type Sign = (payload: string) => string | Promise<string>;

/** A private key as it is given to a platform to read. */
export type PrivateKeySource =
  | { kind: "pem"; pem: Pem }
  | { kind: "jwk"; jwk: PrivateJwk }
  /** A `KeyObject` of node:crypto. */
  | { kind: "keyObject"; key: object };

export interface Pem {
  /** What stands after BEGIN. */
  label: "PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY";
  /** From BEGIN to END, with whatever line breaks and indents it has come. */
  text: string;
  encrypted: boolean;
}
