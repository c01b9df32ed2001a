import { readFile } from "node:fs/promises";
import { oneOf } from "../input.js";
import type { MockKey, MockOptions, Scenario } from "../mock/index.js";
import { readCount } from "./flags.js";
import { type Io, UsageError } from "./io.js";

export const flags = {
  port: { type: "string" },
  host: { type: "string" },
  "allow-remote": { type: "boolean" },
  "allow-origin": { type: "string" },
  scenario: { type: "string" },
  state: { type: "string" },
  faults: { type: "string" },
  seed: { type: "string" },
  limits: { type: "string" },
  patience: { type: "string" },
  "share-limits": { type: "boolean" },
  "api-key": { type: "string" },
  "public-key": { type: "string" },
  tls: { type: "boolean" },
  "tls-names": { type: "string" },
  "tls-ca": { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "exit-with-parent": { type: "boolean" },
  quiet: { type: "boolean" },
} as const;

/** Flags and variables for the option names in messages. */
export const spoken = {
  "`host`": "--host",
  "`port`": "--port",
  "`allowRemote`": "--allow-remote",
  "`allowOrigins`": "--allow-origin",
  "`limits`": "--limits",
  "`patience`": "--patience",
  "`seed`": "--seed",
  "`scenario`": "--scenario",
  "`tls.names`": "--tls-names",
  "`tls.cert`": "--tls-cert",
  "`tls.key`": "--tls-key",
  "`shareLimits`": "--share-limits",
  "`apiKey`": "--api-key",
  "`secret`": "BINANCE_MOCK_API_SECRET",
  "`publicKey`": "--public-key",
};

export type Values = {
  [Name in keyof typeof flags]?: (typeof flags)[Name]["type"] extends "boolean" ? boolean : string;
};

export const variableOf = (flag: string) => `BINANCE_MOCK_${flag.toUpperCase().replaceAll("-", "_")}`;

/** Variables that Kubernetes sets where a service is called binance-mock. */
const ofKubernetes =
  /^BINANCE_MOCK_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** Reads `BINANCE_MOCK_PORT` for `--port`, and so on. */
export function fromEnvironment(env: Io["env"]): Values {
  const known = [...Object.keys(flags).map(variableOf), "BINANCE_MOCK_API_SECRET"];
  const unknown = Object.keys(env).find(
    (name) => name.startsWith("BINANCE_MOCK_") && !known.includes(name) && !ofKubernetes.test(name),
  );
  if (unknown !== undefined) throw new UsageError(`Unknown variable ${unknown}. ${oneOf(known)}`);
  const set = Object.entries(flags).flatMap(([name, { type }]) => {
    const variable = variableOf(name);
    const text = env[variable];
    // Kubernetes sets BINANCE_MOCK_PORT to such an address.
    if (!text || text.startsWith("tcp://")) return [];
    if (type === "string") return [[name, text]];
    if (text !== "1" && text !== "0") throw new UsageError(`${variable} must be 1 or 0; received "${text}".`);
    return [[name, text === "1"]];
  });
  return Object.fromEntries(set);
}

export async function readOptions(given: Values, env: Io["env"]): Promise<MockOptions> {
  const { host, "allow-remote": allowRemote } = given;
  return {
    host,
    // startMock refuses any other name, and lists those it knows.
    scenario: given.scenario as Scenario | undefined,
    allowRemote,
    allowOrigins: given["allow-origin"]?.split(",").map((origin) => origin.trim()),
    port: number("port", given.port),
    seed: number("seed", given.seed),
    patience: number("patience", given.patience),
    tls: await readTls(given),
    shareLimits: given["share-limits"],
    limits: readLimits(given.limits),
    state: await readJson("state", given.state),
    faults: await readJson("faults", given.faults),
    keys: await readKeys(given, env.BINANCE_MOCK_API_SECRET),
  };
}

/** Names or files of a certificate ask for TLS as much as the flag itself. */
async function readTls(given: Values): Promise<MockOptions["tls"]> {
  const { tls, "tls-names": names, "tls-cert": cert, "tls-key": key } = given;
  if (cert !== undefined || key !== undefined) {
    if (cert === undefined || key === undefined || names !== undefined)
      throw new UsageError("--tls-cert and --tls-key must be given together, without --tls-names.");
    return { cert: await readText("tls-cert", cert), key: await readText("tls-key", key) };
  }
  return names === undefined ? tls : { names: names.split(",").map((name) => name.trim()) };
}

async function readKeys(
  { "api-key": apiKey, "public-key": file }: Values,
  secret: string | undefined,
): Promise<MockKey[] | undefined> {
  if (apiKey === undefined) {
    if (file !== undefined || secret)
      throw new UsageError(
        `--api-key must be given with ${file !== undefined ? "--public-key" : "BINANCE_MOCK_API_SECRET"}.`,
      );
    return undefined;
  }
  if (file !== undefined && secret)
    throw new UsageError("Give either --public-key or BINANCE_MOCK_API_SECRET; received both.");
  if (file !== undefined) return [{ apiKey, publicKey: await readText("public-key", file) }];
  if (secret) return [{ apiKey, secret }];
  throw new UsageError(
    "--api-key must come with --public-key <file>, or with its secret in BINANCE_MOCK_API_SECRET.",
  );
}

const number = (name: string, text: string | undefined) => readCount(`--${name}`, text);

/** Reads a list such as `papi=100,dapi=50`. */
function readLimits(text: string | undefined): MockOptions["limits"] {
  if (text === undefined) return undefined;
  const pairs = text.split(",").map((pair) => /^\s*(\w+)=(\d{1,15})\s*$/.exec(pair));
  if (pairs.some((pair) => !pair))
    throw new UsageError(`--limits must be a list such as papi=100,dapi=50; received "${text}".`);
  return Object.fromEntries(pairs.map((pair) => [pair?.[1], Number(pair?.[2])]));
}

async function readJson<T>(name: string, file: string | undefined): Promise<T | undefined> {
  if (file === undefined) return undefined;
  try {
    return JSON.parse(await readText(name, file));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new UsageError(`The file of --${name} must hold JSON: ${error.message}`);
    throw error;
  }
}

const readText = (name: string, file: string) =>
  readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Cannot read ${file}, the file of --${name} (${error.code}).`);
  });
