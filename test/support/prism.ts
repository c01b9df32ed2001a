import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpConfig,
  ProblemJsonError,
} from "@stoplight/prism-http";
import { document } from "./document.js";

/** Prism with nothing in front of it: what a team gets that hands the document to Prism. */
export interface BarePrism extends AsyncDisposable {
  url: string;
  /** Requests that arrived; Prism's log tells as much. */
  requests: number;
}

const silent: Record<string, unknown> = { child: () => silent };
for (const level of ["fatal", "error", "warn", "info", "debug", "trace", "success", "note"])
  silent[level] = () => {};

const config: IHttpConfig = {
  isProxy: false,
  validateRequest: true,
  validateResponse: true,
  checkSecurity: true,
  errors: false,
  mock: { dynamic: false },
  upstreamProxy: undefined,
};

const prism = createInstance(config, { logger: silent as never });
let read: ReturnType<typeof getHttpOperationsFromSpec> | undefined;

/** Routes as Prism's own server does: query and `Prefer` are read, everything else is Prism's. */
export async function startBarePrism(): Promise<BarePrism> {
  read ??= getHttpOperationsFromSpec(structuredClone(document));
  const operations = await read;
  const bare = { url: "", requests: 0 };
  const server = createServer(async ({ method = "", url = "", headers }, response) => {
    bare.requests += 1;
    const { pathname: path, searchParams } = new URL(url, "http://prism");
    const input = {
      method: method.toLowerCase() as "get",
      url: { path, query: Object.fromEntries(searchParams) },
      headers: headers as Record<string, string>,
    };
    const result = await prism.request(input, operations, {
      ...config,
      mock: preferred(String(headers.prefer)),
    })();
    if (result._tag === "Right") {
      const { statusCode, headers: answered, body } = result.right.output;
      response.statusCode = statusCode;
      for (const [name, value] of Object.entries(answered ?? {})) response.setHeader(name, value);
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    } else {
      const { status = 500, ...problem } = ProblemJsonError.toProblemJson(result.left);
      response
        .writeHead(status, { "content-type": "application/problem+json" })
        .end(JSON.stringify({ status, ...problem }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(bare, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function preferred(prefer: string) {
  const code = /code=(\d{3})/.exec(prefer)?.[1];
  const exampleKey = /example=([\w.-]+)/.exec(prefer)?.[1];
  return { dynamic: false as const, ...(code && { code: Number(code) }), ...(exampleKey && { exampleKey }) };
}
