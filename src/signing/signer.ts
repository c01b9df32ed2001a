/** Signs a payload: hex for HMAC, base64 for RSA and Ed25519. */
export type Sign = (payload: string) => string | Promise<string>;

/** A private key as JSON (RFC 7517): `kty` is `RSA`, or `OKP` with `crv: "Ed25519"`. */
export interface PrivateJwk {
  readonly kty: string;
  readonly crv?: string | undefined;
  readonly d: string;
  readonly [name: string]: unknown;
}

/** A private key, before a platform reads it. */
export type PrivateKeySource =
  | { kind: "pem"; pem: Pem }
  | { kind: "jwk"; jwk: PrivateJwk }
  /** A `KeyObject` of node:crypto. */
  | { kind: "keyObject"; key: object };

export interface Pem {
  /** The words after BEGIN. */
  label: "PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY";
  /** From BEGIN to END, with the line breaks and indents it came with. */
  text: string;
  encrypted: boolean;
}
