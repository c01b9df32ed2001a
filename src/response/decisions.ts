import type { ErrorCode } from "../errors.js";

/** Words in Binance's messages that blame the key or the account. */
const aboutKeyOrAccount = /api[-_ ]?key|accounts?\b|permission|white.?list|(un|not )authori[sz]ed/i;

/** What to do about a response that is not data. */
export interface Decision {
  /** HTTP statuses, such as 429 or "5XX". @default any */
  status?: readonly (number | "5XX" | "4XX")[];
  /** Binance's codes. @default any, or none at all */
  codes?: readonly number[];
  /** A header that the response must have. */
  header?: string;
  /** What Binance's message must say. */
  says?: RegExp;
  /** The error once the request is not retried any more. */
  error: ErrorCode;
  retry: Retry;
}

export type Retry =
  /** Another request would get the same response. */
  | "never"
  /** Once, with a timestamp by the server's clock. */
  | "resync"
  /** Once, with a timestamp as it was accepted before. */
  | "restore"
  /** After `Retry-After`; every call to that server waits. */
  | "wait"
  /** After a random pause that doubles. */
  | "backoff"
  /** After a pause that doubles and is never short, because the network or DNS is away. */
  | "reconnect";

/** The table of decisions. The first row that fits counts. */
export const decisions: readonly Decision[] = [
  { status: [418], error: "BANNED", retry: "never" },
  { status: [429], error: "RATE_LIMITED", retry: "wait" },
  // AWS WAF, in front of Binance, asks for a challenge (202) or a captcha (405).
  { status: [202, 405], header: "x-amzn-waf-action", error: "BLOCKED", retry: "never" },
  { codes: [-1021], error: "CLOCK_SKEW", retry: "resync" },
  { codes: [-1022], error: "SIGNATURE_REJECTED", retry: "never" },
  {
    codes: [
      ...[-1002, -1005, -1011, -1099, -1109, -1135, -2008, -2014, -2015, -2017],
      ...[-4109, -9000, -21001],
    ],
    error: "UNAUTHORIZED",
    retry: "never",
  },
  {
    codes: [-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1121, -1128, -1130, -1131, -4144],
    error: "INVALID_PARAMETER",
    retry: "never",
  },
  { codes: [-5000], error: "NOT_FOUND", retry: "never" },
  { codes: [-1003], error: "RATE_LIMITED", retry: "wait" },
  {
    codes: [-1000, -1001, -1004, -1006, -1007, -1008, -1016, -1034, 239999],
    error: "UNAVAILABLE",
    retry: "backoff",
  },
  { status: [403, 451], error: "BLOCKED", retry: "never" },
  { status: [401], error: "UNAUTHORIZED", retry: "never" },
  // A code that is not listed above, whose message names the key or the account.
  { status: ["4XX"], says: aboutKeyOrAccount, error: "UNAUTHORIZED", retry: "never" },
  { status: [404], error: "NOT_FOUND", retry: "never" },
  { status: [408, "5XX"], error: "UNAVAILABLE", retry: "backoff" },
  { status: ["4XX"], error: "REFUSED", retry: "never" },
  // A refusal with 200 and an unknown code: nothing says that it would pass.
  { error: "UNAVAILABLE", retry: "never" },
];

/** Other facts about the response. */
interface More {
  /** Binance's message. */
  message?: string | undefined;
  headers?: { has(name: string): boolean } | undefined;
}

/** Returns the first row that fits; `binanceCode` is undefined if the response is not Binance's JSON. */
export function decide(
  status: number,
  binanceCode: number | undefined,
  { message = "", headers }: More = {},
): Decision {
  const family = `${Math.floor(status / 100)}XX`;
  const row = decisions.find(
    ({ status: statuses, codes, header, says }) =>
      (!statuses || statuses.some((known) => known === status || known === family)) &&
      (!codes || codes.includes(binanceCode ?? 0)) &&
      (!header || headers?.has(header)) &&
      (!says || says.test(message)),
  );
  return row as Decision; // the last row fits everything
}
