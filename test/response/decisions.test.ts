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
  [400, -9999, "INVALID_PARAMETER", "never"],
  [422, undefined, "INVALID_PARAMETER", "never"],
])("HTTP %i with %s is %s, repeated: %s", (status, code, error, retry) =>
  expect(decide(status, code)).toMatchObject({ error, retry }),
);
