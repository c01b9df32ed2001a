import type { ErrorCode } from "../errors.js";

/** What a GET does about an answer, and why: the one place where it is decided. Rows are tried in order. */
export interface Decision {
  /** HTTP statuses, as 429 or "5XX"; any when left out. */
  status?: readonly (number | "5XX" | "4XX")[];
  /** Binance's codes; any, or none at all, when left out. */
  codes?: readonly number[];
  /** What the caller meets when it is not repeated, or not any more. */
  error: ErrorCode;
  retry: Retry;
}

export type Retry =
  /** Asking again would get the same answer. */
  | "never"
  /** Once, with a timestamp by the server's clock. */
  | "resync"
  /** Not before `Retry-After`; every call to that server waits. */
  | "wait"
  /** After a random pause that doubles. */
  | "backoff";

export const decisions: readonly Decision[] = [
  { status: [418], error: "BANNED", retry: "never" },
  { status: [429], error: "RATE_LIMITED", retry: "wait" },
  { status: [403, 451], error: "BLOCKED", retry: "never" },
  { codes: [-1021], error: "CLOCK_SKEW", retry: "resync" },
  { codes: [-1022], error: "SIGNATURE_REJECTED", retry: "never" },
  { codes: [-1002, -2014, -2015], error: "UNAUTHORIZED", retry: "never" },
  {
    codes: [-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1121, -1128, -1130, -1131, -4144],
    error: "INVALID_PARAMETER",
    retry: "never",
  },
  { codes: [-1003], error: "RATE_LIMITED", retry: "wait" },
  { codes: [-1000, -1001, -1006, -1007, -1008], error: "UNAVAILABLE", retry: "backoff" },
  { status: [401], error: "UNAUTHORIZED", retry: "never" },
  { status: [404], error: "NOT_FOUND", retry: "never" },
  { status: [408, "5XX"], error: "UNAVAILABLE", retry: "backoff" },
  { status: ["4XX"], error: "INVALID_PARAMETER", retry: "never" },
  // A refusal with 200 whose code is not known: nothing says that it would pass.
  { error: "UNAVAILABLE", retry: "never" },
];

/** The row for a refusal; `binanceCode` is undefined when the answer was not Binance's JSON. */
export function decide(status: number, binanceCode: number | undefined): Decision {
  const family = `${Math.floor(status / 100)}XX`;
  const row = decisions.find(
    ({ status: statuses, codes }) =>
      (!statuses || statuses.some((known) => known === status || known === family)) &&
      (!codes || codes.includes(binanceCode ?? 0)),
  );
  return row as Decision; // the last row matches everything
}
