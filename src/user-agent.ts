import { sendsUserAgent } from "#platform";
import { version } from "../generated/package.js";
import { mustBe } from "./input.js";

/** The header that says who asks: this package, with the program's own name in front. */
export function readUserAgent(own: string | undefined): Record<string, string> {
  if (own !== undefined && !(typeof own === "string" && /^[!-~]+( [!-~]+)*$/.test(own)))
    throw mustBe("`userAgent`", "visible ASCII characters, with single spaces between", own);
  const ours = `binance-accounts/${version}`;
  return sendsUserAgent() ? { "user-agent": own === undefined ? ours : `${own} ${ours}` } : {};
}
