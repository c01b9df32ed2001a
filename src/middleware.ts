import type { Middleware } from "openapi-fetch";
import { BinanceError, invalidArgument } from "./errors.js";
import { type Credentials, checkToken, createSigner } from "./keys.js";
import { assertSafe, checkNames, describe } from "./options.js";
import { signQuery } from "./query.js";

export interface SigningOptions extends Credentials {
  /** The time to sign with, in ms since 1970. */
  now?: (() => number) | undefined;
}

/**
 * The signer alone, for an openapi-fetch client of your own: `createClient<paths>({ baseUrl }).use(signing({ apiKey, secret }))`.
 * Register it last, so that nothing changes the query after it was signed. It signs once per call: no retries, no validation.
 *
 * @throws {BinanceError} INVALID_KEY for a key that cannot be used; from the call, REDIRECT_REFUSED, and INVALID_ARGUMENT
 * for plain http beyond this machine.
 */
export function signing(options: SigningOptions): Middleware {
  checkNames("signing", options, ["apiKey", "secret", "privateKey", "passphrase", "now"]);
  const { now = Date.now } = options;
  if (typeof now !== "function") throw invalidArgument(`\`now\` is a function, not ${describe(now)}.`);
  const apiKey = checkToken("apiKey", options.apiKey);
  const sign = createSigner(options);
  return {
    async onRequest({ request }) {
      assertSafe(new URL(request.url), "`baseUrl`");
      const [address, query = ""] = request.url.split("?", 2);
      const signed = new Request(
        `${address}?${await signQuery(query, Math.floor(now()), sign)}`,
        new Request(request, { redirect: "manual" }),
      );
      signed.headers.set("X-MBX-APIKEY", apiKey);
      return signed;
    },
    onResponse({ response }) {
      if (response.type !== "opaqueredirect" && (response.status < 300 || response.status >= 400)) return;
      throw new BinanceError("REDIRECT_REFUSED", "The server wanted the signed request sent elsewhere; it was not.", {
        attempts: 1,
        status: response.status,
      });
    },
  };
}
