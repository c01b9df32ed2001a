import { expect, test } from "vitest";
import { assumedRetryAt, Pause, readRetryAt } from "../src/pause.js";
import { errorOf } from "./support/errors.js";

const now = 1_657_707_212_154;
const headers = (value?: string) => new Headers(value === undefined ? {} : { "retry-after": value });

test.each<[what: string, value: string | undefined, msg: string, offset: number, expected: number | undefined]>([
  ["seconds", "30", "", 0, now + 30_000],
  ["seconds, whatever the offset", "30", "", 3_600_000, now + 30_000],
  ["no time", "0", "", 0, now],
  ["more seconds than a date can hold", "9".repeat(30), "", 0, 8.64e15],
  ["an HTTP date", "Wed, 13 Jul 2022 10:14:00 GMT", "", 0, 1_657_707_240_000],
  ["an HTTP date of a server that is ahead", "Wed, 13 Jul 2022 10:14:00 GMT", "", 5000, 1_657_707_235_000],
  ["a date that has passed", "Wed, 13 Jul 2022 10:00:00 GMT", "", 0, 1_657_706_400_000],
  ["the message", undefined, "Way too many requests; IP banned until 1657707332154. Please", 0, 1_657_707_332_154],
  ["the message of a server that is behind", undefined, "IP banned until 1657707332154.", -1000, 1_657_707_333_154],
  ["the later of both", "1", "IP banned until 1657707332154.", 0, 1_657_707_332_154],
  ["the later of both, the other way round", "300", "IP banned until 1657707332154.", 0, now + 300_000],
  ["nothing", undefined, "", 0, undefined],
  ["a negative number", "-5", "", 0, undefined],
  ["a part of a second", "0.5", "", 0, undefined],
  ["words", "soon", "", 0, undefined],
  ["words that begin like a day", "Wednesday", "", 0, undefined],
  ["a number too short to be ms", undefined, "banned until 165770733", 0, undefined],
])("Retry-After: %s", (_what, value, msg, offset, expected) => {
  expect(readRetryAt(headers(value), msg, now, offset)).toBe(expected);
});

test("where the server is silent, 429 ends with the server's minute and 418 after two minutes", () => {
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_180_000, 0)).toBe(1_657_707_240_000);
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_239_999, 0)).toBe(1_657_707_240_000);
  expect(assumedRetryAt("RATE_LIMITED", 1_657_707_239_999, 2)).toBe(1_657_707_299_998);
  expect(assumedRetryAt("BANNED", now, 7)).toBe(now + 120_000);
});

test("a pause is waited for if it fits, a ban never is", async () => {
  const pause = new Pause();
  expect(pause.waitMs(now, 10, {})).toBe(0);
  pause.extend(now + 100, "RATE_LIMITED");
  expect([pause.waitMs(now, 101, {}), pause.waitMs(now + 100, 1, {})]).toEqual([100, 0]);
  const late = await errorOf(() => pause.waitMs(now, 100, { operationId: "getUmAccount" }));
  expect([late.code, late.retryAt, late.attempts, late.operationId]).toEqual(["RATE_LIMITED", now + 100, 0, "getUmAccount"]);
  expect(late.message).toBe("The server's limit is used up until 2022-07-13T10:13:32.254Z; nothing was sent.");
  pause.extend(now + 200, "BANNED");
  const banned = await errorOf(() => pause.waitMs(now, 100_000, {}));
  expect([banned.code, banned.retryAt]).toEqual(["BANNED", now + 200]);
  expect(banned.message).toBe("This address is banned until 2022-07-13T10:13:32.354Z; nothing was sent.");
});

test("what ends earlier neither shortens a pause nor turns a ban into less", async () => {
  const pause = new Pause();
  pause.extend(now + 200, "BANNED");
  pause.extend(now + 100, "RATE_LIMITED");
  pause.extend(now + 200, "RATE_LIMITED");
  expect((await errorOf(() => pause.waitMs(now, 1e9, {}))).retryAt).toBe(now + 200);
  expect((await errorOf(() => pause.waitMs(now, 1e9, {}))).code).toBe("BANNED");
});
