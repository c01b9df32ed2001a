import { isLoopback } from "../loopback.js";

/** Whether an origin is a page of this machine. */
export const isLocal = (origin: string) => URL.canParse(origin) && isLoopback(new URL(origin).hostname);

/** Returns the headers that let pages of this machine, and of these origins, call the mock and read the response. */
export function corsHeaders(
  { origin }: Record<string, string>,
  origins: readonly string[],
): Record<string, string> {
  if (origin === undefined || !(isLocal(origin) || origins.includes(origin))) return {};
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, PUT, PATCH, POST, DELETE",
    "access-control-allow-headers": "X-MBX-APIKEY, Content-Type, Prefer",
    "access-control-expose-headers": "X-MBX-USED-WEIGHT-1M, Retry-After, X-Mock, Date",
    "access-control-max-age": "600",
    // Browsers require this before a page of another network may call this machine.
    "access-control-allow-private-network": "true",
    vary: "Origin",
  };
}
