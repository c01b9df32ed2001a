import type { Middleware } from "openapi-fetch";
import { assertSafe } from "../base-url.js";
import { checkedNow } from "../clock.js";
import { BinanceError } from "../errors.js";
import { readFunction, readNames } from "../input.js";
import { type Credentials, checkToken, createSigner, credentialNames } from "./keys.js";
import { signQuery, splitUrl } from "./query.js";

export type SigningOptions = Credentials & {
  /** The time to sign with, in ms since 1970. @default Date.now */
  now?: (() => number) | undefined;
};

/**
 * The signer alone, for an openapi-fetch client of your own: `createClient<paths>({ baseUrl }).use(signing({ apiKey, secret }))`.
 * Register it last, so that nothing changes the query after it was signed. It signs once per call: no retries, no validation.
 *
 * @throws {BinanceError} INVALID_KEY for a key that cannot be used; from the call, REDIRECT_REFUSED, and INVALID_ARGUMENT
 * for plain http beyond this machine.
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
