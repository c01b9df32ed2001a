// Asks one client for an account, under a span of the program's own, and prints all that was exported.
import { context, SpanKind, trace } from "@opentelemetry/api";
import { exported } from "./sdk.mjs";

const [, , name] = process.argv;
const { BASE_URL: baseUrl, API_KEY: apiKey, SECRET: secret } = process.env;
const options = { apiKey, secret, baseUrl, retry: { attempts: 2, baseDelay: 0 } };

async function ours(more) {
  const { createClient } = await import("binance-accounts");
  return createClient({ ...options, ...more }).getUmAccount();
}

/** Each as its own documentation sets it up. */
const clients = {
  "binance-accounts": () => ours({}),
  "binance-accounts/otel": async () => {
    const { openTelemetry } = await import("binance-accounts/otel");
    const { logs } = await import("@opentelemetry/api");
    const emit = (body) => logs.getLogger("program").emit({ body });
    const logger = { error: emit, warn: emit, info: emit, debug: emit };
    return ours({ observer: openTelemetry(), logger, logLevel: "debug" });
  },
  "binance-accounts/otel over fetch": async () => {
    const { openTelemetry } = await import("binance-accounts/otel");
    return ours({ observer: openTelemetry(), fetch: globalThis.fetch });
  },
  "binance-accounts over fetch": () => ours({ fetch: globalThis.fetch }),
  async binance() {
    const { PortfolioClient } = await import("binance");
    return new PortfolioClient({ api_key: apiKey, api_secret: secret, baseUrl }).getUMAccount();
  },
  async ccxt() {
    const { default: ccxt } = await import("ccxt");
    const client = new ccxt.binance({ apiKey, secret });
    client.urls.api.papi = `${baseUrl}/papi/v1`;
    return client.papiGetUmAccount();
  },
};

const span = trace.getTracer("program").startSpan("look", { kind: SpanKind.INTERNAL });
const outcome = await context
  .with(trace.setSpan(context.active(), span), clients[name])
  .then(() => "data", String);
span.end();
console.log(JSON.stringify({ outcome, ...(await exported()) }));
