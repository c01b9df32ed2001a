import { BinanceError, invalidArgument, invalidKey } from "../errors.js";
import { safeCause } from "../redact.js";
import type { Sign } from "./signer.js";

/**
 * Percent-encodes everything but A–Z a–z 0–9 - . _ ~ (RFC 3986 unreserved).
 * `encodeURIComponent` leaves ! ' ( ) * alone, and URL parsers later rewrite ' to %27: the bytes sent would not be the bytes signed.
 */
export function encode(text: string): string {
  if (unreserved.test(text)) return text;
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const unreserved = /^[\w.~-]*$/;

/** Encodes own, defined properties as a query, in their order; a list repeats its name. */
export function encodeQuery(parameters: object): string {
  let query = "";
  const add = (name: string, value: unknown) => {
    query += `${query && "&"}${encode(name)}=${encodeValue(name, String(value))}`;
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) for (const item of value) add(name, item);
    else if (value !== undefined) add(name, value);
  }
  return query;
}

function encodeValue(name: string, value: string): string {
  try {
    return encode(value);
  } catch (cause) {
    throw invalidArgument(
      `\`${name}\` must be text that has an encoding; received half of a surrogate pair.`,
      cause,
    );
  }
}

/** Splits a URL at its query and drops the fragment, which would swallow what is appended. */
export function splitUrl(url: string): { address: string; query: string } {
  const end = url.indexOf("#");
  const whole = end < 0 ? url : url.slice(0, end);
  const at = whole.indexOf("?");
  return at < 0 ? { address: whole, query: "" } : { address: whole.slice(0, at), query: whole.slice(at + 1) };
}

/** Adds `timestamp` and then the signature of exactly the text before it. Synchronous if the key signs synchronously. */
export function signQuery(query: string, timestamp: number, sign: Sign): string | Promise<string> {
  const payload = `${query}${query && "&"}timestamp=${timestamp}`;
  const signed = (signature: string) => `${payload}&signature=${encode(signature)}`;
  try {
    const signature = sign(payload);
    return typeof signature === "string" ? signed(signature) : signature.then(signed).catch(refuse);
  } catch (error) {
    return refuse(error);
  }
}

function refuse(error: unknown): never {
  if (error instanceof BinanceError) throw error;
  throw invalidKey(
    "The key was read but cannot sign; it may be too short or of a kind this platform does not support.",
    safeCause(error),
  );
}
