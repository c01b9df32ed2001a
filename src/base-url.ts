import { servers } from "../generated/operations.js";
import { invalidArgument } from "./errors.js";
import { mustBe } from "./input.js";
import { isLoopback } from "./loopback.js";

/** The domains of Binance's servers, such as binance.com. */
const domains = Object.values(servers)
  .flatMap((server) => Object.values(server).filter((value) => typeof value === "string"))
  .map((url) => new URL(url).hostname.split(".").slice(-2).join("."));

/**
 * Checks an address that the API key may be sent to, without credentials, query or fragment: https, or http on this machine, and
 * with `allowHttp` on another that is none of Binance's.
 */
export function checkUrl(option: string, value: unknown, allowHttp = false): string {
  if (typeof value !== "string" || !value.includes("://") || !URL.canParse(value))
    throw mustBe(`\`${option}\``, "an absolute URL such as https://papi.binance.com", value);
  const url = new URL(value);
  if (url.username || url.password)
    throw invalidArgument(
      `\`${option}\` must have no user name or password; the host is what stands behind the @.`,
    );
  if (url.search || url.hash || /[?#]/.test(value))
    throw invalidArgument(`\`${option}\` must end with the host or a path; received a query or fragment.`);
  assertSafe(url, `\`${option}\``, allowHttp);
  let { href } = url;
  while (href.endsWith("/")) href = href.slice(0, -1);
  return href;
}

/** Refuses clear text to another machine, and hosts that only look like Binance's. */
export function assertSafe(url: URL, what: string, allowHttp?: boolean): void {
  const host = url.hostname.replace(/\.$/, "");
  const meant = domains.find((domain) => host.includes(domain) && !`.${host}`.endsWith(`.${domain}`));
  if (meant)
    throw invalidArgument(`${what} must be a host of ${meant}; received ${host}, which only looks like it.`);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return;
  const isBinance = domains.some((domain) => `.${host}`.endsWith(`.${domain}`));
  if (url.protocol === "http:" && allowHttp && !isBinance) return;
  const wayOut =
    url.protocol === "http:" && allowHttp === false && !isBinance
      ? " For a mock on another machine set `allowHttp: true`."
      : "";
  throw invalidArgument(
    `${what} must be https, or http on this machine; received ${url.protocol}//, which would send the API key in clear text.${wayOut}`,
  );
}
