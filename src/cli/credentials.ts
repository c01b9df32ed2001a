import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Credentials } from "../signing/keys.js";
import { type Io, UsageError } from "./io.js";

/** Credentials of the environment, and the variable that each of them came from. */
export interface Found {
  credentials: Credentials;
  /** By the option's name in a message, such as `` `secret` ``. */
  variables: Record<string, string>;
}

/** Variables that hold a value, or the path of a file that holds it. */
const sources = {
  apiKey: ["BINANCE_API_KEY", "BINANCE_API_KEY_FILE"],
  secret: ["BINANCE_API_SECRET", "BINANCE_SECRET_KEY", "BINANCE_API_SECRET_FILE"],
  privateKey: ["BINANCE_PRIVATE_KEY_FILE"],
  passphrase: ["BINANCE_PRIVATE_KEY_PASSPHRASE"],
} as const;

/** The key that the environment names; undefined when it names none. */
export async function readCredentials(env: Io["env"]): Promise<Found | undefined> {
  const apiKey = chosen(env, "apiKey");
  const secret = chosen(env, "secret");
  const privateKey = chosen(env, "privateKey");
  const passphrase = chosen(env, "passphrase");
  if (!apiKey) {
    const alone = secret ?? privateKey;
    if (alone) throw new UsageError(`${alone} is set, but BINANCE_API_KEY is not.`);
    return undefined;
  }
  if (secret && privateKey)
    throw new UsageError(
      `Expected either ${secret} (an HMAC key) or ${privateKey} (an RSA or Ed25519 key); received both.`,
    );
  if (!secret && !privateKey)
    throw new UsageError(`${apiKey} is set, but neither BINANCE_API_SECRET nor BINANCE_PRIVATE_KEY_FILE is.`);
  const key = await readValue(env, apiKey);
  if (secret)
    return {
      credentials: { apiKey: key, secret: await readValue(env, secret) },
      variables: { "`apiKey`": apiKey, "`secret`": secret },
    };
  const pem = await readText(privateKey as string, env[privateKey as string] ?? "");
  return {
    credentials: { apiKey: key, privateKey: pem, passphrase: passphrase && env[passphrase] },
    variables: {
      ...{ "`apiKey`": apiKey, "`privateKey`": privateKey as string },
      "`passphrase`": "BINANCE_PRIVATE_KEY_PASSPHRASE",
    },
  };
}

/** The variable that is set, of those that can say the same; two that agree are one. */
function chosen(env: Io["env"], what: keyof typeof sources): string | undefined {
  const set = sources[what].filter((name) => env[name]);
  const [first, other] = set;
  if (first && other && new Set(set.map((name) => env[name])).size > 1)
    throw new UsageError(`Expected one of ${set.join(" and ")}; received both.`);
  return first;
}

/** The variable's value, or that of its file, without the line break that editors and `echo` put at its end. */
async function readValue(env: Io["env"], variable: string): Promise<string> {
  const value = env[variable] ?? "";
  return variable.endsWith("_FILE") ? (await readText(variable, value)).trimEnd() : value;
}

/** The text of a file, in UTF-8, or in UTF-16 as PowerShell writes it. */
async function readText(variable: string, file: string): Promise<string> {
  const path = resolve(file);
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `${variable} must be the path of a readable file; ${path} cannot be read (${error.code}).${hint(file)}`,
    );
  });
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? "utf-16le"
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? "utf-16be"
        : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

function hint(file: string): string {
  if (file.startsWith("~")) return " Only a shell replaces ~ by the home folder: write it out.";
  if (/^(["']).*\1$/.test(file)) return " Leave the quotation marks out.";
  if (file.startsWith("file:")) return " Write a path, not a URL.";
  return "";
}
