import { type Client, createClient } from "../client.js";
import { readCredentials } from "./credentials.js";
import { type Io, inWordsOf, UsageError } from "./io.js";

/** A client, and where its responses come from. */
export interface ConnectedClient extends AsyncDisposable {
  client: Client;
  /** Where the responses come from, as a sentence. */
  source: string;
}

export interface ConnectOptions {
  /** Start a mock when the environment names no key. */
  orMock: boolean;
  /** Longest time of a call, in ms. */
  timeout: number | undefined;
}

function readSwitch(value = ""): boolean {
  if (["", "0", "false"].includes(value)) return false;
  if (["1", "true"].includes(value)) return true;
  throw new UsageError("BINANCE_ALLOW_HTTP must be 1 or 0; received something else.");
}

/** Makes a client with the key that the environment names. */
export async function connect({ env }: Io, { orMock, timeout }: ConnectOptions): Promise<ConnectedClient> {
  const found = await readCredentials(env);
  const baseUrl = env.BINANCE_BASE_URL || undefined;
  if (found) {
    const variables = {
      ...found.variables,
      ...{ "`baseUrl`": "BINANCE_BASE_URL", "`allowHttp: true`": "BINANCE_ALLOW_HTTP=1" },
    };
    const allowHttp = readSwitch(env.BINANCE_ALLOW_HTTP);
    const client = await inWordsOf(variables, () =>
      createClient({ ...found.credentials, baseUrl, allowHttp, timeout }),
    );
    const source = baseUrl
      ? `Answers of ${new URL(baseUrl).host} (BINANCE_BASE_URL).`
      : "Answers of Binance.";
    return { client, source, async [Symbol.asyncDispose]() {} };
  }
  if (baseUrl) throw new UsageError("BINANCE_BASE_URL is set, but BINANCE_API_KEY is not.");
  if (!orMock)
    throw new UsageError(
      "BINANCE_API_KEY is not set. Set it and BINANCE_API_SECRET or BINANCE_PRIVATE_KEY_FILE, or try --or-mock.",
    );
  // Only here: the mock takes a while to load.
  const { startMock } = await import("../mock/index.js");
  const mock = await startMock({ scenario: "hedge" });
  return {
    client: createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret, timeout }),
    source: "Answers of a mock on this machine, not of Binance: the numbers are examples.",
    [Symbol.asyncDispose]: mock.close,
  };
}
