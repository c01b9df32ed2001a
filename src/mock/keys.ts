import { createPublicKey, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import { servers } from "../../generated/operations.js";
import { invalidKey } from "../errors.js";
import { ownProperties } from "../input.js";
import { checkToken } from "../signing/keys.js";
import type { ServerName } from "../types.js";
import type { PermittedKey } from "./gate.js";
import { mustBe } from "./messages.js";

/** A key as it was given, checked. */
export interface ReadKey {
  apiKey: string;
  /** Undefined for a public key. */
  secret: string | undefined;
  permitted: PermittedKey;
}

/** Reads a key; without one makes a throw-away HMAC key. */
export function readKey(given: unknown): ReadKey {
  const { apiKey, secret, publicKey, servers: readable, addresses } = ownProperties(given) ?? {};
  const name = checkToken("apiKey", apiKey);
  const limits = {
    servers: readList<ServerName>("servers", readable, (server) => Object.hasOwn(servers, server)),
    addresses: readList<string>("addresses", addresses, (address) => isIP(address) > 0),
  };
  if (publicKey !== undefined)
    return { apiKey: name, secret: undefined, permitted: { publicKey: readPublicKey(publicKey), ...limits } };
  const text = checkToken("secret", secret);
  return { apiKey: name, secret: text, permitted: { secret: createSecretKey(text, "utf8"), ...limits } };
}

/** A key that is thrown away with its mock: 64 letters and digits, as Binance's have. */
export const throwAwayKey = () => ({
  apiKey: randomBytes(32).toString("hex"),
  secret: randomBytes(32).toString("hex"),
});

function readList<T>(
  name: string,
  list: unknown,
  test: (value: string) => boolean,
): readonly T[] | undefined {
  if (list === undefined) return undefined;
  const bad = Array.isArray(list) ? list.find((value) => !test(value)) : list;
  if (bad === undefined) return list as T[];
  const what = name === "servers" ? Object.keys(servers).join(" or ") : "IP addresses";
  throw mustBe(`\`${name}\` of a key`, `a list of ${what}`, bad);
}

function readPublicKey(pem: unknown): KeyObject {
  try {
    const key = createPublicKey(pem as string);
    if (key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ed25519") return key;
  } catch {}
  throw invalidKey("`publicKey` must be the PEM of an RSA or Ed25519 public key; received something else.");
}
