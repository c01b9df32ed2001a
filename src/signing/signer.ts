/** Signs a payload, as hex for HMAC and as base64 for RSA and Ed25519. */
export type Sign = (payload: string) => string | Promise<string>;

export interface Pem {
  /** What stands after BEGIN. */
  label: "PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY";
  /** From BEGIN to END, with whatever line breaks and indents it has come. */
  text: string;
  encrypted: boolean;
}
