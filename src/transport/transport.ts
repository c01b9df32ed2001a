import type { Watch } from "./deadline.js";

/** What is looked at of an answer's headers. */
export interface WireHeaders extends Iterable<[name: string, value: string]> {
  get(name: string): string | null;
  has(name: string): boolean;
}

/** One signed request. */
export interface WireRequest {
  /** Where it goes, without its query. */
  address: string;
  /** Goes on the wire byte by byte. */
  query: string;
  headers: Record<string, string>;
  /** Most bytes of body to read, after decompression. */
  maxBytes: number;
  /** Is told of each phase as it begins, and ends the request when that takes too long. */
  watch: Watch;
  /** Called as soon as status and headers are there, because the body may never be. */
  onHeaders(status: number, headers: WireHeaders): void;
}

/** A body, read to its end, decompressed and decoded; what is no UTF-8 in it is replaced. */
export interface WireBody {
  text: string;
  isUtf8: boolean;
}

/** Sends one request and resolves with its body. Follows no redirect, keeps no cookie, and leaves nothing open when it rejects. */
export type Transport = (request: WireRequest) => Promise<WireBody>;

/** How requests leave, where the caller has a say and the runtime lets him. */
export interface TransportOptions {
  agent?: object | undefined;
  proxy?: string | false | undefined;
}

/** The body is larger than was asked for. */
export class BodyTooLarge extends Error {}

/** The body is not encoded as its header says. */
export class BadEncoding extends Error {}
