import { vi } from "vitest";
import { type CommonOptions, createClient } from "../../src/index.js";
import { examples } from "./document.js";
import { hmacKey } from "./keys.js";

export const { client: key } = hmacKey();
export const um = examples.find(
  ({ operationId, name }) => operationId === "getUmAccount" && name === "oneWay",
)?.value;
export const answer = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

/** A client whose requests go nowhere; they are kept instead. */
export function observed(
  options: CommonOptions = {},
  respond: () => Response | Promise<Response> = () => answer(um),
) {
  const fetch = vi.fn((_url: string, _init: RequestInit) => Promise.resolve(respond()));
  const binance = createClient({ ...key, fetch, retry: { attempts: 1 }, ...options });
  return { binance, fetch, url: (call = 0) => new URL(fetch.mock.calls[call]?.[0] ?? "") };
}
