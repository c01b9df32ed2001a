import { createPrivateKey, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { hostname } from "node:os";
import { invalidArgument } from "../errors.js";
import { ownProperties, readNames } from "../input.js";
import { makeCertificate } from "./certificate.js";
import { mustBe } from "./messages.js";

/** How the mock serves https: with a certificate of yours, or one that it makes for `localhost`, its address and `names`. */
export type MockTls =
  | true
  | { names?: readonly string[] | undefined; cert?: undefined; key?: undefined }
  | { cert: string | Uint8Array; key: string | Uint8Array; names?: undefined };

/** What the server needs for TLS, and what its clients need to trust it. */
export interface ServerTls {
  cert: string;
  key: string;
  /** The authority of a certificate that was made here. */
  ca: string | undefined;
}

/** Reads the option `tls`; makes a certificate if none is given. */
export function readTls(given: unknown, host: string): ServerTls | undefined {
  if (given === undefined || given === false) return undefined;
  const options = given === true ? {} : ownProperties(given);
  if (!options) throw mustBe("`tls`", "true, { names }, or { cert, key }", given);
  const { cert, key, names = [] } = readNames("`tls`", options, ["cert", "key", "names"]);
  if (cert !== undefined || key !== undefined) return readOwn(cert, key, names);
  const badName = Array.isArray(names) ? names.find((name) => !isName(name)) : names;
  if (badName !== undefined) throw mustBe("`tls.names`", "a list of host names and addresses", badName);
  const address = host === "0.0.0.0" || host === "::" ? [] : [host];
  const own = ["localhost", "127.0.0.1", "::1", hostname(), ...address].filter(isName);
  return makeCertificate([...new Set([...own, ...(names as string[])])]);
}

const isName = (name: unknown) =>
  typeof name === "string" && name.length <= 253 && (isIP(name) > 0 || /^(\*\.)?[\w.-]+$/.test(name));

function readOwn(cert: unknown, key: unknown, names: unknown): ServerTls {
  if (cert === undefined || key === undefined)
    throw invalidArgument("`tls.cert` and `tls.key` must come together; received one of them.");
  if (Array.isArray(names) && names.length > 0)
    throw invalidArgument("`tls.names` must be left out where `tls.cert` is given, which has its own.");
  const own = { cert: pem("tls.cert", cert), key: pem("tls.key", key), ca: undefined };
  if (belong(own)) return own;
  throw invalidArgument("`tls.key` must be the private key of `tls.cert`; received another, or no PEM.");
}

function pem(name: string, text: unknown): string {
  if (typeof text === "string" || text instanceof Uint8Array) return Buffer.from(text as string).toString();
  throw mustBe(`\`${name}\``, "PEM, as text or bytes", text);
}

function belong({ cert, key }: ServerTls): boolean {
  try {
    return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
