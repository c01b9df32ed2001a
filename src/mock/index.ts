import { createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import { describe, ownProperties, readFunction, readNames } from "../arguments.js";
import { checkedNow } from "../clock.js";
import { invalidArgument, invalidKey } from "../errors.js";
import { checkToken } from "../keys.js";
import type { KnownKeys } from "./gate.js";
import { examples, scenarios, startPrism } from "./prism.js";
import { listen } from "./server.js";

/** A key that the mock accepts: an HMAC secret, or the public half of an RSA or Ed25519 key as PEM. */
export type MockKey = { apiKey: string; secret: string } | { apiKey: string; publicKey: string };

export interface MockOptions {
  /** Keys to accept. Without them a throw-away HMAC key is made and handed back. */
  keys?: readonly MockKey[] | undefined;
  /** The clock of the exchange, in ms since 1970. */
  now?: (() => number) | undefined;
  /** Name of the example that answers, such as `hedge`; operations without it answer with their first. */
  scenario?: string | undefined;
  /** 0, the default, takes a free port. */
  port?: number | undefined;
}

export interface Mock {
  /** Give it to the client as `baseUrl`. */
  readonly url: string;
  /** The first key, or the one that was made. */
  readonly apiKey: string;
  /** Its secret; undefined when it is a public key. */
  readonly secret: string | undefined;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
  /** The same, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * An exchange on this machine that checks signatures as Binance does and answers from the document's examples.
 * Needs `@stoplight/prism-http`. Resolves when it is ready for requests.
 *
 * @throws {BinanceError} INVALID_ARGUMENT for an option it does not know or when Prism is missing, INVALID_KEY for a key that is none.
 * @example
 * await using mock = await startMock();
 * const binance = createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret });
 */
export async function startMock(options: MockOptions = {}): Promise<Mock> {
  const {
    now = Date.now,
    scenario,
    port = 0,
    keys = [throwAwayKey()],
  } = readNames("startMock", options, ["keys", "now", "scenario", "port"]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw invalidArgument(`\`port\` is a whole number from 0 to 65535, not ${describe(port)}.`);
  checkScenario(scenario);
  const known = readKeys(keys);
  const [first] = keys;
  if (!first) throw invalidArgument("`keys` is empty; leave it out for a throw-away key.");
  const preference = (id: keyof typeof examples) => (scenario && examples[id].includes(scenario) ? { example: scenario } : {});
  const exchange = { keys: known, now: checkedNow(readFunction("now", now) ?? Date.now), prism: await startPrism(), preference };
  const { server, url } = await listen(exchange, port, "127.0.0.1").catch((error: NodeJS.ErrnoException) => {
    throw invalidArgument(`Port ${port} cannot be used (${error.code}); choose another, or 0 for a free one.`, error);
  });

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, apiKey: first.apiKey, secret: "secret" in first ? first.secret : undefined, close, [Symbol.asyncDispose]: close };
}

function checkScenario(scenario: unknown): void {
  if (scenario === undefined || scenarios.includes(scenario as string)) return;
  throw invalidArgument(`There is no such scenario; there are ${scenarios.join(", ")}.`);
}

const throwAwayKey = () => ({ apiKey: randomBytes(32).toString("hex"), secret: randomBytes(32).toString("hex") });

function readKeys(keys: readonly MockKey[]): KnownKeys {
  if (!Array.isArray(keys)) throw invalidArgument(`\`keys\` is a list, not ${describe(keys)}.`);
  const known = new Map<string, { secret: string } | { publicKey: KeyObject }>();
  for (const key of keys) {
    const { apiKey, secret, publicKey } = ownProperties(key) ?? {};
    const name = checkToken("apiKey", apiKey);
    if (known.has(name)) throw invalidArgument("`keys` holds the same API key twice.");
    known.set(name, publicKey === undefined ? { secret: checkToken("secret", secret) } : { publicKey: readPublicKey(publicKey) });
  }
  return known;
}

function readPublicKey(pem: unknown): KeyObject {
  try {
    const key = createPublicKey(pem as string);
    if (key.asymmetricKeyType === "rsa" || key.asymmetricKeyType === "ed25519") return key;
  } catch {}
  throw invalidKey("`publicKey` is not the PEM of an RSA or Ed25519 public key.");
}
