import { STATUS_CODES } from "node:http";
import type { Attempt } from "./attempt.js";

interface NamedValue {
  name: string;
  value: string;
}

/** One request of an HTTP Archive, and its response. */
export interface HarEntry {
  startedDateTime: string;
  time: number;
  connection: string;
  /** Of https only. Custom fields of an archive begin with an underscore. */
  _tls?: { version: string; resumed: boolean };
  serverIPAddress: string;
  request: {
    method: string;
    url: string;
    httpVersion: string;
    headers: NamedValue[];
    queryString: NamedValue[];
    cookies: [];
    headersSize: -1;
    bodySize: -1;
  };
  response: {
    status: number;
    statusText: string;
    httpVersion: string;
    headers: NamedValue[];
    cookies: [];
    content: { size: number; mimeType: string; text?: string };
    redirectURL: string;
    headersSize: -1;
    bodySize: number;
  };
  cache: Record<string, never>;
  timings: { send: 0; wait: number; receive: 0 };
  comment?: string;
}

/** An HTTP Archive 1.2. */
export interface Har {
  log: { version: "1.2"; creator: { name: string; version: string }; entries: HarEntry[] };
}

/** An archive of what was received, without keys and signatures, and of what was sent as far as it is kept. */
export function toHar(attempts: readonly Attempt[]): Har {
  const creator = { name: "binance-accounts mock", version: "1" };
  return { log: { version: "1.2", creator, entries: attempts.map(harEntry) } };
}

function harEntry({ entry, response }: Attempt): HarEntry {
  const { receivedAt, tookMs, connection, tls, method, path, query, parameters, headers } = entry;
  const { status, warnings } = entry;
  const { headers: sent = {}, body } = response ?? {};
  return {
    startedDateTime: new Date(receivedAt).toISOString(),
    time: tookMs,
    connection: String(connection),
    ...(tls && { _tls: tls }),
    serverIPAddress: "127.0.0.1",
    request: {
      method,
      url: `${tls ? "https" : "http"}://${headers.host ?? "127.0.0.1"}${path}${query === "" ? "" : `?${query}`}`,
      httpVersion: "HTTP/1.1",
      headers: named(headers),
      queryString: named(parameters),
      cookies: [],
      headersSize: -1,
      bodySize: -1,
    },
    response: {
      status,
      statusText: STATUS_CODES[status] ?? "",
      httpVersion: "HTTP/1.1",
      headers: named(sent),
      cookies: [],
      content: {
        size: Buffer.byteLength(body ?? ""),
        mimeType: sent["content-type"] ?? "",
        ...(body !== undefined && { text: body }),
      },
      redirectURL: sent.location ?? "",
      headersSize: -1,
      bodySize: Buffer.byteLength(body ?? ""),
    },
    cache: {},
    timings: { send: 0, wait: tookMs, receive: 0 },
    ...(warnings.length > 0 && { comment: warnings.join("; ") }),
  };
}

const named = (fields: Readonly<Record<string, string>>): NamedValue[] =>
  Object.entries(fields).map(([name, value]) => ({ name, value }));
