// The instrumentation of node:http makes one span for each attempt, without the query.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

const exporter = new InMemorySpanExporter();
const instrumentation = new HttpInstrumentation({ disableIncomingRequestInstrumentation: true });
instrumentation.setTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
instrumentation.enable();
createRequire(import.meta.url)("node:http"); // it patches what a program requires

const { askedWho, bodyFrom, client } = await import("./account.mjs");
let requests = 0;
const server = createServer((_request, response) => {
  requests += 1;
  if (requests === 1) response.writeHead(503).end("{}");
  else response.end(JSON.stringify(bodyFrom("server")));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const binance = client({
  baseUrl: `http://127.0.0.1:${server.address().port}`,
  retry: { attempts: 2, baseDelay: 0 },
});
const answers = [await askedWho(binance)];
server.close();
server.closeAllConnections();
const attributes = exporter.getFinishedSpans().map(({ attributes }) => attributes);
const statuses = attributes.map((all) => all["http.response.status_code"] ?? all["http.status_code"]);
const isSigned = JSON.stringify(attributes).includes("signature");
console.log(JSON.stringify({ answers, statuses, isSigned }));
