import { createHmac } from "node:crypto";

/** What a hazard needs of a client: the object that people hold, and two calls. `timeout` of 1 s where it can be set. */
export interface Subject {
  client: unknown;
  getUmAccount(): Promise<unknown>;
  getCmPositionRisk(pair: string): Promise<unknown>;
}

interface Where {
  url: string;
  apiKey: string;
  secret: string;
}

const timeout = 1000;
// Peers are installed on demand in this folder; their types are not ours to check.
const load = (name: string) => import(name) as Promise<Record<string, never>>;
type Peer = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** Each client as its own documentation sets it up, with nothing switched off or on but its address and a timeout. */
export const clients: Record<string, (where: Where) => Promise<Subject>> = {
  async "binance-accounts"({ url, apiKey, secret }) {
    const { createClient } = await import("../../src/index.js");
    const client = createClient({
      apiKey,
      secret,
      baseUrl: url,
      timeout: { total: 5000, headers: timeout, body: timeout },
    });
    return {
      client,
      getUmAccount: () => client.getUmAccount(),
      getCmPositionRisk: (pair) => client.getCmPositionRisk({ pair }),
    };
  },

  async "official connector"({ url, apiKey, secret }) {
    const { DerivativesTradingPortfolioMargin: Connector } = (await load(
      "@binance/derivatives-trading-portfolio-margin",
    )) as unknown as {
      DerivativesTradingPortfolioMargin: new (options: object) => { restAPI: Peer };
    };
    const client = new Connector({
      configurationRestAPI: { apiKey, apiSecret: secret, basePath: url, timeout },
    });
    const data = (response: unknown) => (response as { data(): Promise<unknown> }).data();
    return {
      client,
      getUmAccount: async () => data(await client.restAPI.getUmAccountDetail?.({})),
      getCmPositionRisk: async (pair) => data(await client.restAPI.queryCmPositionInformation?.({ pair })),
    };
  },

  async binance({ url, apiKey, secret }) {
    const { PortfolioClient } = (await load("binance")) as unknown as {
      PortfolioClient: new (options: object, request: object) => Peer;
    };
    const client = new PortfolioClient({ api_key: apiKey, api_secret: secret, baseUrl: url }, { timeout });
    return {
      client,
      getUmAccount: async () => client.getUMAccount?.(),
      getCmPositionRisk: async (pair) => client.getCMPosition?.({ pair }),
    };
  },

  async ccxt({ url, apiKey, secret }) {
    const { default: ccxt } = (await load("ccxt")) as unknown as {
      default: { binance: new (options: object) => Peer & { urls: { api: Record<string, string> } } };
    };
    const client = new ccxt.binance({ apiKey, secret, timeout });
    client.urls.api.papi = `${url}/papi/v1`;
    return {
      client,
      getUmAccount: async () => client.papiGetUmAccount?.(),
      getCmPositionRisk: async (pair) => client.papiGetCmPositionRisk?.({ pair }),
    };
  },

  async "openapi-fetch, signed by hand"({ url, apiKey, secret }) {
    const { default: createFetchClient } = await import("openapi-fetch");
    const client = createFetchClient<Record<string, never>>({
      baseUrl: url,
      headers: { "X-MBX-APIKEY": apiKey },
    });
    client.use({
      onRequest({ request }) {
        const signed = new URL(request.url);
        signed.searchParams.set("timestamp", String(Date.now()));
        const payload = signed.searchParams.toString();
        signed.searchParams.set("signature", createHmac("sha256", secret).update(payload).digest("hex"));
        return new Request(signed, request);
      },
    });
    const get = async (path: string, query = {}) => {
      const { data, error } = await client.GET(
        path as never,
        { params: { query }, signal: AbortSignal.timeout(timeout) } as never,
      );
      if (error !== undefined) throw error;
      return data;
    };
    return {
      client,
      getUmAccount: () => get("/papi/v1/um/account"),
      getCmPositionRisk: (pair) => get("/papi/v1/cm/positionRisk", { pair }),
    };
  },
};
