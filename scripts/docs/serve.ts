/**
 * Site and mock together, on this machine: `npm run docs:serve`, or `npm run docs:serve -- 8080` for a port of your choice.
 */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { startMock } from "../../src/mock/index.js";
import { escapeHtml } from "./markup.js";
import { whereOf } from "./where.js";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".svg": "image/svg+xml",
  ".xml": "application/xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

/** What the try-it page is told of the mock that runs beside it. */
export interface LocalMock {
  url: string;
  apiKey: string;
  secret: string | undefined;
}

/** Serves the built site below `base`, compressed as Pages do it. */
export async function serveSite(
  folder: string,
  { port = 0, base = "/", mock }: { port?: number; base?: string; mock?: LocalMock } = {},
) {
  const server: Server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = decodeURIComponent(pathname).replace(base, "/").replace(/\/$/, "/index.html");
    const file = resolve(join(folder, path));
    const body =
      file.startsWith(resolve(folder)) && pathname.startsWith(base)
        ? await readFile(file).catch(() => undefined)
        : undefined;
    const shown = body ?? (await readFile(join(folder, "404.html")).catch(() => Buffer.from("")));
    const told = mock && path.endsWith("/try-it.html") ? Buffer.from(tell(shown.toString(), mock)) : shown;
    const type = body ? (types[extname(file)] ?? "text/plain; charset=utf-8") : "text/html; charset=utf-8";
    response.writeHead(body ? 200 : 404, {
      "content-type": type,
      "content-encoding": "gzip",
      "x-frame-options": "DENY",
    });
    response.end(gzipSync(told));
  });
  await new Promise<void>((done, fail) => server.once("error", fail).listen(port, "127.0.0.1", done));
  const close = () => new Promise<void>((done) => server.close(() => done()) && server.closeAllConnections());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function tell(html: string, { url, apiKey, secret }: LocalMock): string {
  const told = escapeHtml(JSON.stringify({ url, apiKey, secret }));
  return html.replace('<form id="key"', () => `<form id="key" data-mock="${told}"`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const port = Number(process.argv[2] ?? 4321);
  const mock = await startMock({ scenario: "hedge" });
  try {
    const site = await serveSite(fileURLToPath(new URL("../../site/", import.meta.url)), {
      port,
      mock,
      base: whereOf({}).base,
    });
    console.log(
      `${site.url}  the docs\n${mock.url}  a mock exchange, whose key the try-it page has\nCtrl-C ends both.`,
    );
  } catch (error) {
    console.error(
      `Port ${process.argv[2] ?? port} cannot be used (${(error as NodeJS.ErrnoException).code}); name another: npm run docs:serve -- 8080`,
    );
    process.exit(1);
  }
}
