import { servers } from "../generated/operations.js";
import { invalidArgument } from "./errors.js";

/** The domains of Binance's servers, such as binance.com. */
const domains = Object.values(servers)
  .flatMap((server) => Object.values(server).filter((value) => typeof value === "string"))
  .map((url) => new URL(url).hostname.split(".").slice(-2).join("."));

/** An address that the API key may be sent to: https, or http on this machine, without credentials, query or fragment. */
export function checkUrl(option: string, value: unknown): string {
  if (typeof value !== "string" || !value.includes("://") || !URL.canParse(value))
    throw invalidArgument(`\`${option}\` is an absolute URL such as https://papi.binance.com.`);
  const url = new URL(value);
  if (url.username || url.password)
    throw invalidArgument(
      `\`${option}\` holds a user name or password; the host is what stands behind the @.`,
    );
  if (url.search || url.hash || /[?#]/.test(value))
    throw invalidArgument(`\`${option}\` ends with the host or a path; it has no query or fragment.`);
  assertSafe(url, `\`${option}\``);
  let { href } = url;
  while (href.endsWith("/")) href = href.slice(0, -1);
  return href;
}

/** Refuses to send a key in clear text to another machine, or to a host that only looks like Binance's. */
export function assertSafe(url: URL, what: string): void {
  const host = url.hostname.replace(/\.$/, "");
  const meant = domains.find((domain) => host.includes(domain) && !`.${host}`.endsWith(`.${domain}`));
  if (meant)
    throw invalidArgument(`${what} looks like ${meant} but is ${host}, which belongs to somebody else.`);
  if (url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname))) return;
  throw invalidArgument(
    `${what} is ${url.protocol}//, which would send the API key in clear text; use https (http is for this machine only).`,
  );
}

const isLoopback = (host: string) =>
  host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
