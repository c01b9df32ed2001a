import type { IncomingMessage } from "node:http";

/** Divides the target as it stands in the request line; clients of a proxy send the whole URL. */
export function splitTarget(url = "/"): { path: string; query: string } {
  const target = url.replace(/^https?:\/\/[^/]*/, "");
  const at = target.indexOf("?");
  return at < 0 ? { path: target, query: "" } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

export const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export const addressOf = ({ socket }: IncomingMessage): string =>
  (socket.remoteAddress ?? "").replace(/^::ffff:/, "");

export const hasBody = (headers: Record<string, string>): boolean =>
  Number(headers["content-length"] ?? 0) > 0 || "transfer-encoding" in headers;

/** Bytes of the longest body that is kept. */
export const longestBody = 16 * 2 ** 20;

/** The body as text; undefined if it is longer than what is kept. */
export async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  return size <= longestBody ? Buffer.concat(chunks).toString("utf8") : undefined;
}
