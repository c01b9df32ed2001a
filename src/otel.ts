import {
  type Attributes,
  context,
  createContextKey,
  type Meter,
  type MeterProvider,
  metrics,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { version } from "../generated/package.js";
import { readNames } from "./input.js";
import type { AttemptMessage, Observer } from "./inside/messages.js";

/** Where spans and metrics go. */
export interface OpenTelemetryOptions {
  /** @default the registered one */
  tracerProvider?: TracerProvider | undefined;
  /** @default the registered one */
  meterProvider?: MeterProvider | undefined;
}

const scope = "binance-accounts";

/**
 * The key that `suppressTracing` of `@opentelemetry/core` sets; the same text gives the same key. SDKs start no span under it and
 * send no trace headers, so what instruments the transport cannot export the signed URL.
 */
const suppressed = createContextKey("OpenTelemetry SDK Context Key SUPPRESS_TRACING");

/**
 * Makes an observer that records each attempt as a client span, and metrics, by OpenTelemetry's conventions for HTTP. Spans and
 * metrics hold no key, signature or query.
 *
 * @example
 * const binance = createClient({ apiKey, secret, observer: openTelemetry() });
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Observer {
  const { tracerProvider = trace, meterProvider = metrics } = readNames("openTelemetry", options, [
    "tracerProvider",
    "meterProvider",
  ]);
  const tracer = tracerProvider.getTracer(scope, version);
  const { duration, waits, retries, used, limit } = instruments(meterProvider.getMeter(scope, version));
  return {
    attempt(message) {
      const request = requestAttributes(message);
      const parent = context.active();
      const name = `${message.method} ${message.template}`;
      const span = tracer.startSpan(
        name,
        { kind: SpanKind.CLIENT, attributes: spanAttributes(message, request) },
        parent,
      );
      return {
        run: (send) => context.with(trace.setSpan(parent, span).setValue(suppressed, true), send),
        end() {
          const result = resultAttributes(message);
          endSpan(span, message, result);
          duration.record((message.durationMs ?? 0) / 1000, { ...request, ...result });
          if (message.next === "retry")
            retries.add(1, { "binance_accounts.server": message.server, ...result });
        },
      };
    },
    wait: ({ server, ms, reason }) =>
      waits.record(ms / 1000, { "binance_accounts.server": server, "binance_accounts.wait.reason": reason }),
    weight({ server, ...weight }) {
      used.record(weight.used, { "binance_accounts.server": server });
      limit.record(weight.limit, { "binance_accounts.server": server });
    },
  };
}

function instruments(meter: Meter) {
  return {
    duration: meter.createHistogram("http.client.request.duration", {
      description: "Duration of HTTP client requests.",
      unit: "s",
      advice: {
        explicitBucketBoundaries: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      },
    }),
    waits: meter.createHistogram("binance_accounts.wait.duration", {
      description: "How long calls wait because of limits, bans and overload.",
      unit: "s",
      advice: { explicitBucketBoundaries: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120] },
    }),
    retries: meter.createCounter("binance_accounts.retries", {
      description: "Attempts that were repeated.",
      unit: "{retry}",
    }),
    used: meter.createGauge("binance_accounts.weight.used", {
      description: "Weight that this address has used in the current minute.",
      unit: "{weight}",
    }),
    limit: meter.createGauge("binance_accounts.weight.limit", {
      description: "Weight that the server grants in a minute.",
      unit: "{weight}",
    }),
  };
}

/** Attributes of a request that metrics have too. */
function requestAttributes({ method, url, template }: AttemptMessage): Attributes {
  const { hostname, port, protocol } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return {
    "http.request.method": method,
    "server.address": hostname,
    "server.port": Number(port || (scheme === "https" ? 443 : 80)),
    "url.scheme": scheme,
    "url.template": template,
  };
}

const spanAttributes = ({ url, resends }: AttemptMessage, request: Attributes): Attributes => ({
  ...request,
  "url.full": url,
  ...(resends > 0 && { "http.request.resend_count": resends }),
});

const resultAttributes = ({ status, error }: AttemptMessage): Attributes => ({
  ...(status !== undefined && { "http.response.status_code": status }),
  ...(error && { "error.type": error.code }),
});

function endSpan(span: Span, { error, usedWeight }: AttemptMessage, result: Attributes): void {
  span.setAttributes(result);
  if (usedWeight !== undefined) span.setAttribute("binance_accounts.weight.used", usedWeight);
  if (error) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}
