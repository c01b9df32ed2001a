import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { OperationId } from "../../src/index.js";
import type { TestKey } from "../support/keys.js";

export type Calls = {
  [Id in OperationId]?: (filter: { marginAsset?: string; pair?: string }) => Promise<unknown>;
};

/** A client of somebody else's, set up as its documentation says and pointed at this server. */
export interface Peer {
  name: string;
  key: TestKey["kind"];
  connect(url: string, key: TestKey): Promise<Calls>;
}

// They are installed on demand in this folder; their types are not ours to check.
type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;
type Constructor<T> = new (...args: unknown[]) => T;
const load = async (name: string) => (await import(name)) as Record<string, unknown>;

/** HMAC secret or private key: clients that take both tell them apart by their looks. */
const secretOf = ({ client }: TestKey) => String(client.secret ?? client.privateKey);

const connector =
  (kind: TestKey["kind"]) =>
  async (url: string, key: TestKey): Promise<Calls> => {
    const { DerivativesTradingPortfolioMargin } = await load("@binance/derivatives-trading-portfolio-margin");
    const { DerivativesTradingCoinFutures } = await load("@binance/derivatives-trading-coin-futures");
    const secret = kind === "HMAC" ? { apiSecret: secretOf(key) } : { privateKey: secretOf(key) };
    const configurationRestAPI = { apiKey: key.client.apiKey, ...secret, basePath: url, retries: 0 };
    const create = (Connector: unknown) =>
      new (Connector as Constructor<{ restAPI: Methods }>)({ configurationRestAPI }).restAPI;
    const [papi, dapi] = [create(DerivativesTradingPortfolioMargin), create(DerivativesTradingCoinFutures)];
    const data = async (response: Promise<unknown> | undefined) =>
      ((await response) as { data(): unknown }).data();
    return {
      getPortfolioAccount: () => data(papi.accountInformation?.()),
      getCmAccount: () => data(papi.getCmAccountDetail?.()),
      getCmPositionRisk: (filter) => data(papi.queryCmPositionInformation?.(filter)),
      getUmAccount: () => data(papi.getUmAccountDetail?.()),
      getCoinMAccount: () => data(dapi.accountInformation?.()),
    };
  };

async function binance(url: string, key: TestKey): Promise<Calls> {
  const { PortfolioClient, CoinMClient } = await load("binance");
  const options = { api_key: key.client.apiKey, api_secret: secretOf(key), baseUrl: url };
  const [papi, dapi] = [PortfolioClient, CoinMClient].map(
    (Client) => new (Client as Constructor<Methods>)(options),
  );
  return {
    getPortfolioAccount: async () => papi?.getAccountInfo?.(),
    getCmAccount: async () => papi?.getCMAccount?.(),
    getCmPositionRisk: async (filter) => papi?.getCMPosition?.(filter),
    getUmAccount: async () => papi?.getUMAccount?.(),
    getCoinMAccount: async () => dapi?.getAccountInformation?.(),
  };
}

async function ccxt(url: string, key: TestKey): Promise<Calls> {
  const { default: library } = await load("ccxt");
  const { binance } = library as {
    binance: Constructor<Methods & { urls: { api: Record<string, string> } }>;
  };
  const client = new binance({ apiKey: key.client.apiKey, secret: secretOf(key) });
  Object.assign(client.urls.api, { papi: `${url}/papi/v1`, dapiPrivate: `${url}/dapi/v1` });
  return {
    getPortfolioAccount: async () => client.papiGetAccount?.(),
    getCmAccount: async () => client.papiGetCmAccount?.(),
    getCmPositionRisk: async (filter) => client.papiGetCmPositionRisk?.(filter),
    getUmAccount: async () => client.papiGetUmAccount?.(),
    getCoinMAccount: async () => client.dapiPrivateGetAccount?.(),
  };
}

/** It has methods for spot and futures, and one for any signed request. */
async function binanceApiNode(url: string, key: TestKey): Promise<Calls> {
  const { default: library } = await load("binance-api-node");
  const create = ((library as { default?: unknown }).default ?? library) as (options: object) => Methods;
  const client = create({
    apiKey: key.client.apiKey,
    apiSecret: secretOf(key),
    httpPortfolioMargin: url,
    httpDelivery: url,
  });
  const get = async (path: string, filter = {}) => client.privateRequest?.("GET", path, filter);
  return {
    getPortfolioAccount: () => get("/papi/v1/account"),
    getCmAccount: () => get("/papi/v1/cm/account"),
    getCmPositionRisk: (filter) => get("/papi/v1/cm/positionRisk", filter),
    getUmAccount: () => get("/papi/v1/um/account"),
    getCoinMAccount: async () => client.deliveryAccountInfo?.({}),
  };
}

/** It knows COIN-M; for Portfolio Margin there is its signed request to any URL. */
async function nodeBinanceApi(url: string, key: TestKey): Promise<Calls> {
  const { default: Binance } = await load("node-binance-api");
  const client = new (Binance as Constructor<Methods>)({
    APIKEY: key.client.apiKey,
    APISECRET: secretOf(key),
  });
  // There is no option for another host.
  Object.assign(client, { dapi: `${url}/dapi/` });
  const get = async (path: string, filter = {}) =>
    client.futuresRequest?.(`${url}${path}`, filter, "GET", true);
  return {
    getPortfolioAccount: () => get("/papi/v1/account"),
    getCmAccount: () => get("/papi/v1/cm/account"),
    getCmPositionRisk: (filter) => get("/papi/v1/cm/positionRisk", filter),
    getUmAccount: () => get("/papi/v1/um/account"),
    getCoinMAccount: async () => client.deliveryAccount?.(),
  };
}

/** It knows COIN-M; for Portfolio Margin there is its signed request to any path. */
async function futuresConnector(url: string, key: TestKey): Promise<Calls> {
  const { default: library } = await load("@binance/futures-connector");
  const { CMFutures } = library as { CMFutures: Constructor<Methods> };
  const options = { baseURL: url, ...(key.kind === "RSA" && { privateKey: secretOf(key) }) };
  const client = new CMFutures(key.client.apiKey, key.client.secret ?? "", options);
  const data = async (response: Promise<unknown> | undefined) => ((await response) as { data: unknown }).data;
  const get = (path: string, filter = {}) => data(client.signRequest?.("GET", path, filter));
  return {
    getPortfolioAccount: () => get("/papi/v1/account"),
    getCmAccount: () => get("/papi/v1/cm/account"),
    getCmPositionRisk: (filter) => get("/papi/v1/cm/positionRisk", filter),
    getUmAccount: () => get("/papi/v1/um/account"),
    getCoinMAccount: () => data(client.getAccountInformation?.()),
  };
}

const run = promisify(execFile);

// As on the API's own pages: the query is written by hand, openssl signs it, curl sends it.
const script = `
query="$QUERY"timestamp=$(date +%s)000
case $KIND in
  HMAC) signature=$(printf %s "$query" | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1) ;;
  RSA) signature=$(printf %s "$query" | openssl dgst -sha256 -sign "$KEY" | openssl base64 -A) ;;
  Ed25519) printf %s "$query" > "$KEY.text"; signature=$(openssl pkeyutl -sign -rawin -inkey "$KEY" -in "$KEY.text" | openssl base64 -A) ;;
esac
signature=$(printf %s "$signature" | sed 's/+/%2B/g; s,/,%2F,g; s/=/%3D/g')
curl --silent --noproxy '*' --header "X-MBX-APIKEY: $API_KEY" "$TARGET?$query&signature=$signature"
`;

async function curl(url: string, key: TestKey): Promise<Calls> {
  const get = async (path: string, filter: Record<string, string> = {}) => {
    const folder = await mkdtemp(join(tmpdir(), "peers-"));
    try {
      const KEY = join(folder, "key.pem");
      await writeFile(KEY, secretOf(key));
      const QUERY = Object.entries(filter)
        .map(([name, value]) => `${name}=${encodeURIComponent(value)}&`)
        .join("");
      const secrets = { API_KEY: key.client.apiKey, SECRET: String(key.client.secret), KEY, KIND: key.kind };
      const { stdout } = await run("bash", ["-euc", script], {
        env: { ...process.env, ...secrets, QUERY, TARGET: url + path },
      });
      return JSON.parse(stdout);
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  return {
    getPortfolioAccount: () => get("/papi/v1/account"),
    getCmAccount: () => get("/papi/v1/cm/account"),
    getCmPositionRisk: (filter) => get("/papi/v1/cm/positionRisk", filter),
    getUmAccount: () => get("/papi/v1/um/account"),
    getCoinMAccount: () => get("/dapi/v1/account"),
  };
}

const kinds = ["HMAC", "RSA", "Ed25519"] as const;
export const peers: Peer[] = [
  ...kinds.map((key) => ({ name: "official connectors", key, connect: connector(key) })),
  ...kinds.map((key) => ({ name: "binance", key, connect: binance })),
  ...kinds.map((key) => ({ name: "ccxt", key, connect: ccxt })),
  { name: "binance-api-node", key: "HMAC", connect: binanceApiNode },
  { name: "node-binance-api", key: "HMAC", connect: nodeBinanceApi },
  { name: "@binance/futures-connector", key: "HMAC", connect: futuresConnector },
  { name: "@binance/futures-connector", key: "RSA", connect: futuresConnector },
  ...kinds.map((key) => ({ name: "curl and openssl", key, connect: curl })),
];
