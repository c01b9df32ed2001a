import type { IncomingMessage } from "node:http";

/** Splits the target of a request line into path and query. Clients of a proxy send the whole URL. */
export function splitTarget(url = "/"): { path: string; query: string } {
  const target = url.replace(/^https?:\/\/[^/]*/, "");
  const at = target.indexOf("?");
  return at < 0 ? { path: target, query: "" } : { path: target.slice(0, at), query: target.slice(at + 1) };
}

/** All parameters in order, decoded; a repeated name stands more than once. */
export type Sent = readonly (readonly [name: string, value: string])[];

/** Decodes a query as a server does: + is a space, so an unescaped + of base64 is lost. Undefined if an escape is malformed. */
export function decodeQuery(query: string): Sent | undefined {
  if (query === "") return [];
  try {
    return query.split("&").map((pair) => {
      const at = pair.indexOf("=");
      return at < 0
        ? ([decode(pair), ""] as const)
        : ([decode(pair.slice(0, at)), decode(pair.slice(at + 1))] as const);
    });
  } catch {
    return undefined;
  }
}

const decode = (text: string) => (/[%+]/.test(text) ? decodeURIComponent(text.replaceAll("+", " ")) : text);

export const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

export const addressOf = ({ socket }: IncomingMessage): string =>
  (socket.remoteAddress ?? "").replace(/^::ffff:/, "");

export const hasBody = (headers: Record<string, string>): boolean =>
  Number(headers["content-length"] ?? 0) > 0 || "transfer-encoding" in headers;

/** Longest body that is read, in bytes. */
export const longestBody = 16 * 2 ** 20;

/** Reads the body as text. Undefined if it is longer than `longestBody`. */
export async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= longestBody) chunks.push(chunk);
  }
  return size <= longestBody ? Buffer.concat(chunks).toString("utf8") : undefined;
}
