/**
 * Site and mock together, on this machine: `npm run docs:serve`, or `npm run docs:serve -- 8080` for a port of your choice.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Mock, startMock } from "../../src/mock/index.js";
import { installed } from "../installed.js";
import { whereOf } from "./where.js";

type Handle = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;
interface Server {
  middlewares: { use(handle: Handle): void };
  resolvedUrls: { local: [string] };
  close(): Promise<void>;
}

/** Serves the built site below `base`, compressed as Pages do it, by the framework's own server. */
export async function serveSite(
  folder: string,
  { port = 0, base = "/", mock }: { port?: number; base?: string; mock?: Mock } = {},
) {
  const vite = join(await installed("docs/vitepress", "vite"), "dist/node/index.js");
  const { preview } = await import(pathToFileURL(vite).href);
  const missing = await readFile(join(folder, "404.html"));
  const handle: Handle = ({ url = "" }, response, next) => {
    const path = url.replace(base, "").replace(/[?#].*/, "");
    if (mock && path === "mock.json")
      response.end(JSON.stringify({ url: mock.url, apiKey: mock.apiKey, secret: mock.secret }));
    else if (url.startsWith(base) && existsSync(join(folder, path))) next();
    else response.writeHead(404, { "content-type": "text/html; charset=utf-8" }).end(missing);
  };
  const headers = { "x-frame-options": "DENY" };
  const { resolvedUrls, close }: Server = await preview({
    ...{ configFile: false, root: dirname(folder), base, appType: "mpa", build: { outDir: folder } },
    preview: { port, strictPort: true, host: "127.0.0.1", cors: false, headers },
    plugins: [
      { name: "docs", configurePreviewServer: (server: Server) => void server.middlewares.use(handle) },
    ],
  });
  return { url: resolvedUrls.local[0], close, [Symbol.asyncDispose]: close };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const port = Number(process.argv[2] ?? 4321);
  const folder = fileURLToPath(new URL("../../site/", import.meta.url));
  const mock = await startMock({ scenario: "hedge" });
  try {
    const site = await serveSite(folder, { port, mock, base: whereOf({}).base });
    console.log(
      `${site.url}  the docs\n${mock.url}  a mock exchange, whose key the try-it page has\nCtrl-C ends both.`,
    );
  } catch (error) {
    console.error(`${(error as Error).message}. To use another port: npm run docs:serve -- 8080`);
    process.exit(1);
  }
}
