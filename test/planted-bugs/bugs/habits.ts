import { Client } from "../client.js";
import { meetsLongOverload, polls, pollsOften } from "../judges.js";
import { type Bug, bug } from "./bug.js";

/** Sends a header more with each request. */
const adds = (name: string, headers: (client: Client) => Record<string, string>) =>
  bug(
    name,
    polls,
    class extends Client {
      override key() {
        return { ...super.key(), ...headers(this) };
      }
    },
  );

/** Sends a body with each request, which is a GET. */
const brings = (name: string, content: (client: Client) => string) =>
  bug(
    name,
    polls,
    class extends Client {
      override send(target: string) {
        return super.send(target, content(this));
      }
    },
  );

const secretOf = ({ to }: Client) => String(to.secret);

/** Signs with a recvWindow of its own. */
const allows = (recvWindow: string, judge = polls) =>
  bug(
    `recvWindow of ${recvWindow} in every request`,
    judge,
    class extends Client {
      override recvWindow() {
        return recvWindow;
      }
    },
  );

/** Signs with a clock that it never corrects. */
const isOff = (name: string, ms: number) =>
  bug(
    name,
    polls,
    class extends Client {
      override timestamp() {
        return String(Number(super.timestamp()) + ms);
      }
    },
  );

/** What Binance lets pass at first. */
export const habits: Bug[] = [
  bug(
    "does not pause between failures",
    meetsLongOverload,
    class extends Client {
      override pauseAfter(_answer: unknown, attempt: number) {
        return attempt < 25 ? 0 : undefined;
      }
    },
  ),
  bug(
    "keeps one timestamp for all requests",
    polls,
    class extends Client {
      #kept = "";
      override timestamp() {
        this.#kept ||= super.timestamp();
        return this.#kept;
      }
    },
  ),
  bug(
    "keeps one signed URL for each path",
    polls,
    class extends Client {
      readonly #kept = new Map<string, string>();
      override target(path: string, parameters: Record<string, string | undefined>) {
        const target = this.#kept.get(path) ?? super.target(path, parameters);
        this.#kept.set(path, target);
        return target;
      }
    },
  ),
  bug(
    "opens a connection for each request",
    pollsOften,
    class extends Client {
      override readonly agent = false;
    },
  ),
  allows("60000", pollsOften),
  allows("999"),
  allows("500"),
  allows("60"),
  allows("5"),
  isOff("its clock is 900 ms ahead, and stays so", 900),
  isOff("its clock is 4.9 s behind, and stays so", -4900),
  brings("sends JSON with a GET", () => "{}"),
  brings("sends a form with a GET", () => "pair=BTCUSD"),
  brings("sends its secret in a body", (client) => JSON.stringify({ secret: secretOf(client) })),
  adds("sends its secret in a header", (client) => ({ "X-MBX-SECRETKEY": secretOf(client) })),
  adds("sends its secret in a header of another name", (client) => ({ "X-Trace": `by ${secretOf(client)}` })),
  adds("sends its secret in base64", (client) => ({
    "X-Trace": Buffer.from(secretOf(client)).toString("base64"),
  })),
  adds("sends its API key in a second header", ({ to }) => ({ "X-Api-Key-Copy": to.apiKey })),
  adds("asks the COIN-M host for Portfolio Margin", () => ({ Host: "dapi.binance.com" })),
  adds("asks the spot host", () => ({ Host: "api.binance.com" })),
  adds("puts its API key in quotation marks", ({ to }) => ({ "X-MBX-APIKEY": `"${to.apiKey}"` })),
  adds("writes Bearer before its API key", ({ to }) => ({ "X-MBX-APIKEY": `Bearer ${to.apiKey}` })),
];
