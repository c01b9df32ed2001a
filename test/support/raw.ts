import { createHmac } from "node:crypto";
import { type RequestOptions, request } from "node:http";

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** The text as JSON, where it is JSON. */
  body: Record<string, unknown> & { code?: number; msg?: string };
}

/** Sends exactly these bytes as the request target; no URL parser may touch them. Rejects when the connection breaks. */
export function send(
  url: string,
  target: string,
  { body, ...options }: RequestOptions & { body?: string } = {},
): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
    const headers = { ...options.headers, ...length } as Record<string, string>;
    const sent = request(
      { hostname, port, path: target, agent: false, ...options, headers },
      async (response) => {
        try {
          const text = Buffer.concat(await response.toArray()).toString("utf8");
          const isJson = /\bjson/.test(response.headers["content-type"] ?? "") && text !== "";
          const headers = response.headers as Record<string, string>;
          resolve({ status: response.statusCode ?? 0, headers, text, body: isJson ? JSON.parse(text) : {} });
        } catch (error) {
          reject(error);
        }
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Asks the mock for something beside the exchange. */
export const control = (url: string, method: string, path: string, body?: unknown, apiKey?: string) =>
  send(url, `/__mock${path}`, {
    method,
    ...(apiKey !== undefined && { headers: { "X-MBX-APIKEY": apiKey } }),
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });

interface Signer {
  url: string;
  apiKey: string;
  secret: string | undefined;
  clock: { now(): number };
}

/** A call that is signed by hand with an HMAC key. */
export function call(
  mock: Signer,
  path = "/papi/v1/um/account",
  query = "",
  options: RequestOptions = {},
): Promise<Reply> {
  const payload = `${query && `${query}&`}timestamp=${Math.floor(mock.clock.now())}`;
  const signature = createHmac("sha256", mock.secret ?? "")
    .update(payload)
    .digest("hex");
  return send(mock.url, `${path}?${payload}&signature=${signature}`, {
    headers: { "X-MBX-APIKEY": mock.apiKey },
    ...options,
  });
}

/** What arrives of a call: a status, or the way the connection broke. */
export const outcome = (mock: Signer, path?: string): Promise<string> =>
  call(mock, path).then(
    ({ status }) => String(status),
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
