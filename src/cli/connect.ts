import { readFile } from "node:fs/promises";
import { type Client, createClient } from "../client.js";
import type { Credentials } from "../signing/keys.js";
import { type Io, inWordsOf, UsageError } from "./io.js";

export interface ConnectedClient extends AsyncDisposable {
  client: Client;
  /** Whom the answers come from, as a sentence. */
  source: string;
}

/** A client for whom the environment names; with `orMock`, a mock when it names nobody. */
export async function connect({ env }: Io, { orMock }: { orMock: boolean }): Promise<ConnectedClient> {
  const credentials = await readCredentials(env);
  const baseUrl = env.BINANCE_BASE_URL || undefined;
  if (credentials) {
    const client = await inWordsOf(variables, () => createClient({ ...credentials, baseUrl }));
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
    client: createClient({ baseUrl: mock.url, apiKey: mock.apiKey, secret: mock.secret }),
    source: "Answers of a mock on this machine, not of Binance: the numbers are examples.",
    [Symbol.asyncDispose]: mock.close,
  };
}

async function readCredentials(env: Io["env"]): Promise<Credentials | undefined> {
  const {
    BINANCE_API_KEY: apiKey,
    BINANCE_API_SECRET: secret,
    BINANCE_PRIVATE_KEY_FILE: file,
    BINANCE_PRIVATE_KEY_PASSPHRASE: passphrase,
  } = env;
  if (!apiKey) {
    if (secret || file)
      throw new UsageError(
        `${secret ? "BINANCE_API_SECRET" : "BINANCE_PRIVATE_KEY_FILE"} is set, but BINANCE_API_KEY is not.`,
      );
    return undefined;
  }
  if (secret && file)
    throw new UsageError(
      "BINANCE_API_SECRET and BINANCE_PRIVATE_KEY_FILE are both set; which kind of key is it?",
    );
  if (secret) return { apiKey, secret };
  if (!file)
    throw new UsageError(
      "BINANCE_API_KEY is set, but neither BINANCE_API_SECRET nor BINANCE_PRIVATE_KEY_FILE is.",
    );
  const privateKey = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `BINANCE_PRIVATE_KEY_FILE cannot be read (${error.code}); it is the path of a PEM file.`,
    );
  });
  return { apiKey, privateKey, passphrase: passphrase || undefined };
}

const variables = {
  "`apiKey`": "BINANCE_API_KEY",
  "`secret`": "BINANCE_API_SECRET",
  "`privateKey`": "BINANCE_PRIVATE_KEY_FILE",
  "`passphrase`": "BINANCE_PRIVATE_KEY_PASSPHRASE",
  "`baseUrl`": "BINANCE_BASE_URL",
};
