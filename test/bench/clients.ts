import { createHmac } from "node:crypto";
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";

/** Where to send, with which throw-away key; `ours` is the built package. */
export interface Where {
  url: string;
  apiKey: string;
  secret: string;
  ours: string;
}

/** One call of `GET /papi/v1/um/account`, resolving with its data. */
export type Call = () => Promise<unknown>;

const path = "/papi/v1/um/account";
const sign = (payload: string, secret: string) => createHmac("sha256", secret).update(payload).digest("hex");
const signedQuery = (secret: string) => {
  const payload = `timestamp=${Date.now()}`;
  return `${payload}&signature=${sign(payload, secret)}`;
};
// Peers are installed on demand in this folder; their types are not ours to check.
const load = <T>(name: string) => import(name) as Promise<T>;
type Peer = Record<string, (...args: unknown[]) => Promise<unknown>>;
interface Ours {
  createClient(options: object): {
    getUmAccount: Call;
    GET(path: string): Promise<{ data?: unknown }>;
    use(...middlewares: object[]): void;
  };
}
interface Undici {
  Agent: new (options: object) => object;
  request(url: string, options: object): Promise<{ body: { json(): Promise<unknown> } }>;
}
const ours = async ({ url, apiKey, secret, ours }: Where) =>
  (await load<Ours>(ours)).createClient({ apiKey, secret, baseUrl: url });

/** The line that all others are divided by: what can be written by hand with what Node brings, and nothing checked. */
export const reference = "node agent, signed by hand";

/** Each client as its own documentation sets it up, limiters off, connections kept where it knows how. */
export const clients: Record<string, (where: Where) => Promise<Call>> = {
  async [reference]({ url, apiKey, secret }) {
    const { protocol, hostname, port } = new URL(url);
    const [Agent, request] = protocol === "https:" ? [HttpsAgent, requestHttps] : [HttpAgent, requestHttp];
    const agent = new Agent({ keepAlive: true });
    return () =>
      new Promise((resolve, reject) => {
        const options = {
          agent,
          hostname,
          port,
          path: `${path}?${signedQuery(secret)}`,
          headers: { "X-MBX-APIKEY": apiKey },
        };
        request(options, (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
          response.on("error", reject);
        })
          .on("error", reject)
          .end();
      });
  },

  "binance-accounts, method": async (where) => {
    const client = await ours(where);
    return () => client.getUmAccount();
  },

  "binance-accounts, GET": async (where) => {
    const client = await ours(where);
    return async () => (await client.GET(path)).data;
  },

  async "undici.request, signed by hand"({ url, apiKey, secret }) {
    const { request, Agent } = await load<Undici>("undici");
    const dispatcher = new Agent({ pipelining: 1 });
    return async () => {
      const { body } = await request(`${url}${path}?${signedQuery(secret)}`, {
        dispatcher,
        headers: { "X-MBX-APIKEY": apiKey },
      });
      return body.json();
    };
  },

  async ccxt({ url, apiKey, secret }) {
    const { default: ccxt } = await load<{
      default: { binance: new (options: object) => Peer & { urls: { api: Record<string, string> } } };
    }>("ccxt");
    const client = new ccxt.binance({ apiKey, secret, enableRateLimit: false });
    client.urls.api.papi = `${url}/papi/v1`;
    return async () => client.papiGetUmAccount?.();
  },

  async "fetch, signed by hand"({ url, apiKey, secret }) {
    return async () =>
      (await fetch(`${url}${path}?${signedQuery(secret)}`, { headers: { "X-MBX-APIKEY": apiKey } })).json();
  },

  async "openapi-fetch, signing middleware"({ url, apiKey, secret }) {
    const { default: createFetchClient } = await load<typeof import("openapi-fetch")>("openapi-fetch");
    const client = createFetchClient<Record<string, never>>({
      baseUrl: url,
      headers: { "X-MBX-APIKEY": apiKey },
    });
    client.use({ onRequest: ({ request }) => new Request(`${request.url}?${signedQuery(secret)}`, request) });
    return async () => (await client.GET(path as never)).data;
  },

  async "official connector"({ url, apiKey, secret }) {
    const { DerivativesTradingPortfolioMargin: Connector } = await load<{
      DerivativesTradingPortfolioMargin: new (
        options: object,
      ) => { restAPI: { getUmAccountDetail(request: object): Promise<{ data: Call }> } };
    }>("@binance/derivatives-trading-portfolio-margin");
    const { restAPI } = new Connector({
      configurationRestAPI: { apiKey, apiSecret: secret, basePath: url, keepAlive: true },
    });
    return async () => (await restAPI.getUmAccountDetail({})).data();
  },

  async binance({ url, apiKey, secret }) {
    const { PortfolioClient } = await load<{ PortfolioClient: new (options: object) => Peer }>("binance");
    const client = new PortfolioClient({
      api_key: apiKey,
      api_secret: secret,
      baseUrl: url,
      keepAlive: true,
    });
    return async () => client.getUMAccount?.();
  },
};
