// The OpenTelemetry SDK with every instrumentation of the ecosystem, its exports kept in memory.
import { register } from "node:module";
import { getNodeAutoInstrumentations } from "@opentelemetry/auto-instrumentations-node";
import { InMemoryLogRecordExporter, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace";

register("@opentelemetry/instrumentation/hook.mjs", import.meta.url); // for what is imported
const spans = new InMemorySpanExporter();
const logs = new InMemoryLogRecordExporter();
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 2 ** 30 });
const sdk = new NodeSDK({
  autoDetectResources: false,
  instrumentations: getNodeAutoInstrumentations(),
  spanProcessors: [new SimpleSpanProcessor({ exporter: spans })],
  logRecordProcessors: [new SimpleLogRecordProcessor({ exporter: logs })],
  metricReaders: [reader],
});
sdk.start();

/** Everything that has been exported, as text and in parts. */
export async function exported() {
  await reader.forceFlush();
  const traced = spans.getFinishedSpans().map((span) => ({
    ...{ name: span.name, kind: span.kind, attributes: span.attributes, status: span.status },
    ...{ events: span.events, scope: span.instrumentationScope.name },
    ...{ id: span.spanContext().spanId, parent: span.parentSpanContext?.spanId },
  }));
  const series = metrics
    .getMetrics()
    .at(-1)
    .scopeMetrics.flatMap(({ scope, metrics }) =>
      metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ scope: scope.name, name, unit, attributes, value })),
      ),
    );
  const lines = logs.getFinishedLogRecords().map(({ body, attributes }) => ({ body, attributes }));
  return { spans: traced, series, lines };
}
