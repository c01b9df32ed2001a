import type { ServerName } from "../types.js";

/** A key that the mock accepts: an HMAC secret, or the public half of an RSA or Ed25519 key as PEM. */
export type MockKey = ({ secret: string } | { publicKey: string }) & {
  apiKey: string;
  /** Servers that it may read; others are refused with -2015. @default all */
  servers?: readonly ServerName[] | undefined;
  /** IP addresses that it may be used from; others are refused with -2015. @default all */
  addresses?: readonly string[] | undefined;
};

export const keyFields = ["apiKey", "secret", "publicKey", "servers", "addresses"] as const;
