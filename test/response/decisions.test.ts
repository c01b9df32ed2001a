import { expect, test } from "vitest";
import { decide } from "../../src/response/decisions.js";

// What Binance documents of its answers, and what a GET does about each: the source is the error pages of papi and dapi,
// the pairing of codes with statuses is assumed.
test.each<[status: number, code: number | undefined, error: string, retry: string]>([
  [400, -1021, "CLOCK_SKEW", "resync"],
  [400, -1022, "SIGNATURE_REJECTED", "never"],
  ...[-1100, -1101, -1102, -1103, -1104, -1105, -1106, -1108, -1121, -1128, -1130, -1131, -4144].map(
    (code): [number, number, string, string] => [400, code, "INVALID_PARAMETER", "never"],
  ),
  [401, -2014, "UNAUTHORIZED", "never"],
  [401, -2015, "UNAUTHORIZED", "never"],
  [401, -1002, "UNAUTHORIZED", "never"],
  [401, -9999, "UNAUTHORIZED", "never"],
  [403, undefined, "BLOCKED", "never"],
  [451, 0, "BLOCKED", "never"],
  [404, undefined, "NOT_FOUND", "never"],
  [408, -1007, "UNAVAILABLE", "backoff"],
  [408, undefined, "UNAVAILABLE", "backoff"],
  [418, -1003, "BANNED", "never"],
  [418, undefined, "BANNED", "never"],
  [429, -1003, "RATE_LIMITED", "wait"],
  [429, undefined, "RATE_LIMITED", "wait"],
  [400, -1003, "RATE_LIMITED", "wait"],
  [500, -1000, "UNAVAILABLE", "backoff"],
  [500, -1001, "UNAVAILABLE", "backoff"],
  [502, -1006, "UNAVAILABLE", "backoff"],
  [503, -1008, "UNAVAILABLE", "backoff"],
  [504, undefined, "UNAVAILABLE", "backoff"],
  [599, -9999, "UNAVAILABLE", "backoff"],
  [200, -1001, "UNAVAILABLE", "backoff"],
  [200, -1007, "UNAVAILABLE", "backoff"],
  [200, -2015, "UNAUTHORIZED", "never"],
  [200, -1021, "CLOCK_SKEW", "resync"],
  [200, -9999, "UNAVAILABLE", "never"],
  [400, -9999, "REFUSED", "never"],
  [422, undefined, "REFUSED", "never"],
  [409, -4099, "REFUSED", "never"],
  // Key or account, at any 4xx.
  ...[400, 401, 403, 404, 451].flatMap((status) =>
    [-1002, -1005, -1011, -1099, -1109, -1135, -2008, -2014, -2015, -2017, -4109, -9000, -21001].map(
      (code): [number, number, string, string] => [status, code, "UNAUTHORIZED", "never"],
    ),
  ),
  [418, -2015, "BANNED", "never"],
  [429, -2015, "RATE_LIMITED", "wait"],
  // Busy, shut, maintenance, whatever the status.
  ...[200, 400, 403, 404, 500, 503].flatMap((status) =>
    [-1004, -1016, -1034, 239999].map((code): [number, number, string, string] => [
      ...([status, code, "UNAVAILABLE"] as const),
      "backoff",
    ]),
  ),
  [400, -5000, "NOT_FOUND", "never"],
  [404, -5000, "NOT_FOUND", "never"],
])("HTTP %i with %s is %s, repeated: %s", (status, code, error, retry) =>
  expect(decide(status, code)).toMatchObject({ error, retry }),
);

test.each<[status: number, message: string, error: string]>([
  [400, "Your API key is disabled.", "UNAUTHORIZED"],
  [400, "Margin account does not exist.", "UNAUTHORIZED"],
  [404, "USER_IS_NOT_PMACCOUNT", "UNAUTHORIZED"],
  [409, "No permission for this action.", "UNAUTHORIZED"],
  [400, "Something about a discount.", "REFUSED"],
  [404, "No such thing.", "NOT_FOUND"],
  [500, "Your account could not be read.", "UNAVAILABLE"],
])("HTTP %i and a code that nobody knows, which says %j, is %s", (status, message, error) =>
  expect(decide(status, -7777, { message })).toMatchObject({ error }),
);

test.each<[status: number, header: string, error: string]>([
  [202, "x-amzn-waf-action", "BLOCKED"],
  [405, "x-amzn-waf-action", "BLOCKED"],
  [202, "x-other", "UNAVAILABLE"],
  [405, "x-other", "REFUSED"],
  [429, "x-amzn-waf-action", "RATE_LIMITED"],
])("HTTP %i with the header %s is %s", (status, header, error) =>
  expect(decide(status, undefined, { headers: new Headers({ [header]: "challenge" }) })).toMatchObject({
    error,
  }),
);
