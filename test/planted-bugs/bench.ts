import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import {
  type ErrorExample,
  type FaultRule,
  type Journal,
  type MockKey,
  type MockState,
  type Scenario,
  startMock,
} from "../../src/mock/index.js";
import { document, examples } from "../support/document.js";
import { startBarePrism } from "../support/prism.js";
import { Client, type Connection } from "./client.js";

/** What a team's test has in hand, whichever server it runs against. */
export interface Bench extends AsyncDisposable {
  connection: Connection;
  /** Time that the client has slept, in ms; a sleep takes no real time. */
  readonly slept: number;
  /** Requests that have arrived. */
  readonly requests: number;
  /** What has been received; bare Prism keeps nothing. */
  journal?: Journal | undefined;
  /** An account to begin with: by its name here, and by the example that says the same on bare Prism. */
  scenario(ours: Scenario, prism?: string): void;
  /** The account holds something else from now on; false where that cannot be had. */
  state(changes: MockState): boolean;
  /** An error of the document by its name, so many times; on bare Prism as long as it is asked for. */
  error(name: ErrorExample, times?: number): void;
  fault(rule: FaultRule): void;
  /** The minute has weight for so much, all of it; on bare Prism every answer is a 429. */
  limit(weight: number): void;
  /** The clock of this machine is so many ms ahead of the server's. */
  skew(ms: number): void;
  /** Another program of the same address has called so often. */
  others(calls: number): Promise<void>;
}

export type KeyKind = "HMAC" | "RSA" | "Ed25519";

// Making an RSA key takes a while; these are thrown away with the process.
const pairs = {
  RSA: generateKeyPairSync("rsa", { modulusLength: 2048 }),
  Ed25519: generateKeyPairSync("ed25519"),
};

export function createKey(kind: KeyKind): { apiKey: string; secret: string | KeyObject; mock: MockKey } {
  const apiKey = randomBytes(32).toString("hex");
  const secret = randomBytes(32).toString("hex");
  if (kind === "HMAC") return { apiKey, secret, mock: { apiKey, secret } };
  const { publicKey, privateKey } = pairs[kind];
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  return {
    apiKey,
    secret: createPrivateKey(pem),
    mock: { apiKey, publicKey: publicKey.export({ type: "spki", format: "pem" }).toString() },
  };
}

type Credentials = ReturnType<typeof createKey>;

const connectionOf = (
  { apiKey, secret }: Credentials,
  url: string,
  now: () => number,
  sleep: (ms: number) => void,
): Connection => ({
  url,
  apiKey,
  secret,
  weightLimit: Infinity,
  timeout: 10_000,
  now,
  sleep: async (ms) => sleep(ms),
  headers: () => ({}),
});

export async function ourBench(key: Credentials): Promise<Bench> {
  const mock = await startMock({ keys: [key.mock] });
  const { journal, faults } = mock;
  // A minute has just begun, so that none ends within a test unless the client waits for it.
  mock.clock.set(Math.ceil(Date.now() / 60_000) * 60_000);
  let [slept, skew] = [0, 0];
  const connection = connectionOf(
    key,
    mock.url,
    () => mock.clock.now() + skew,
    (ms) => {
      slept += ms;
      mock.clock.advance(ms);
    },
  );
  return {
    connection,
    journal,
    get slept() {
      return slept;
    },
    get requests() {
      return journal.entries.length;
    },
    scenario: (name) => mock.set({ scenario: name }),
    state(changes) {
      mock.set(changes);
      return true;
    },
    error: (example, times) => faults.add({ fault: "error", example, ...(times && { times }) }),
    fault: (rule) => faults.add(rule),
    limit: (papi) => mock.setLimits({ papi }),
    skew(ms) {
      skew = ms;
    },
    async others(calls) {
      for (let call = 0; call < calls; call++)
        await new Client({ ...connection, weightLimit: Infinity }).health();
    },
    [Symbol.asyncDispose]: mock.close,
  };
}

export async function prismBench(key: Credentials): Promise<Bench> {
  const prism = await startBarePrism();
  const cannot = () => {
    throw new Error("Prism cannot do what this test needs.");
  };
  let slept = 0;
  const connection = connectionOf(
    key,
    prism.url,
    () => Date.now() + slept,
    (ms) => {
      slept += ms;
    },
  );
  const error = (name: string) => {
    connection.headers = (path) => ({ prefer: `code=${statusOf(name, path)}, example=${name}` });
  };
  return {
    connection,
    get slept() {
      return slept;
    },
    get requests() {
      return prism.requests;
    },
    scenario(ours, example = ours) {
      if (!examples.some(({ name }) => name === example)) cannot();
      const has = (path: string) => examples.some((other) => other.path === path && other.name === example);
      connection.headers = (path) => (has(path) ? { prefer: `example=${example}` } : {});
    },
    state: () => false,
    error,
    fault: cannot,
    limit: () => error("overWeight"),
    skew: cannot,
    others: cannot,
    [Symbol.asyncDispose]: () => prism[Symbol.asyncDispose](),
  };
}

/** Status under which the document has this example of an error. */
function statusOf(name: string, path: string): string {
  const { get } = Object.entries(document.paths).find(([known]) => known === path)?.[1] ?? {};
  for (const [status, { $ref = "" }] of Object.entries(get?.responses ?? {})) {
    const { content = {} } = (document.components.responses?.[$ref.split("/").at(-1) ?? ""] ?? {}) as {
      content?: Record<string, { examples?: object }>;
    };
    if (Object.values(content).some(({ examples = {} }) => Object.hasOwn(examples, name)))
      return status.replace("5XX", "503");
  }
  throw new Error(`The document has no error ${name}.`);
}
