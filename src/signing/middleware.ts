import type { Middleware } from "openapi-fetch";
import { assertSafe } from "../base-url.js";
import { checkedNow } from "../clock.js";
import { BinanceError } from "../errors.js";
import { readFunction, readNames } from "../input.js";
import { type Credentials, checkToken, createSigner, credentialNames } from "./keys.js";
import { signQuery, splitUrl } from "./query.js";

/** Options of {@link signing}. */
export type SigningOptions = Credentials & {
  /** The time to sign with, in ms since 1970. @default Date.now */
  now?: (() => number) | undefined;
};

/**
 * Creates a middleware that signs, for your own openapi-fetch client. Register it last, so that nothing changes the query after
 * signing. It signs once per call, and neither retries nor validates.
 *
 * @throws {BinanceError} INVALID_KEY if the key cannot be used; during a call, REDIRECT_REFUSED, and INVALID_ARGUMENT for plain
 * http to another machine.
 * @example
 * const http = createFetchClient<paths>({ baseUrl: "https://papi.binance.com" });
 * http.use(signing({ apiKey, secret }));
 */
export function signing(given: SigningOptions): Middleware {
  const options = readNames("signing", given, [...credentialNames, "now"]);
  const now = checkedNow(readFunction("now", options.now) ?? Date.now);
  const apiKey = checkToken("apiKey", options.apiKey);
  const sign = createSigner(options);
  return {
    async onRequest({ request }) {
      assertSafe(new URL(request.url), "`baseUrl`");
      const { address, query } = splitUrl(request.url);
      const url = `${address}?${await signQuery(query, Math.floor(now()), sign)}`;
      const signed = new Request(url, new Request(request, { redirect: "manual" }));
      signed.headers.set("X-MBX-APIKEY", apiKey);
      return signed;
    },
    onResponse({ response: { status, type, redirected } }) {
      if (type !== "opaqueredirect" && !redirected && (status < 300 || status >= 400)) return;
      const message = "The server's answer leads elsewhere; the signed request is not sent there.";
      throw new BinanceError("REDIRECT_REFUSED", message, { attempts: 1, status });
    },
  };
}
