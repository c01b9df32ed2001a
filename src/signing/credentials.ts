import { BinanceError, type ErrorDetails, invalidKey } from "../errors.js";
import { readFunction, readNames } from "../input.js";
import { safeCause } from "../redact.js";
import type { Deadline } from "../transport/deadline.js";
import type { Sleep } from "../transport/sleep.js";
import { type Credentials, checkToken, createSigner, credentialNames } from "./keys.js";
import type { Sign } from "./signer.js";

/** An API key and its signer. */
export interface Keys {
  apiKey: string;
  sign: Sign;
}

/** Returns credentials, for example from a secret manager. */
export type CredentialsProvider = () => Credentials | Promise<Credentials>;

/** The keys of a client: fixed, or asked for when needed. */
export interface KeyRing {
  /** The keys at hand; undefined if they must be asked for. */
  readonly current: Keys | undefined;
  /** Asks for the keys; concurrent calls share one question. */
  ask(): Promise<Keys>;
  /** Drops keys that the server refused, or any. False if the keys are fixed. */
  forget(refused?: Keys): boolean;
}

export function fixedKeys(given: Partial<Credentials>): KeyRing {
  const keys = readKeys(given);
  return { current: keys, ask: async () => keys, forget: () => false };
}

export function askedKeys(provider: CredentialsProvider): KeyRing {
  const askUser = readFunction("credentials", provider) as CredentialsProvider;
  let current: Keys | undefined;
  let asking: Promise<Keys> | undefined;

  async function ask(): Promise<Keys> {
    let given: Credentials;
    try {
      given = await askUser();
    } catch (error) {
      throw invalidKey(
        "`credentials` must resolve with an API key and its secret; it failed.",
        safeCause(error),
      );
    }
    return readKeys(readNames("The result of `credentials`", given, credentialNames));
  }

  return {
    get current() {
      return current;
    },
    ask() {
      asking ??= ask()
        .then((keys) => {
          current = keys;
          return keys;
        })
        .finally(() => {
          asking = undefined;
        });
      return asking;
    },
    forget(refused = current) {
      if (refused === current) current = undefined;
      return true;
    },
  };
}

function readKeys(given: Partial<Credentials>): Keys {
  return { apiKey: checkToken("apiKey", given.apiKey), sign: createSigner(given) };
}

/**
 * Asks for the keys within the time of a call.
 * @throws {BinanceError} TIMEOUT if that takes too long, INVALID_KEY if the provider fails.
 */
export async function askInTime(
  ring: KeyRing,
  deadline: Deadline,
  sleep: Sleep,
  details: ErrorDetails,
): Promise<Keys> {
  const { signal } = deadline;
  if (signal?.aborted) throw signal.reason;
  const stop = new AbortController();
  const end = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", end);
  const expired = sleep(deadline.remaining(), stop.signal).then(() => {
    const message =
      "There was no complete response in time: `credentials` took longer than the whole call may.";
    throw new BinanceError("TIMEOUT", message, { ...details, phase: "total" });
  });
  try {
    return await Promise.race([ring.ask(), expired]);
  } finally {
    signal?.removeEventListener("abort", end);
    expired.catch(() => {});
    stop.abort();
  }
}
