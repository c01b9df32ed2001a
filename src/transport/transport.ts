import type { Watch } from "./deadline.js";

/** Headers of a response. Names are lower case. */
export interface WireHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** One signed request. */
export interface WireRequest {
  /** URL without its query. */
  address: string;
  /** Sent exactly as it is. */
  query: string;
  headers: Record<string, string>;
  /** Largest body to read, in bytes after decompression. */
  maxBytes: number;
  /** Learns of each phase as it begins, and ends the request when one takes too long. */
  watch: Watch;
  /** Called as soon as status and headers arrive, because the body may never come. */
  onHeaders(status: number, headers: WireHeaders): void;
}

/** A body, read to its end and decompressed. Invalid UTF-8 is replaced by U+FFFD, and `isUtf8` is false. */
export interface WireBody {
  text: string;
  isUtf8: boolean;
}

/** Sends one request and resolves with its body. Follows no redirect, keeps no cookie, and leaves nothing open when it rejects. */
export type Transport = (request: WireRequest) => Promise<WireBody>;

/** Options of node:tls. Certificates are always checked. */
export interface TlsOptions {
  /** Authorities to trust, as PEM, such as a company's own. @default those that Node trusts */
  ca?: string | Uint8Array | readonly (string | Uint8Array)[] | undefined;
  /** The client's certificate, as PEM, for a gateway that asks for one. @default none */
  cert?: string | Uint8Array | undefined;
  /** Private key of `cert`, as PEM. @default none */
  key?: string | Uint8Array | undefined;
  /** Opens an encrypted `key`. @default none */
  passphrase?: string | undefined;
  /** Name that the certificate must have. @default the host of the address */
  servername?: string | undefined;
  /** Lowest version of TLS to accept. @default "TLSv1.2" */
  minVersion?: "TLSv1.2" | "TLSv1.3" | undefined;
}

/** How requests leave this machine, on runtimes where that can be chosen. */
export interface TransportOptions {
  agent?: object | undefined;
  proxy?: string | false | undefined;
  tls?: TlsOptions | undefined;
  family?: 4 | 6 | undefined;
  localAddress?: string | undefined;
}

/** The body exceeds its size limit. */
export class BodyTooLarge extends Error {}

/** The body is not encoded as its header says. */
export class BadEncoding extends Error {}

/** A kept connection was closed by the server before it saw the request. Not counted as an attempt. */
export class StaleConnection extends Error {}

/** A failure of the proxy, not of the server; the message says how. */
export class ProxyFailure extends Error {
  /** Whether another attempt may help. */
  readonly mayPass: boolean;

  constructor(message: string, mayPass: boolean) {
    super(message);
    this.mayPass = mayPass;
  }
}

/** A failure with the code of its cause. */
export class TransportError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
