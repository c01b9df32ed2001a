import type { Watch } from "./deadline.js";

/** What is read of a response's headers. Names are lower case. */
export interface WireHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** One signed request. */
export interface WireRequest {
  /** URL without its query. */
  address: string;
  /** Sent byte by byte. */
  query: string;
  headers: Record<string, string>;
  /** Most bytes of body to read, after decompression. */
  maxBytes: number;
  /** Is told of each phase as it begins, and ends the request when one takes too long. */
  watch: Watch;
  /** Called as soon as status and headers are there, because the body may never come. */
  onHeaders(status: number, headers: WireHeaders): void;
}

/** A body, read to its end and decompressed; invalid UTF-8 is replaced by U+FFFD, and `isUtf8` is false. */
export interface WireBody {
  text: string;
  isUtf8: boolean;
}

/** Sends one request and resolves with its body. Follows no redirect, keeps no cookie, and leaves nothing open when it rejects. */
export type Transport = (request: WireRequest) => Promise<WireBody>;

/** Options of TLS, as node:tls knows them. Certificates are always checked. */
export interface TlsOptions {
  /** Authorities to trust in place of those that Node trusts, as PEM: for a company's own. */
  ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** The client's certificate, as PEM, where a gateway asks for one. */
  cert?: string | Uint8Array | undefined;
  /** Private key of `cert`, as PEM. */
  key?: string | Uint8Array | undefined;
  /** Opens `key` when it is encrypted. */
  passphrase?: string | undefined;
  /** Name that the certificate has to hold, when it is not the host of the address. */
  servername?: string | undefined;
  /** @default "TLSv1.2" */
  minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
}

/** How requests leave this machine, where the runtime lets the caller choose. */
export interface TransportOptions {
  agent?: object | undefined;
  proxy?: string | false | undefined;
  tls?: TlsOptions | undefined;
  family?: 4 | 6 | undefined;
  localAddress?: string | undefined;
}

/** The body is larger than was asked for. */
export class BodyTooLarge extends Error {}

/** The body is not encoded as its header says. */
export class BadEncoding extends Error {}

/** The server had ended a kept connection before it saw the request: nothing was answered, and nothing needs to be counted. */
export class StaleConnection extends Error {}

/** The proxy, not the server, is what failed; the message says how. */
export class ProxyFailure extends Error {
  /** Whether asking again may help. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.mayPass = mayPass;
  }
}

/** A failure that has the code of what caused it. */
export class TransportError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
